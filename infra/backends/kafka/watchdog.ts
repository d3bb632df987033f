// Looks whether parts get on. A client can fall silent without an error (kafkajs issue 659, and whatever we do not know
// of), so standing still in sight of records is itself taken for an error.
import type { Link } from './link.ts';
import { offsetsOf } from './reader.ts';

const lookEveryMs = 10_000;
/** Longer than the cluster lets a dead writer's transaction hold records back: its timeout in producer.ts, and 10 s until that is seen. */
const stuckMs = 60_000;

export interface WatchdogDeps {
  readonly link: Link;
  /** The input's name on the cluster. */
  readonly place: string;
  readonly partitions: readonly number[];
  /** Told where each partition ends, as far as it is committed. */
  readonly saw: (place: string, partition: number, end: number) => void;
  /** What each part has done so far, as a number that grows, and how far it is behind. */
  readonly parts: () => readonly { readonly part: string; readonly beats: number; readonly lag: number }[];
  readonly stuck: (part: string, forMs: number) => void;
}

export interface Watchdog {
  close(): Promise<void>;
}

/** Remembers since when each part stands still. `look` returns those that have for a minute, with how long. */
export function createStandstill(): { look(nowMs: number, parts: ReturnType<WatchdogDeps['parts']>): { part: string; forMs: number }[]; forget(): void } {
  const since = new Map<string, { beats: number; at: number }>();
  return {
    look(nowMs, parts) {
      return parts.flatMap(({ part, beats, lag }) => {
        const former = since.get(part);
        if (former === undefined || former.beats !== beats || lag === 0) {
          since.set(part, { beats, at: nowMs });
          return [];
        }
        return nowMs - former.at > stuckMs ? [{ part, forMs: nowMs - former.at }] : [];
      });
    },
    forget: () => since.clear(),
  };
}

/** Calls `stuck` for a part that has records to read and does nothing for a minute in which the cluster answered. */
export function createWatchdog({ link, place, partitions, saw, parts, stuck }: WatchdogDeps): Watchdog {
  const standstill = createStandstill();
  let looking = false;

  async function look(): Promise<void> {
    for (const [partition, end] of await offsetsOf(link, place, partitions, 'committed')) saw(place, partition, end);
    for (const { part, forMs } of standstill.look(performance.now(), parts())) stuck(part, forMs);
  }

  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    void look()
      .catch(async (error: unknown) => {
        // while the cluster is away nobody can get on, and check() tells it
        standstill.forget();
        await link.mend(error);
      })
      .finally(() => {
        looking = false;
      });
  }, lookEveryMs);

  return {
    async close() {
      clearInterval(timer);
      await link.close();
    },
  };
}
