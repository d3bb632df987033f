// `x-counts`: how many posts X counts for a service's outage rule, minute by minute: a cheap baseline beside the stream,
// since a request for many minutes costs as much as one post. It reads no post. Minutes that are over are asked for, the
// services spread evenly over the interval; the first time a week of history is.
import { z } from 'zod';
import type { Service } from '../../shared/service.ts';
import { createPolling, type Polled } from '../polling.ts';
import type { Source, SourceDefinition, SourceDeps } from '../source.ts';
import { createXApi } from './x/api.ts';
import { checkCounts } from './x/check.ts';
import { readCountsCursor, readSpend, spendKey, writeCountsCursor } from './x/cursor.ts';
import type { XFailure } from './x/failure.ts';
import { accessOptions } from './x/options.ts';
import { windowMs } from './x/reconnect.ts';
import { countQuery } from './x/rules.ts';
import { createSpendMeter, spentOf } from './x/spend.ts';

const options = z.strictObject({
  ...accessOptions,
  services: z.array(z.string()).min(1).describe('ids of the services to count, since each costs: $1.44 a day at a request every 5 minutes'),
  everyMinutes: z.number().min(1).max(1_440).default(5).describe('how often each service is asked for'),
  historyDays: z.number().min(0).max(6.9).default(6.9).describe('how much of the past is counted at the first start; a request a day of it'),
  queryChars: z.number().int().min(256).max(4_096).default(512).describe('characters in a query (4,096 with Enterprise)'),
  deadlineMs: z.number().int().min(1).default(30_000).describe('how long X may take to answer'),
});
type Options = z.infer<typeof options>;

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** X goes back a week; the edge of it is not to be trusted. */
const reachMs = 7 * dayMs - 10 * minuteMs;
/** X counts a minute to its end only so long after it. */
const settleMs = 30_000;
/** Minutes of a day come in one answer or in several; more than these are none. */
const maxPages = 40;
const longestCappedMs = 10 * minuteMs;

interface Counted {
  readonly service: string;
  readonly query: string;
  /** ms: start of the first minute that is not counted yet; undefined before the first. */
  next: number | undefined;
}

const fieldsOf = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {});
const minuteOf = (ms: number): number => Math.floor(ms / minuteMs) * minuteMs;
const second = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

function queriesFor(services: readonly Service[], { services: wanted, languages, queryChars }: Pick<Options, 'services' | 'languages' | 'queryChars'>): { service: string; query: string }[] {
  return services.filter(({ id }) => wanted.includes(id)).flatMap((service) => {
    const query = countQuery(service, { languages, queryChars });
    return query === undefined ? [] : [{ service: service.id, query }];
  });
}

/** The minutes of one answer, in order; `bad` is how many were none of those asked for. */
export function readCounts(value: unknown, fromMs: number, toMs: number): { minutes: readonly { readonly minute: number; readonly posts: number }[]; bad: number; next: string | undefined } {
  const { data, meta } = fieldsOf(value);
  const minutes: { minute: number; posts: number }[] = [];
  let bad = 0;
  for (const { start, tweet_count: posts } of (Array.isArray(data) ? (data as readonly unknown[]) : []).map(fieldsOf)) {
    const minute = typeof start === 'string' ? Date.parse(start) : Number.NaN;
    if (minute % minuteMs === 0 && minute >= fromMs && minute < toMs && typeof posts === 'number' && Number.isSafeInteger(posts) && posts >= 0) minutes.push({ minute, posts });
    else bad += 1;
  }
  const next = fieldsOf(meta)['next_token'];
  return { minutes: minutes.toSorted((a, b) => a.minute - b.minute), bad, next: typeof next === 'string' && next !== '' ? next : undefined };
}

