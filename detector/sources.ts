// What each source was doing at a moment of event time, and how much it carried against its own usual: the factor by
// which a service's expected reports follow the sources. Knows nothing of single services but their share.
import type { SourceState } from '../shared/frame.ts';
import { createSight, type SightState } from './sight.ts';
import { createSeason, endFirstDay, learnFirstDay, learnHour, type Season, seasonAt, widenSeason } from './season.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;
const levelHalfLifeMinutes = 3 * 1_440;
// Posts a minute that weigh against those read: a source that carries little says little.
const pseudoReads = 50;
// Minutes of history at which a source's own usual counts half.
const trustMinutes = 360;
const leastRatio = 0.3;
const mostRatio = 4;
// What a minute teaches of a source's usual: were a tripled one learnt as it is, it would become the usual sooner than what
// is said of each service in it.
const mostTaught = 1.5;

interface Known {
  state: SourceState;
  filtered: boolean;
  epoch: number;
  seq: number;
  /** Posts read by minute (ms), not yet closed. */
  reads: [number, number][];
  closed: number;
  usual: number;
  count: number;
  minutes: number;
  seen: number;
  hourCount: number;
  hourFlat: number;
  season: Season;
}

export interface Sources {
  /** Read counts as a frame brings them: bucketed by minute, used when the minute is closed. */
  read(source: string, epoch: number, seq: number, reads: readonly (readonly [number, number])[]): void;
  /** Start of the first minute in which posts were read and that is not closed, ms; Infinity when there is none. */
  nextRead(): number;
  /** From here on (in event order) the source is in this state. */
  become(source: string, state: SourceState, filtered: boolean): void;
  /** A source was live or catching up when the last minute ended. */
  seeing(): boolean;
  /** Whether those that carry at least half of a service's posts were; `bySource` its usual posts by source. */
  sees(bySource: Readonly<Record<string, number>>): boolean;
  /** In how many minutes between two times (ms, whole minutes) they were. */
  seenMinutes(bySource: Readonly<Record<string, number>>, from: number, until: number): number;
  /** Names of all sources that ever spoke, sorted. */
  names(): readonly string[];
  /** How many sources are live. */
  live(): number;
  /** The minute that ends at `boundary` (ms) is over: what was read in it becomes the present volume, then history. */
  close(boundary: number): void;
  /**
   * Volume of `source` now over its usual, with `own` posts of the service and its usual `ownUsual` left out; 1 for a
   * filtered one that is connected, 0 for one that is not. Between 0.3 and 4 otherwise.
   */
  ratio(source: string, own: number, ownUsual: number): number;
  encode(): unknown;
}

interface Kept {
  known: [string, Omit<Known, 'season'> & { season: number[] }][];
  sight: SightState;
}

export function createSources(kept?: unknown): Sources {
  const known = new Map<string, Known>();
  const from = kept as Kept | undefined;
  const sight = createSight(from?.sight);
  for (const [name, one] of from?.known ?? []) {
    known.set(name, { ...one, reads: one.reads.map((r) => [...r]), season: widenSeason(one.season) });
  }

  function get(source: string): Known {
    let one = known.get(source);
    if (one === undefined) {
      one = {
        state: 'live', filtered: false, epoch: 0, seq: -1, reads: [], closed: 0, usual: 0,
        count: 0, minutes: 0, seen: 0, hourCount: 0, hourFlat: 0, season: createSeason(),
      };
      known.set(source, one);
    }
    return one;
  }

  function seeing(one: Known): boolean {
    return one.state === 'live' || one.state === 'catching-up';
  }

  return {
    read(source, epoch, seq, reads) {
      const one = get(source);
      // The same frame again, or one of a worker that was replaced: its posts have been counted.
      if (epoch < one.epoch || (epoch === one.epoch && seq <= one.seq)) return;
      one.epoch = epoch;
      one.seq = seq;
      for (const [second, count] of reads) {
        const minute = Math.floor((second * 1000) / minuteMs) * minuteMs;
        let i = one.reads.length;
        while (i > 0 && one.reads[i - 1]![0] > minute) i--;
        const slot = one.reads[i - 1];
        if (slot !== undefined && slot[0] === minute) slot[1] += count;
        else one.reads.splice(i, 0, [minute, count]);
      }
    },
    nextRead() {
      let next = Infinity;
      for (const one of known.values()) if (one.reads.length > 0) next = Math.min(next, one.reads[0]![0]);
      return next;
    },
    become(source, state, filtered) {
      const one = get(source);
      one.state = state;
      one.filtered = filtered;
    },
    seeing: () => [...known.values()].some(seeing),
    sees: sight.sees,
    seenMinutes: sight.minutes,
    names: () => [...known.keys()].sort(),
    live: () => [...known.values()].filter((one) => one.state === 'live').length,
    close(boundary) {
      // One that ended on purpose is not away: nobody expects to hear through it.
      const present = [...known.keys()].filter((name) => known.get(name)!.state !== 'closed').sort();
      sight.note(boundary, present.map((name) => [name, seeing(known.get(name)!)]));
      for (const one of known.values()) {
        let count = 0;
        while (one.reads.length > 0 && one.reads[0]![0] < boundary) {
          const [minute, n] = one.reads.shift()!;
          if (minute === boundary - minuteMs) count = n;
        }
        if (!seeing(one)) continue;
        one.closed = count;
        const factor = seasonAt(one.season, boundary - minuteMs / 2);
        one.usual = usualOf(one, factor);
        const kept = one.seen < 60 ? count : Math.min(count, mostTaught * one.usual + 1);
        const keep = 2 ** (-1 / levelHalfLifeMinutes);
        one.hourFlat += one.minutes === 0 ? 0 : one.count / one.minutes;
        one.hourCount += kept;
        one.count = one.count * keep + kept;
        one.minutes = one.minutes * keep + factor;
        one.seen += 1;
        if (boundary % hourMs !== 0) continue;
        // Reads are many and copies of one rhythm: a hundredth of them is evidence enough.
        const level = one.count / Math.max(1, one.minutes) / 100;
        if (one.seen < 1_440) learnFirstDay(one.season, boundary - 1, one.hourCount / 100, 60);
        else {
          endFirstDay(one.season, level);
          learnHour(one.season, boundary - 1, one.hourCount / 100, one.hourFlat / 100);
        }
        one.hourCount = 0;
        one.hourFlat = 0;
      }
    },
    ratio(source, own, ownUsual) {
      const one = known.get(source);
      if (one === undefined) return 1;
      if (!seeing(one)) return 0;
      if (one.filtered || one.minutes === 0) return 1;
      return one.seen === 0 ? 1 : volume(one, own, ownUsual);
    },
    encode: (): Kept => ({ known: [...known].map(([name, one]) => [name, { ...one, season: [...one.season] }]), sight: sight.encode() }),
  };

  function volume(one: Known, own: number, ownUsual: number): number {
    const now = Math.max(0, one.closed - own) + pseudoReads;
    const usual = Math.max(0, one.usual - ownUsual) + pseudoReads;
    const trust = one.seen ** 2 / (one.seen ** 2 + trustMinutes ** 2);
    return Math.min(mostRatio, Math.max(leastRatio, (now / usual) ** trust));
  }

  function usualOf(one: Known, factor: number): number {
    return one.minutes === 0 ? 0 : (one.count / one.minutes) * factor;
  }
}
