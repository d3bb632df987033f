// The newest records of the log, held in memory as they were written, so that who reads along need not ask the file for what
// this process has just put there. Owns no truth: whoever asks for more than is held reads the file.
import type { InRecord } from '../../../shared/bus.ts';
import type { TopicName } from '../../../shared/topics.ts';

/** Bytes of values, and records, that are held at least; at most twice as much is. */
const keptBytes = 8 << 20;
const keptRecords = 20_000;

export interface Recent {
  /** A record that was written inside a transaction, in the order of offsets. */
  add(record: InRecord): void;
  /** The transaction is over: what was added since the last one is held, or dropped. */
  settle(kept: boolean): void;
  /** Others have written too: what follows is not known here. */
  forget(): void;
  /**
   * Records after `after` up to `until`, oldest first, of a topic and a partition or of all; stops at `limit` and near
   * `maxBytes`. Null where not all of them are held.
   */
  read(topic: TopicName, partition: number | null, after: number, until: number, limit: number, maxBytes: number): InRecord[] | null;
}

interface Generation {
  /** Offset of the first record of any topic. */
  readonly first: number;
  readonly byTopic: Map<TopicName, InRecord[]>;
  bytes: number;
  count: number;
}

export function createRecent(): Recent {
  let open: InRecord[] = [];
  // Two generations, as one run of offsets without a gap: when the young one is full the old one goes.
  let old: Generation | null = null;
  let young: Generation | null = null;
  let last = 0;

  function hold(record: InRecord): void {
    // a gap is what another process wrote
    if (young === null || record.offset !== last + 1) {
      old = null;
      young = { first: record.offset, byTopic: new Map(), bytes: 0, count: 0 };
    } else if (young.bytes >= keptBytes || young.count >= keptRecords) {
      old = young;
      young = { first: record.offset, byTopic: new Map(), bytes: 0, count: 0 };
    }
    last = record.offset;
    young.bytes += record.value?.length ?? 0;
    young.count += 1;
    const list = young.byTopic.get(record.topic);
    if (list === undefined) young.byTopic.set(record.topic, [record]);
    else list.push(record);
  }

  return {
    add: (record) => void open.push(record),
    settle(kept) {
      if (kept) for (const record of open) hold(record);
      open = [];
    },
    forget() {
      old = young = null;
    },
    read(topic, partition, after, until, limit, maxBytes) {
      if (young === null || after + 1 < (old ?? young).first) return null;
      const found: InRecord[] = [];
      let bytes = 0;
      for (const generation of old === null ? [young] : [old, young]) {
        const list = generation.byTopic.get(topic) ?? [];
        for (let i = firstAfter(list, after); i < list.length; i++) {
          const record = list[i]!;
          if (record.offset > until || found.length >= limit) return found;
          if (partition !== null && record.partition !== partition) continue;
          found.push(record);
          bytes += record.value?.length ?? 0;
          if (bytes >= maxBytes) return found;
        }
      }
      return found;
    },
  };
}

/** The place of the first record whose offset is greater. */
function firstAfter(list: readonly InRecord[], offset: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle]!.offset > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}
