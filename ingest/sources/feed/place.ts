// The place in a feed: which of its entries are known, and what of that a restart is told. Pure.
//
// A feed has no order that could be trusted: entries appear late with old dates, and some have none. So entries are known by
// a digest of their key. A cursor has no room for all of them in many feeds: of each it keeps the newest, and a date up to
// which everything counts as known.
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';

export interface FeedPlace {
  /** ms: when it was last read; undefined before the first time. */
  readonly readMs: () => number | undefined;
  /**
   * new, or known; changed: known, with other words than before. beyond: dated no later than what there is no memory of, so
   * that nobody can say; said once, from then on it is known.
   */
  look(key: string, tsMs: number | undefined, words: string): 'new' | 'known' | 'changed' | 'beyond';
  /** From now on it is known. `tsMs`: its date, else when it was first seen. */
  take(key: string, tsMs: number, words: string): void;
  /** The feed was read to its end. */
  read(atMs: number): void;
  /** `<digest of the address>:<last read>:<known up to>:<digests of six letters>`, times in ms, base 36. */
  cursor(keep: number): string;
}

const keptEntries = 4_000;
const digestLength = 6;

const digest = (text: string, length: number): string => createHash('sha256').update(text).digest('base64url').slice(0, length);

/** The name of a feed in a cursor, which tells nothing of its address. */
export const feedKey = (url: string): string => digest(url, 10);

const savedForm = /^([\w-]{10}):([0-9a-z]{1,10}):([0-9a-z]{1,10}):([\w-]*)$/;

/** The saved places of a cursor by the feed's key; what is unreadable is left out. */
export function readFeedCursor(cursor: string | undefined): Map<string, string> {
  return new Map((cursor ?? '').split(' ').flatMap((part): [string, string][] => {
    const found = savedForm.exec(part);
    return found === null ? [] : [[found[1]!, part]];
  }));
}

/** `saved`: its part of the last durable cursor. */
export function createFeedPlace(key: string, saved: string | undefined): FeedPlace {
  const found = savedForm.exec(saved ?? '');
  let readMs = found === null ? undefined : Number.parseInt(found[2]!, 36);
  let floorMs = found === null ? 0 : Number.parseInt(found[3]!, 36);
  /** By digest of the key; `words` empty where a restart has forgotten them. */
  const entries = new Map<string, { readonly tsMs: number; readonly words: string }>();
  for (const [one] of (found?.[4] ?? '').matchAll(new RegExp(`.{${digestLength}}`, 'g'))) entries.set(one, { tsMs: readMs ?? 0, words: '' });

  /** Of what lies beyond, by digest of the key. */
  const passedBy = new LRUCache<string, true>({ max: keptEntries });

  const newestFirst = (): [string, { readonly tsMs: number }][] => [...entries].toReversed().sort(([, a], [, b]) => b.tsMs - a.tsMs);

  return {
    readMs: () => readMs,
    look(entry, tsMs, words) {
      const its = digest(entry, digestLength);
      const known = entries.get(its);
      if (known === undefined && (tsMs === undefined || tsMs > floorMs)) return 'new';
      if (known === undefined) {
        const look = passedBy.has(its) ? 'known' : 'beyond';
        passedBy.set(its, true);
        return look;
      }
      const now = digest(words, digestLength);
      if (known.words !== now) entries.set(its, { tsMs: tsMs ?? known.tsMs, words: now });
      return known.words === '' || known.words === now ? 'known' : 'changed';
    },
    take(entry, tsMs, words) {
      entries.set(digest(entry, digestLength), { tsMs, words: digest(words, digestLength) });
      if (entries.size <= keptEntries) return;
      for (const [oldest, { tsMs: at }] of newestFirst().slice(keptEntries / 2)) {
        entries.delete(oldest);
        floorMs = Math.max(floorMs, at);
      }
    },
    read(atMs) {
      readMs = atMs;
    },
    cursor(keep) {
      const sorted = newestFirst();
      const left = sorted.slice(keep).reduce((latest, [, { tsMs }]) => Math.max(latest, tsMs), floorMs);
      // of one date with what is left out: as well known by the date
      const kept = sorted.slice(0, keep);
      return `${key}:${(readMs ?? 0).toString(36)}:${left.toString(36)}:${kept.map(([one]) => one).join('')}`;
    },
  };
}
