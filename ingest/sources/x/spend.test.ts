import { expect, test } from 'vitest';
import { createSpendMeter, spendSchema } from './spend.ts';

const day = 24 * 3_600_000;
const at = Date.UTC(2026, 10, 29, 12);
const options = spendSchema.parse({ perDay: 0.05, perMonth: 0.12 });

test('a post costs once a day, in all of the day\'s connections and searches', () => {
  const meter = createSpendMeter(options, []);
  for (let i = 0; i < 5; i++) meter.post('7', at);
  expect(meter.spent(at)).toEqual({ day: 0.005, month: 0.005 });
  meter.post('7', at + day);
  expect(meter.spent(at + day).month).toBeCloseTo(0.01);
});

test('at the cap of the day there is no room until its end, at that of the month until the month\'s', () => {
  const meter = createSpendMeter(options, []);
  for (let i = 0; i < 9; i++) meter.post(String(i), at);
  expect([meter.room(at), meter.capped(at)]).toEqual([{ posts: 1, requests: 1 }, undefined]);
  meter.request(at);
  expect([meter.room(at), meter.capped(at)]).toEqual([{ posts: 0, requests: 0 }, { cap: 'day', untilMs: Date.UTC(2026, 10, 30) }]);
  for (let i = 0; i < 10; i++) meter.post(String(i), at + day);
  expect(meter.capped(at + day)).toEqual({ cap: 'day', untilMs: Date.UTC(2026, 11, 1) });
  const [dec] = [Date.UTC(2026, 11, 1)];
  expect(meter.room(dec).posts).toBe(10);
  for (let i = 0; i < 24; i++) meter.request(dec + (i < 10 ? 0 : i < 20 ? day : 2 * day));
  expect(meter.capped(dec + 2 * day)).toEqual({ cap: 'month', untilMs: Date.UTC(2027, 0, 1) });
});

test('of what was saved the greatest holds, and nothing is forgotten when the clock goes back', () => {
  const meter = createSpendMeter(options, []);
  for (let i = 0; i < 6; i++) meter.post(String(i), at);
  const saved = meter.saved(at);
  const old = { day: { of: '2026-11-28', posts: 99, requests: 0 }, month: { of: '2026-11', posts: 2, requests: 1 } };
  const next = createSpendMeter(options, [old, undefined, saved]);
  expect(next.saved(at)).toEqual({ day: { of: '2026-11-29', posts: 6, requests: 0 }, month: { of: '2026-11', posts: 6, requests: 1 } });
  expect(next.spent(at - 3 * day).day).toBeCloseTo(0.03);
});

test('what costs nothing has no end, but for a cap of nothing', () => {
  expect(createSpendMeter(spendSchema.parse({ postPrice: 0, requestPrice: 0 }), []).room(at)).toEqual({ posts: Infinity, requests: Infinity });
  const none = createSpendMeter(spendSchema.parse({ perDay: 0 }), []);
  expect([none.room(at).posts, none.capped(at)?.cap]).toEqual([0, 'day']);
});

test('a clock that was years ahead once does not stop the meter: what was spent then is of today', () => {
  const ahead = Date.UTC(2030, 0, 1);
  const meter = createSpendMeter(options, []);
  meter.post('1', ahead);
  for (const one of [meter, createSpendMeter(options, [meter.saved(ahead)])]) {
    for (let i = 0; i < 9; i++) one.post(`a${i}`, at);
    expect(one.saved(at)).toEqual({ day: { of: '2026-11-29', posts: 10, requests: 0 }, month: { of: '2026-11', posts: 10, requests: 0 } });
    expect(one.capped(at)?.cap).toBe('day');
    expect(one.room(at + day).posts).toBe(10);
    expect(one.spent(at + 2 * day).month).toBe(0);
  }
});
