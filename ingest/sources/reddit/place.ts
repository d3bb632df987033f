// The place in a Reddit listing: what of it was taken, and the cursor that carries this over a restart. Pure.
//
// Reddit's own `before` asks for what is newer than a post that it must still find; when that one was deleted the answer is
// empty for ever. Ids are numbers that grow, and a number can't be deleted: so a page is read from the newest end, down to
// the greatest number that was taken.
import { LRUCache } from 'lru-cache';
import type { ThingKind } from './thing.ts';

export interface RedditPlace {
  /** The greatest number taken; undefined before it began. */
  readonly last: () => number | undefined;
  /** Time of the newest taken, ms; where it began if none was. */
  readonly tsMs: () => number;
  begin(last: number, tsMs: number): void;
  /** Whether this one was taken before. One that was held back by moderators comes below the greatest and is still new. */
  taken(number: number): boolean;
  take(number: number, tsMs: number): void;
}

/** Twice what a listing holds. */
const keptNumbers = 2_000;

/** The places of several listings. `cursor`: `t3:<number, base 36>:<time, ms>`, one a listing; unreadable counts as none. */
export function createRedditPlaces(cursor: string | undefined): { place(kind: ThingKind): RedditPlace; cursor(): string } {
  const saved = new Map((cursor ?? '').split(' ').flatMap((part): [string, { last: number; tsMs: number }][] => {
    const found = /^(t[13]):([0-9a-z]{1,10}):(\d{1,15})$/.exec(part);
    return found === null ? [] : [[found[1]!, { last: Number.parseInt(found[2]!, 36), tsMs: Number(found[3]) }]];
  }));
  const places = new Map<ThingKind, RedditPlace>();

  function create(kind: ThingKind): RedditPlace {
    const seen = new LRUCache<number, true>({ max: keptNumbers });
    let at = saved.get(kind);
    /** What lies at or below was taken by another process, or is from before the beginning. */
    let floor = at?.last ?? 0;
    return {
      last: () => at?.last,
      tsMs: () => at?.tsMs ?? 0,
      begin(last, tsMs) {
        at = { last, tsMs };
        floor = last;
      },
      taken: (number) => number <= floor || seen.has(number),
      take(number, tsMs) {
        seen.set(number, true);
        at = { last: Math.max(at?.last ?? 0, number), tsMs: Math.max(at?.tsMs ?? 0, tsMs) };
        saved.set(kind, at);
      },
    };
  }

  return {
    place(kind) {
      const known = places.get(kind) ?? create(kind);
      places.set(kind, known);
      return known;
    },
    cursor: () =>
      (['t3', 't1'] as const)
        .flatMap((kind) => {
          const last = places.get(kind)?.last() ?? saved.get(kind)?.last;
          const tsMs = places.get(kind)?.tsMs() ?? saved.get(kind)?.tsMs;
          return last === undefined ? [] : [`${kind}:${last.toString(36)}:${tsMs}`];
        })
        .join(' '),
  };
}
