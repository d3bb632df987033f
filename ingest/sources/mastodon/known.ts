// Which posts came under which local id of an instance: a deletion names only that. Only those that name a service are
// kept, the newest in memory, a day of them in the Store, so that a deletion after a restart still finds its post.
import { LRUCache } from 'lru-cache';
import type { Store } from '../../../shared/store.ts';

const keptInMemory = 50_000;
const keptMs = 24 * 3_600_000;
/** Posts are written together: one entry for all that came in so long. */
const writeEveryMs = 5_000;

export interface KnownPosts {
  /** This post, under this id of ours, is in the log. */
  note(localId: string, id: string): void;
  /** What is known at once. */
  of(localId: string): string | undefined;
  /** Also what was known before the start, once that is read. */
  recall(localId: string): Promise<string | undefined>;
  /** Writes what is not yet written. */
  close(): Promise<void>;
}

/** `name` of the source: local ids of two instances may be equal. A Store that does not answer costs old deletions. */
export function createKnownPosts(store: Pick<Store, 'entries' | 'set'>, name: string): KnownPosts {
  const prefix = `mastodon-posts/${name}/`;
  const recent = new LRUCache<string, string>({ max: keptInMemory });
  let unwritten: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  let loading: Promise<void> | undefined;

  async function load(): Promise<void> {
    const before = new Map<string, string>();
    for (const list of (await store.entries(prefix).catch(() => new Map<string, string>())).values()) {
      for (const line of list.split('\n')) {
        const [localId, id] = line.split(' ');
        // of a post that was edited the last one stands
        if (localId !== undefined && id !== undefined) before.set(localId, id);
      }
    }
    for (const [localId, id] of before) if (!recent.has(localId)) recent.set(localId, id);
  }

  async function write(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const lines = unwritten;
    unwritten = [];
    // the first local id makes the key one of its own
    if (lines.length > 0) await store.set(prefix + lines[0]!.split(' ')[0]!, lines.join('\n'), keptMs).catch(() => {});
  }

  return {
    note(localId, id) {
      recent.set(localId, id);
      unwritten.push(`${localId} ${id}`);
      timer ??= setTimeout(() => void write(), writeEveryMs);
    },
    of: (localId) => recent.get(localId),
    async recall(localId) {
      await (loading ??= load());
      return recent.get(localId);
    },
    close: write,
  };
}
