// Which services may hold the words of a post: a short cut for posts that are taken back, most of which nobody counted.
// It may name too many, never too few; made anew from the watches, so it is no part of the state.
import { hash53 } from './hash.ts';
import type { Watch } from './watch.ts';

export interface Holders {
  /** The service counted this post. */
  add(service: string, source: string, id: string): void;
  /** Services that may hold it, sorted. */
  of(source: string, id: string): string[];
  /** Forgets what none of these watches holds any more. */
  renew(watches: Iterable<Watch>): void;
}

export function createHolders(): Holders {
  let holders = new Map<number, string[]>();

  function put(key: number, service: string): void {
    const known = holders.get(key);
    if (known === undefined) holders.set(key, [service]);
    else if (!known.includes(service)) known.push(service);
  }

  return {
    add: (service, source, id) => put(hash53(`${source}\n${id}`), service),
    of: (source, id) => (holders.get(hash53(`${source}\n${id}`)) ?? []).toSorted(),
    renew(watches) {
      holders = new Map();
      for (const { service, active, open, past } of watches) {
        for (const post of active?.recent ?? []) put(hash53(`${post.source}\n${post.id}`), service);
        for (const { counted } of open === null ? past : [open, ...past]) for (const key of counted.keys()) put(key, service);
      }
    },
  };
}
