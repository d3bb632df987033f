// Which posts came under which local id of an instance: a deletion names only that. Only those that name a service are
// kept, the newest in memory, a day of them in the Store, so that a deletion after a restart still finds its post.
import { LRUCache } from 'lru-cache';
import type { Store } from '../../shared/store.ts';

const keptInMemory = 20_000;
const keptMs = 24 * 3_600_000;

export interface KnownPosts {
  /** This post, under this id of ours, is in the log. */
  note(localId: string, id: string): void;
  /** From memory. */
  of(localId: string): string | undefined;
  /** From memory or the Store; undefined where neither knows it, or the Store does not answer. */
  recall(localId: string): Promise<string | undefined>;
}

/** `name` of the source: local ids of two instances may be equal. */
export function createKnownPosts(store: Pick<Store, 'get' | 'set'>, name: string): KnownPosts {
  const recent = new LRUCache<string, string>({ max: keptInMemory });
  const keyOf = (localId: string): string => `mastodon-post/${name}/${localId}`;
  return {
    note(localId, id) {
      recent.set(localId, id);
      // may be forgotten: then a deletion after a restart does not find it
      store.set(keyOf(localId), id, keptMs).catch(() => {});
    },
    of: (localId) => recent.get(localId),
    recall: async (localId) => recent.get(localId) ?? (await store.get(keyOf(localId)).catch(() => undefined)),
  };
}
