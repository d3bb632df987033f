// `hacker-news`: stories and comments of Hacker News, item by item in the order of their numbers, through its public API.
// What is said there in the first minutes of an outage comes from people who run things. No account, no cost.
//
// Numbers grow, so the place is a number; an item whose number is given out but which can't be read yet is asked for again.
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { jsonOf } from '../json.ts';
import { createPolling, orStopped, type Polled } from '../polling.ts';
import type { Source, SourceCheck, SourceDefinition, SourceDeps } from '../source.ts';
import { createWeb, type Web, type WebAnswer } from '../web.ts';
import { clocksApart, duration, skewWords, whyUnusable } from '../web-words.ts';
import { hackerNewsId, readHackerNewsItem, type HackerNewsItem } from './hacker-news/item.ts';
import { createHackerNewsPlace } from './hacker-news/place.ts';

const options = z.strictObject({
  apiUrl: z.url({ protocol: /^https?$/ }).default('https://hacker-news.firebaseio.com').describe('where the API is'),
  everyMs: z.number().int().min(1_000).default(10_000).describe('how often it is asked for new items'),
  catchUpItems: z.number().int().min(0).max(100_000).default(5_000).describe('how many items are read back at most after a pause; a day brings about 15,000'),
  changesEveryMs: z.number().int().min(10_000).default(60_000).describe('how often it is asked which posts were taken back'),
  deadlineMs: z.number().int().min(1).default(15_000).describe('how long an answer may take'),
});
type Options = z.infer<typeof options>;

const userAgent = 'outcry (hacker-news source)';
const maxBytes = 1 << 20;
/** Items asked for before they are handed over together. */
const batchItems = 64;
const batchesARound = 8;
/** Away for longer than this, what is read is old. */
const awayMs = 60_000;
/** An item that fails so many rounds in a row, while the server answers otherwise, is treated as not there. */
const stuckRounds = 5;
const rememberedPosts = 2_000;

const valueOf = (answer: WebAnswer): unknown => (answer.kind === 'body' ? jsonOf(answer.bytes) : undefined);

function createAsker({ apiUrl, deadlineMs }: Options, web: Web) {
  const base = `${apiUrl.replace(/\/+$/, '')}/v0`;
  const ask = (path: string, signal?: AbortSignal) => web.ask({ url: `${base}/${path}.json`, maxBytes, deadlineMs, ...(signal === undefined ? {} : { signal }) });
  return {
    item: (n: number, signal: AbortSignal) => ask(`item/${n}`, signal),
    updates: (signal: AbortSignal) => ask('updates', signal),
    /** The greatest number given out, or why it is not known. */
    async newest(signal?: AbortSignal): Promise<{ newest: number } | { why: string; waitMs?: number }> {
      const answer = await ask('maxitem', signal);
      const value = valueOf(answer);
      if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return { newest: value };
      if (answer.kind === 'body') return { why: 'answered what is no number: is this the address of the Hacker News API?' };
      return { why: whyUnusable(answer), ...(answer.kind === 'refused' && answer.retryAfterMs !== undefined ? { waitMs: answer.retryAfterMs } : {}) };
    },
  };
}

