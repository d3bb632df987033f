// Follows a topic outside any group. What a group's members share belongs to group.ts.
import type { InRecord, Running } from '../../../shared/bus.ts';
import type { TopicName } from '../../../shared/topics.ts';
import type { Ends } from './ends.ts';
import type { Link } from './link.ts';
import { createReader, offsetsOf } from './reader.ts';

const waitMs = 250;

export interface TailDeps {
  readonly link: Link;
  readonly topic: TopicName;
  /** The topic's name on the cluster. */
  readonly place: string;
  readonly partitions: readonly number[];
  readonly ends: Ends;
  readonly lost: (partition: number, from: number, to: number) => void;
}

export interface Tail extends Running {
  /** Resolves when it is settled where the reading begins, or when that is no longer wanted. */
  readonly begun: Promise<void>;
}

/** As Bus.tail. What `each` throws is not caught: it is our own error. */
export function startTail(deps: TailDeps, from: 'start' | 'now', each: (records: readonly InRecord[]) => void | Promise<void>, caughtUp: () => void): Tail {
  const { link, topic, place, partitions, ends } = deps;
  let stopped = false;
  let begin = () => {};
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });

  async function run(): Promise<void> {
    const patience = { gaveUp: () => stopped };
    const there = await link.again(() => offsetsOf(link, place, partitions, 'end'), patience);
    const start = from === 'now' ? there : await link.again(() => offsetsOf(link, place, partitions, 'first'), patience);
    begin();
    const reader = createReader({ link, topic, place, from: start, lost: deps.lost });
    let told = false;
    while (!stopped) {
      // what was there includes what a transaction still holds back
      if (!told && [...reader.positions].every(([partition, at]) => at >= there.get(partition)!)) {
        told = true;
        caughtUp();
      }
      for (const { partition, records, end } of await reader.read(waitMs)) {
        ends.saw(place, partition, end);
        if (records.length > 0 && !stopped) await each(records);
      }
    }
  }

  const done = run()
    .catch((error: unknown) => {
      if (!stopped) throw error;
    })
    .finally(() => {
      begin();
      return link.close();
    });

  return {
    begun,
    async stop() {
      stopped = true;
      // what is being waited for comes no more
      await link.close();
      await done;
    },
  };
}
