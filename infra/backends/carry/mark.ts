// The mark of a move, a record among the controls: says that a cluster is being written by a move, so that nobody takes a
// half for a whole, and so that the same move can go on after a crash.
import { z } from 'zod';
import { BusError, type Bus, type InRecord } from '../../../shared/bus.ts';
import { topics } from '../../../shared/topics.ts';
import type { KeptRecord } from './carry-file.ts';

const markSchema = z.object({
  v: z.literal(1),
  kind: z.enum(['migrate', 'repartition']),
  state: z.enum(['writing', 'done']),
  id: z.string().describe('of the file that is carried'),
  file: z.string().describe('where that file was made: a path on `host`'),
  host: z.string(),
  at: z.number().int().describe('ms, wall clock'),
});

export type Mark = z.output<typeof markSchema>;

export const markKey = 'move';

/** The mark among the latest controls; null without one. One that can't be read throws: it is ours. */
export function markIn(controls: ReadonlyMap<string, Pick<InRecord, 'value'>>): Mark | null {
  const value = controls.get(markKey)?.value ?? null;
  return value === null ? null : markSchema.parse(JSON.parse(new TextDecoder().decode(value)));
}

export function markRecord(mark: Mark): KeptRecord {
  return { topic: topics.controls.name, partition: 0, key: markKey, value: new TextEncoder().encode(JSON.stringify(mark)), headers: {}, at: mark.at };
}

/** For whoever starts to work on a cluster: throws a BusError where it holds half of an installation. */
export async function refuseHalf(bus: Pick<Bus, 'latest'>): Promise<void> {
  const mark = markIn(await bus.latest(topics.controls.name));
  if (mark === null || mark.state === 'done') return;
  const again = mark.kind === 'migrate' ? 'run `outcry migrate` again: it begins anew' : `run \`outcry topics repartition\` again on ${mark.host}, where ${mark.file} is: it goes on`;
  throw new BusError('unavailable', `the cluster holds half of an installation, because a move was cut off: ${again}`, false);
}