function createHackerNews(options: Options, deps: SourceDeps): Source {
  const { intake, clock } = deps;
  const web = createWeb({ userAgent, clock, connections: 8 });
  const asker = createAsker(options, web);
  const place = createHackerNewsPlace(deps.cursor);
  /** Posts that named a service: what may have to be taken back. */
  const named = new LRUCache<number, true>({ max: rememberedPosts });
  let readAt: number | undefined;
  let changesAt = 0;
  let stuck = { n: 0, rounds: 0 };

  function handOver(n: number, item: HackerNewsItem): void {
    if (item.kind === 'absent') {
      if (!place.wait(n)) intake.dropped('absent');
      return;
    }
    place.take(n, item.kind === 'post' ? item.post.ts : item.kind === 'past' ? item.tsMs : undefined);
    if (item.kind !== 'post') intake.dropped(item.reason);
    else if (intake.post(item.post).outcome === 'named') named.set(n, true);
  }

  /** Asks for these and hands over as many as came, in order; then what stopped it, if anything did. */
  async function readBatch(numbers: readonly number[], signal: AbortSignal): Promise<Polled | undefined> {
    const answers = await Promise.all(numbers.map((n) => asker.item(n, signal)));
    if (signal.aborted) return { ok: false, detail: 'stopped' };
    let trouble: Polled | undefined;
    for (const [i, answer] of answers.entries()) {
      const n = numbers[i]!;
      if (answer.kind === 'body') handOver(n, readHackerNewsItem(n, answer.bytes));
      else if (answer.kind === 'failed' && answer.tooLong === true) handOver(n, { kind: 'bad', reason: 'too-long' });
      else if (answer.kind === 'refused' && answer.status === 404) handOver(n, { kind: 'absent' });
      else {
        stuck = { n, rounds: stuck.n === n ? stuck.rounds + 1 : 1 };
        if (stuck.rounds >= stuckRounds) handOver(n, { kind: 'absent' });
        else {
          trouble = { ok: false, detail: `item ${n}: ${whyUnusable(answer)}`, ...(answer.kind === 'refused' && answer.retryAfterMs !== undefined ? { waitMs: answer.retryAfterMs } : {}) };
          break;
        }
      }
    }
    intake.cursor(place.cursor());
    await orStopped(signal, intake.ready());
    return trouble;
  }

  /** Which of the posts that named a service were taken back since. */
  async function readChanges(signal: AbortSignal): Promise<void> {
    if (named.size === 0 || clock() - changesAt < options.changesEveryMs) return;
    changesAt = clock();
    const changed = (valueOf(await asker.updates(signal)) as { items?: unknown } | null | undefined)?.items;
    for (const n of Array.isArray(changed) ? changed : []) {
      if (typeof n !== 'number' || !named.has(n)) continue;
      const answer = await asker.item(n, signal);
      if (signal.aborted) return;
      if (answer.kind !== 'body' || readHackerNewsItem(n, answer.bytes).kind !== 'gone') continue;
      named.delete(n);
      intake.deletion(hackerNewsId(n));
    }
  }

  /** Skips what is too far back; the gap that this leaves. */
  function skipTo(newest: number): { from: number; to: number } | undefined {
    const last = place.last()!;
    if (last > newest + batchItems) {
      // numbers never go back: the cursor is of another server
      place.begin(newest, clock());
      return undefined;
    }
    if (newest - last <= options.catchUpItems) return undefined;
    const from = place.tsMs();
    const share = (newest - options.catchUpItems - last) / (newest - last);
    // where the numbers' own time is not known, it is between the two ends by their share
    const to = Math.round(from + (clock() - from) * share);
    place.begin(newest - options.catchUpItems, to);
    return { from, to };
  }

  async function poll(signal: AbortSignal): Promise<Polled> {
    const found = await asker.newest(signal);
    if ('why' in found) return { ok: false, detail: found.why, ...(found.waitMs === undefined ? {} : { waitMs: found.waitMs }) };
    const { newest } = found;
    const apart = clocksApart(web.clockAheadMs());
    if (apart !== undefined) return { ok: false, tellNow: true, detail: apart };
    if (place.last() === undefined) {
      place.begin(newest, clock());
      intake.cursor(place.cursor());
    }
    const gap = skipTo(newest);
    const before = place.last()!;
    const away = clock() - (readAt ?? place.tsMs());
    const old = away > awayMs + options.everyMs && newest > before;
    if (old || gap !== undefined) intake.state('catching-up', `reading ${newest - before} items of the last ${duration(away)}`, gap);

    const numbers = place.next(newest, batchItems * batchesARound);
    for (let at = 0; at < numbers.length; at += batchItems) {
      const trouble = await readBatch(numbers.slice(at, at + batchItems), signal);
      if (trouble !== undefined) return trouble;
    }
    const left = newest - place.last()!;
    if (left > 0) return { ok: true, behind: old, again: true, detail: `reading ${left} more items` };
    readAt = clock();
    await readChanges(signal);
    return { ok: true, detail: `reading new items${skewWords(web.clockAheadMs())}` };
  }

  return createPolling({ intake, clock, everyMs: options.everyMs, poll, close: web.close });
}

async function check(options: Options): Promise<SourceCheck> {
  const web = createWeb({ userAgent, clock: Date.now });
  try {
    const { host } = new URL(options.apiUrl);
    const found = await createAsker(options, web).newest();
    if ('newest' in found) return { ok: true, detail: `${host} answers: its newest item is ${found.newest}` };
    return { ok: false, detail: `${host}: ${found.why}; allow HTTPS out to this host, or set \`apiUrl\` to an address that you reach` };
  } finally {
    await web.close();
  }
}

export default {
  type: 'hacker-news',
  network: 'hacker-news',
  summary: 'Stories and comments on Hacker News. No account, no cost.',
  options,
  silenceNormal: false,
  workers: 'one',
  filtered: false,
  latenessMs: 2_000,
  reasons: {
    absent: 'its number was given out, and it could not be read in twelve rounds',
    deleted: 'its author took it back before it was read',
    dead: 'the site took it away before it was read',
    job: 'a job advertisement', pollopt: 'one choice of a poll', 'other-kind': 'neither story nor comment nor poll',
    'not-json': 'not JSON', 'not-an-item': 'not the item that was asked for', 'no-time': 'without a time', 'bad-author': 'its author has no name that could be one', 'no-text': 'without words',
    'too-long': 'longer than 1 MiB',
  },
  create: createHackerNews,
  check,
} satisfies SourceDefinition<typeof options>;
