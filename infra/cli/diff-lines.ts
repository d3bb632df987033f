// What other settings would have changed, an alert a line.
import type { Incident } from '../../shared/incident.ts';
import type { AlertDiff, Moved } from '../alert-diff.ts';
import { local } from './command.ts';

const by = (minutes: number): string => (minutes === 0 ? 'at the same time' : `${Math.abs(minutes)} min ${minutes > 0 ? 'later' : 'sooner'}`);

/** Time, and by how many minutes opening and confirmation have moved. */
function movedLine({ before, after, openedMinutes, confirmedMinutes }: Moved<Incident>): string {
  const parts = [`opened ${local(after.openedAt)}, ${by(openedMinutes)}`];
  if (confirmedMinutes !== null) parts.push(`confirmed ${by(confirmedMinutes)}`);
  else if ((before.confirmedAt === null) !== (after.confirmedAt === null)) parts.push(after.confirmedAt === null ? 'not confirmed any more' : 'now confirmed');
  if (before.state !== after.state) parts.push(`${before.state} before, ${after.state} now`);
  return parts.join('; ');
}

/** Every alert that is only in one account, or at another time in the other. */
export function diffLines({ added, gone, moved }: AlertDiff<Incident>): string[] {
  const plain = ({ service, openedAt, state, id }: Incident): string => `${service}: opened ${local(openedAt)}, ${state}  [${id}]`;
  return [
    ...added.map((one) => `added: ${plain(one)}`),
    ...gone.map((one) => `gone: ${plain(one)}`),
    ...moved.map((one) => `moved: ${one.after.service}: ${movedLine(one)}  [${one.after.id}]`),
  ];
}
