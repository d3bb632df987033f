// How an alert that came at another time is told, on one line.
import type { Incident } from '../../shared/incident.ts';
import type { Moved } from '../alert-diff.ts';
import { local } from './command.ts';

const by = (minutes: number): string => (minutes === 0 ? 'at the same time' : `${Math.abs(minutes)} min ${minutes > 0 ? 'later' : 'sooner'}`);

/** Service, time, and by how many minutes opening and confirmation have moved. */
export function movedLine({ before, after, openedMinutes, confirmedMinutes }: Moved<Incident>): string {
  const parts = [`opened ${local(after.openedAt)}, ${by(openedMinutes)}`];
  if (confirmedMinutes !== null) parts.push(`confirmed ${by(confirmedMinutes)}`);
  else if ((before.confirmedAt === null) !== (after.confirmedAt === null)) parts.push(after.confirmedAt === null ? 'not confirmed any more' : 'now confirmed');
  if (before.state !== after.state) parts.push(`${before.state} before, ${after.state} now`);
  return `${after.service}: ${parts.join('; ')}`;
}
