// The book of watches of one partition: which services are watched, which of them are awake, which have something to do at a
// minute's end, and what of them a snapshot holds. What a watch counts and when it alarms is decided elsewhere.
import type { SnapshotPart } from '../shared/bus.ts';
import { expectNow, learnIdle } from './baseline.ts';
import { fallAsleep } from './minute-end.ts';
import { forgetSeen } from './seen-posts.ts';
import type { Sources } from './sources.ts';
import { createActive, createWatch, type Watch } from './watch.ts';
import { encodeWatch } from './watch-stored.ts';

const minuteMs = 60_000;

export interface WatchBook {
  readonly of: ReadonlyMap<string, Watch>;
  /**
   * The watch of a service, brought up to the minute of `at` (ms) and ready to count; `exposureOf` is asked of one that was
   * not there, in how many minutes it could have been heard.
   */
  wake(service: string, at: number, exposureOf: (service: string) => number, sources: Sources): Watch;
  /** What was stored of this service is not what stands now. */
  changed(service: string): void;
  /** Those with something to do at a minute's end, by name. */
  busy(): Watch[];
  /** Whoever is not awake any more, or dozes, has nothing to do until it is woken. */
  settle(watch: Watch): void;
  /** Now and then: puts those to sleep at `boundary` (ms) of whom nobody speaks. */
  putToSleep(boundary: number): void;
  /** Services that were lately talked about, or are over an incident, by name. */
  awake(): string[];
  /** All of them, by name. */
  all(): Watch[];
  /** Throws where one that should be awake is missing. */
  restore(watches: readonly Watch[], awake: readonly string[]): void;
  snapshot(): SnapshotPart[];
}

export function createWatchBook(): WatchBook {
  const watches = new Map<string, Watch>();
  const awake = new Set<string>();
  const busy = new Set<string>();
  const encoded = new Map<string, Uint8Array>(); // of those that have not changed since
  const byName = (): string[] => [...watches.keys()].sort();

  return {
    of: watches,
    wake(service, at, exposureOf, sources) {
      const start = Math.floor(at / minuteMs) * minuteMs;
      let watch = watches.get(service);
      if (watch === undefined) {
        watch = createWatch(service, start, exposureOf(service));
        watches.set(service, watch);
      }
      if (watch.active === null) {
        learnIdle(watch, start, sources.seenMinutes(watch.bySource, watch.clock, start));
        watch.active = createActive(at);
        expectNow(watch, at, sources, {});
        awake.add(service);
      } else if (watch.active.dozing) {
        learnIdle(watch, start, sources.seenMinutes(watch.bySource, watch.clock, start));
        watch.active.dozing = false;
        forgetSeen(watch.active.seen, start);
        expectNow(watch, at, sources, {});
      }
      busy.add(service);
      encoded.delete(service);
      return watch;
    },
    changed(service) {
      encoded.delete(service);
    },
    busy: () => [...busy].sort().map((service) => watches.get(service)!),
    settle({ service, active }) {
      if (active === null || active.dozing) busy.delete(service);
    },
    putToSleep(boundary) {
      for (const service of awake) {
        if (busy.has(service)) continue;
        const watch = watches.get(service)!;
        if (fallAsleep(watch, boundary)) encoded.delete(service);
        if (watch.active === null && watch.past.length === 0) awake.delete(service);
      }
    },
    awake: () => [...awake].sort(),
    all: () => byName().map((service) => watches.get(service)!),
    restore(stored, wereAwake) {
      for (const watch of stored) watches.set(watch.service, watch);
      for (const service of wereAwake) {
        const watch = watches.get(service);
        if (watch === undefined) throw new Error(`detector: snapshot lacks ${service}`);
        awake.add(service);
        if (watch.active !== null && !watch.active.dozing) busy.add(service);
      }
    },
    snapshot: () =>
      byName().map((service) => {
        let value = encoded.get(service);
        if (value === undefined) {
          value = encodeWatch(watches.get(service)!);
          encoded.set(service, value);
        }
        return { key: `watch/${service}`, value };
      }),
  };
}