function createXCounts(options: Options, deps: SourceDeps): Source {
  const { intake, clock, log, store } = deps;
  const { spend } = options;
  const api = createXApi(options, options.deadlineMs);
  const saved = readCountsCursor(deps.cursor);
  const counted: Counted[] = queriesFor(deps.services, options).map((one) => ({ ...one, next: saved?.next[one.service] }));
  let meter = createSpendMeter(spend, [saved?.spend]);
  let readStore = false;
  let turn = Math.max(0, counted.findIndex(({ next }) => next === Math.min(...counted.map((one) => one.next ?? 0)) || next === undefined));

  const cursor = (): string => writeCountsCursor({ next: Object.fromEntries(counted.flatMap(({ service, next }) => (next === undefined ? [] : [[service, next]]))), spend: meter.saved(clock()) });

  function detail(): string {
    const { day, month } = meter.spent(clock());
    return `${counted.length} services counted every ${options.everyMinutes} min; spent $${day.toFixed(2)} of $${spend.perDay.toFixed(2)} today, $${month.toFixed(2)} of $${spend.perMonth.toFixed(2)} this month`;
  }

  function capped(): Polled | undefined {
    if (meter.room(clock()).requests >= 1) return undefined;
    intake.dropped('spend-cap');
    // there is room for less than a request: that holds until the next day at least
    const { cap, untilMs } = meter.capped(clock()) ?? { cap: 'day', untilMs: (Math.floor(clock() / dayMs) + 1) * dayMs };
    return {
      ok: false, tellNow: true, waitMs: Math.min(untilMs - clock(), longestCappedMs),
      detail: `spending cap of $${(cap === 'day' ? spend.perDay : spend.perMonth).toFixed(2)} a ${cap} reached; counts again at ${second(untilMs).slice(0, 16).replace('T', ' ')} UTC`,
    };
  }

  function refused({ kind, why, resetMs }: XFailure): Polled {
    const lasting = kind === 'auth' || kind === 'forbidden' || kind === 'capped';
    const tillReset = resetMs === undefined ? -1 : resetMs - clock();
    const waitMs = lasting ? windowMs : kind === 'rate' && tillReset >= 0 && tillReset <= windowMs ? tillReset : undefined;
    return { ok: false, detail: `X: ${why}`, tellNow: lasting, ...(waitMs === undefined ? {} : { waitMs }) };
  }

  /** Asks for one service's minutes up to `toMs`, page by page. The minutes of all pages go over in order of time. */
  async function count(one: Counted, fromMs: number, toMs: number, signal: AbortSignal): Promise<Polled | undefined> {
    const found: { readonly minute: number; readonly posts: number }[] = [];
    let token: string | undefined;
    for (let page = 0; page < maxPages; page++) {
      const over = capped();
      if (over !== undefined) return over;
      meter.request(clock());
      // it is paid for, whatever becomes of it
      intake.cursor(cursor());
      const answer = await api.get('tweets/counts/recent', { query: one.query, granularity: 'minute', start_time: second(fromMs), end_time: second(toMs), ...(token === undefined ? {} : { next_token: token }) });
      if (signal.aborted) return undefined;
      if (!answer.ok) return refused(answer.failure);
      const read = readCounts(answer.value, fromMs, toMs);
      for (let bad = 0; bad < read.bad; bad++) intake.dropped('bad-count');
      found.push(...read.minutes);
      if (read.next === undefined || read.next === token) break;
      token = read.next;
    }
    for (const { minute, posts } of found.toSorted((a, b) => a.minute - b.minute)) intake.tally({ service: one.service, minute, posts });
    one.next = toMs;
    intake.cursor(cursor());
    return undefined;
  }

  async function poll(signal: AbortSignal): Promise<Polled> {
    if (!readStore) {
      signal.addEventListener('abort', () => api.close());
      meter = createSpendMeter(spend, [saved?.spend, readSpend(await store.get(spendKey(deps.name)).catch(() => undefined))]);
      readStore = true;
      for (const id of options.services) if (!counted.some(({ service }) => service === id)) log.warn({ service: id }, 'not counted on X: not watched, or only ordinary words');
    }
    const one = counted[turn % Math.max(1, counted.length)];
    if (one === undefined) return { ok: false, tellNow: true, detail: 'nothing to count: none of the `services` is watched under a name that X can be asked for' };
    const newest = minuteOf(clock() - settleMs);
    const oldest = minuteOf(clock() - reachMs) + minuteMs;
    const fromMs = minuteOf(Math.max(oldest, one.next ?? newest - Math.max(options.everyMinutes, options.historyDays * 1_440) * minuteMs));
    // a day at a time: what was paid for is kept, whatever becomes of the rest
    const toMs = Math.min(newest, fromMs + dayMs);
    if (toMs > fromMs) {
      const trouble = await count(one, fromMs, toMs, signal);
      // what is refused must not keep the others from their turn
      if (trouble === undefined ? toMs === newest : trouble.waitMs === undefined) turn += 1;
      if (signal.aborted || trouble !== undefined) return trouble ?? { ok: true, detail: 'stopped' };
    } else {
      turn += 1;
    }
    const { day, month } = meter.spent(clock());
    void store.set(spendKey(deps.name), JSON.stringify({ ...meter.saved(clock()), spent: { day, month } }), 40 * dayMs).catch(() => {});
    const more = toMs < newest || counted.some(({ next }) => next === undefined);
    return { ok: true, detail: more ? 'counting what is past' : detail(), again: more, behind: more };
  }

  const polling = createPolling({ intake, clock, poll, everyMs: (options.everyMinutes * minuteMs) / Math.max(1, counted.length), close: async () => api.close() });
  return { ...polling, spend: () => spentOf(meter, spend, clock()) };
}

export default {
  type: 'x-counts',
  summary: "How many posts X counts about services that fail, minute by minute. Each request costs money.",
  options,
  silenceNormal: true,
  workers: 'one',
  filtered: true,
  carries: 'tallies',
  reasons: { 'bad-count': 'a count for no minute that was asked for', 'spend-cap': 'a request that a spending cap refused' },
  latenessMs: 10_000,
  create: createXCounts,
  async check(options, services) {
    const asked = queriesFor(services, options).length;
    return checkCounts(options, asked, (asked * 1_440) / options.everyMinutes, options.spend);
  },
} satisfies SourceDefinition<typeof options>;
