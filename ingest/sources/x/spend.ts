// The spend meter: what X charged, by its own price list, in this UTC day and month, and whether a cap is reached. Pure.
// It counts on the safe side: after a restart a post that was paid for in the same day may be counted again.
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { SourceSpend } from '../../../shared/source-status.ts';

/** Money is in US dollars. */
export const spendSchema = z
  .strictObject({
    perDay: z.number().min(0).default(10).describe('most to spend in a UTC day, US dollars'),
    perMonth: z.number().min(0).default(200).describe('most to spend in a UTC month, US dollars'),
    postPrice: z.number().min(0).default(0.005).describe('what X charges for a post read, once per UTC day, US dollars'),
    requestPrice: z.number().min(0).default(0.005).describe('what X charges for a request of counts, US dollars'),
  })
  .prefault({});
export type SpendOptions = z.infer<typeof spendSchema>;

const countSchema = z.object({ of: z.string(), posts: z.number().int().min(0), requests: z.number().int().min(0) });
export const savedSpendSchema = z.object({ day: countSchema, month: countSchema });
/** `of`: which day (2026-11-23) or month (2026-11). */
export type SavedSpend = z.infer<typeof savedSpendSchema>;

export interface SpendMeter {
  /** A post was read; counts once per UTC day. */
  post(id: string, nowMs: number): void;
  /** A request that costs was made. */
  request(nowMs: number): void;
  /** US dollars. */
  spent(nowMs: number): { readonly day: number; readonly month: number };
  /** How many posts, or requests, may still be read before a cap. */
  room(nowMs: number): { readonly posts: number; readonly requests: number };
  /** The cap that is reached, and when it ends, ms; undefined while there is room. */
  capped(nowMs: number): { readonly cap: 'day' | 'month'; readonly untilMs: number } | undefined;
  saved(nowMs: number): SavedSpend;
}

/** A post read again on its day is known among as many. */
const keptIds = 200_000;
const dayMs = 24 * 3_600_000;
/** A clock that was further ahead than this was wrong. */
const aheadMs = 2 * dayMs;
/** What a float may be off by when prices are added up. */
const cent = 1e-9;

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const monthOf = (ms: number): string => new Date(ms).toISOString().slice(0, 7);
const zero = (of: string): z.infer<typeof countSchema> => ({ of, posts: 0, requests: 0 });

/** `known`: what was saved, wherever; of each span the greatest holds, so that a lost copy never resets the meter. */
export function createSpendMeter(options: SpendOptions, known: readonly (SavedSpend | undefined)[]): SpendMeter {
  const { postPrice, requestPrice, perDay, perMonth } = options;
  const paid = new LRUCache<string, string>({ max: keptIds });
  const greatest = (span: 'day' | 'month'): z.infer<typeof countSchema> => {
    const all = known.flatMap((one) => (one === undefined ? [] : [one[span]]));
    const of = all.map((one) => one.of).toSorted().at(-1) ?? '';
    return all.filter((one) => one.of === of).reduce((most, one) => ({ of, posts: Math.max(most.posts, one.posts), requests: Math.max(most.requests, one.requests) }), zero(of));
  };
  let day = greatest('day');
  let month = greatest('month');

  let nextDayMs = 0;
  let turnedMs = 0;
  /**
   * A new day begins at zero, and a clock that goes back begins none: what was counted stays. What was counted under a clock
   * that was far ahead becomes today's, since no later day would ever come.
   */
  function turn(nowMs: number): void {
    if (nowMs < nextDayMs && nowMs > turnedMs - aheadMs) return;
    turnedMs = nowMs;
    nextDayMs = (Math.floor(nowMs / dayMs) + 1) * dayMs;
    if (day.of > dayOf(nowMs + aheadMs)) day.of = dayOf(nowMs);
    if (month.of > monthOf(nowMs + aheadMs)) month.of = monthOf(nowMs);
    if (dayOf(nowMs) > day.of) day = zero(dayOf(nowMs));
    if (monthOf(nowMs) > month.of) month = zero(monthOf(nowMs));
  }
  const money = (count: { posts: number; requests: number }): number => count.posts * postPrice + count.requests * requestPrice;
  const left = (): number => Math.max(0, Math.min(perDay - money(day), perMonth - money(month)));
  const timesIn = (price: number): number => (price === 0 && left() > 0 ? Infinity : price === 0 ? 0 : Math.floor((left() + cent) / price));

  return {
    post(id, nowMs) {
      turn(nowMs);
      if (paid.get(id) === day.of) return;
      paid.set(id, day.of);
      day.posts += 1;
      month.posts += 1;
    },
    request(nowMs) {
      turn(nowMs);
      day.requests += 1;
      month.requests += 1;
    },
    spent(nowMs) {
      turn(nowMs);
      return { day: money(day), month: money(month) };
    },
    room(nowMs) {
      turn(nowMs);
      return { posts: timesIn(postPrice), requests: timesIn(requestPrice) };
    },
    capped(nowMs) {
      turn(nowMs);
      const least = Math.max(cent, Math.min(postPrice, requestPrice));
      if (left() + cent >= least) return undefined;
      const now = new Date(nowMs);
      if (perMonth - money(month) + cent < least) return { cap: 'month', untilMs: Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1) };
      return { cap: 'day', untilMs: Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1) };
    },
    saved(nowMs) {
      turn(nowMs);
      return { day: { ...day }, month: { ...month } };
    },
  };
}

/** What a meter says at `nowMs`, beside its caps; US dollars. */
export function spentOf(meter: SpendMeter, { perDay, perMonth }: SpendOptions, nowMs: number): SourceSpend {
  return { ...meter.spent(nowMs), perDay, perMonth };
}
