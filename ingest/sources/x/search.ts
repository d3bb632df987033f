// What a broken connection missed, from X's recent search: query by query, page by page, within a number of requests and
// the budget. Pure of time and place; what was taken before is not decided here.
import type { XApi } from './api.ts';
import { isXId } from './id.ts';
import { postFields } from './post.ts';
import { windowMs } from './reconnect.ts';
import type { XRule } from './rules.ts';

/** What was missed: after the post with this id, or, where that is too old to be named, from this time (ms). */
export type Since = { readonly id: string } | { readonly fromMs: number };

export interface SearchDeps {
  readonly api: Pick<XApi, 'get'>;
  /** How many posts the budget still allows. */
  readonly room: () => number;
  /** One message as the stream would bring it, newest first within a query; what two queries find is told once. */
  readonly found: (message: unknown, id: string) => void;
  readonly sleep: (ms: number) => Promise<void>;
  /** ms since 1970, as X's limits tell it. */
  readonly now: () => number;
  readonly stopped: () => boolean;
}

export interface SearchBounds {
  readonly requests: number;
  readonly posts: number;
  /** First wait before a failed request is tried again, ms. */
  readonly retryMs: number;
}

/** `whole`: all that search has was told. Otherwise why not: `spend-cap`, `requests`, `posts`, `stopped`, or X's own failure for people. */
export type Searched = { readonly whole: true; readonly requests: number } | { readonly whole: false; readonly requests: number; readonly why: string };

/** X takes from 10 to 100 posts a page. */
const [leastPage, mostPage] = [10, 100];
const tries = 3;
const stepMs = 500;
/** X's limits are told in whole seconds. */
const resetSlackMs = 1_000;

const fieldsOf = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {});

/** Asks for all that these queries find. Never throws. */
export async function searchMissed(queries: readonly XRule[], since: Since, bounds: SearchBounds, deps: SearchDeps): Promise<Searched> {
  const told = new Set<string>();
  let requests = 0;
  const from: Readonly<Record<string, string>> = 'id' in since ? { since_id: since.id } : { start_time: `${new Date(since.fromMs).toISOString().slice(0, 19)}Z` };
  /** In steps, since what it waits with may be over meanwhile. */
  async function sleepTill(ms: number): Promise<void> {
    for (let leftMs = ms - deps.now(); leftMs > 0 && !deps.stopped(); leftMs = ms - deps.now()) await deps.sleep(Math.min(leftMs, stepMs));
  }
  const incomplete = (why: string): Searched => ({ whole: false, requests, why });

  for (const { value: query } of queries) {
    let token: string | undefined;
    do {
      const room = Math.min(deps.room(), bounds.posts - told.size);
      if (deps.room() < leastPage) return incomplete('spend-cap');
      if (room < leastPage) return incomplete('posts');
      let page: Record<string, unknown> | undefined;
      for (let attempt = 1; page === undefined; attempt++) {
        if (deps.stopped()) return incomplete('stopped');
        if (requests >= bounds.requests) return incomplete('requests');
        requests += 1;
        const answer = await deps.api.get('tweets/search/recent', { query, max_results: Math.min(mostPage, room), ...postFields, ...from, ...(token === undefined ? {} : { next_token: token }) });
        const resetMs = !answer.ok && answer.failure.kind === 'rate' ? answer.failure.resetMs : undefined;
        if (answer.ok) page = fieldsOf(answer.value);
        else if (resetMs !== undefined && resetMs - deps.now() <= windowMs && attempt < tries) await sleepTill(resetMs + resetSlackMs);
        else if (attempt >= tries || (answer.failure.kind !== 'network' && answer.failure.kind !== 'server')) return incomplete(answer.failure.why);
        else await deps.sleep(bounds.retryMs * 4 ** attempt);
      }
      const { data, includes, meta } = page;
      for (const post of Array.isArray(data) ? (data as readonly unknown[]) : []) {
        const { id } = fieldsOf(post);
        if (!isXId(id) || told.has(id)) continue;
        told.add(id);
        deps.found({ data: post, includes }, id);
      }
      const next = fieldsOf(meta)['next_token'];
      token = typeof next === 'string' && next !== '' && next !== token ? next : undefined;
    } while (token !== undefined);
  }
  return { whole: true, requests };
}
