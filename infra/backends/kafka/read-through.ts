// Reads a topic once to where it ended when the reading began: for what a fold has published, for snapshots, for the
// latest record of each key.
import type { InRecord } from '../../../shared/bus.ts';
import type { TopicName } from '../../../shared/topics.ts';
import type { Link, Patience } from './link.ts';
import { createReader, offsetsOf } from './reader.ts';

const waitMs = 200;

export interface ReadThrough {
  readonly link: Link;
  readonly topic: TopicName;
  /** The topic's name on the cluster. */
  readonly place: string;
  readonly partitions: readonly number[];
  /** Where to begin; the first that is kept when not given. */
  readonly from?: ReadonlyMap<number, number>;
  readonly patience?: Patience;
}

/**
 * Hands `each` every committed record that stood before the end, whoever wrote it: what another's transaction still holds
 * back is waited for. Returns false when given up on.
 */
export async function readThrough(options: ReadThrough, each: (records: readonly InRecord[]) => void | Promise<void>): Promise<boolean> {
  const { link, topic, place, partitions, patience = {} } = options;
  const ends = await link.again(() => offsetsOf(link, place, partitions, 'end'), patience);
  const from = options.from ?? (await link.again(() => offsetsOf(link, place, partitions, 'first'), patience));
  const open = new Map([...from].filter(([partition, at]) => at < (ends.get(partition) ?? 0)));
  if (open.size === 0) return true;
  const reader = createReader({ link, topic, place, from: open, lost: () => {} });
  const behind = () => [...reader.positions].some(([partition, at]) => at < ends.get(partition)!);
  while (behind()) {
    if (patience.gaveUp?.() === true) return false;
    for (const { partition, records } of await reader.read(waitMs)) {
      const end = ends.get(partition)!;
      const wanted = records.length > 0 && records.at(-1)!.offset >= end ? records.filter(({ offset }) => offset < end) : records;
      if (wanted.length > 0) await each(wanted);
    }
    await new Promise(setImmediate);
  }
  return true;
}

/** The latest record of each key, in no order; erased keys are left out. Values are copies: what was read can be let go of. */
export async function readLatest(options: ReadThrough, wanted: (key: string) => boolean = () => true): Promise<Map<string, InRecord>> {
  const latest = new Map<string, InRecord>();
  await readThrough(options, (records) => {
    for (const record of records) {
      if (!wanted(record.key)) continue;
      if (record.value === null) latest.delete(record.key);
      else latest.set(record.key, { ...record, value: new Uint8Array(record.value) });
    }
  });
  return latest;
}
