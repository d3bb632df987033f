import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createPolling, type Polled } from './polling.ts';
import type { Source } from './source.ts';

const answers: Polled[] = [];
const told: string[] = [];
let asked: number[] = [];
let beats = 0;
let source: Source;

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  answers.length = 0;
  told.length = 0;
  asked = [];
  beats = 0;
  source = createPolling({
    intake: { state: (state, detail) => void told.push(`${state}: ${detail}`), beat: () => void beats++, ready: async () => {} },
    clock: Date.now, everyMs: 60_000, random: () => 0,
    async poll() {
      asked.push(Date.now() / 1000);
      return answers.shift() ?? { ok: true, detail: 'well' };
    },
  });
});
afterEach(async () => {
  await source.stop();
  vi.useRealTimers();
});

test('it asks at its pace, is live after the first answer, and its time goes on in between', async () => {
  await source.start();
  await vi.advanceTimersByTimeAsync(150_000);
  expect(asked).toEqual([0, 60, 120]);
  expect(told.slice(0, 2)).toEqual(['blind: asking for the first time', 'live: well']);
  expect(beats).toBe(150);
});

test('one failure is forgiven, two in a row are blindness, and time stands until it answers again', async () => {
  answers.push({ ok: true, detail: 'well' }, { ok: false, detail: 'no answer' }, { ok: false, detail: 'no answer still' }, { ok: false, detail: 'gone' });
  await source.start();
  await vi.advanceTimersByTimeAsync(125_000);
  expect(told.at(-1)).toBe('blind: no answer still');
  const before = beats;
  await vi.advanceTimersByTimeAsync(240_000);
  expect(beats).toBe(before);
  expect(asked).toEqual([0, 60, 120, 240]);
  await vi.advanceTimersByTimeAsync(240_000);
  expect(told.at(-1)).toBe('live: well');
});

test('it stays away as long as it is told to, and comes back at once when more is waiting', async () => {
  answers.push({ ok: true, detail: 'page one', again: true }, { ok: false, detail: 'too often', waitMs: 600_000, tellNow: true });
  await source.start();
  await vi.advanceTimersByTimeAsync(599_000);
  expect(asked).toEqual([0, 0]);
  expect(told.at(-1)).toBe('blind: too often');
  await vi.advanceTimersByTimeAsync(2_000);
  expect(asked).toEqual([0, 0, 600]);
});

test('who is sent away for long is blind until then, and its time stands', async () => {
  answers.push({ ok: true, detail: 'well' }, { ok: false, detail: 'too often', waitMs: 3_600_000 }, { ok: true, detail: 'well' }, { ok: false, detail: 'in a moment', waitMs: 61_000 });
  await source.start();
  await vi.advanceTimersByTimeAsync(61_000);
  expect(told.at(-1)).toBe('blind: too often');
  const before = beats;
  await vi.advanceTimersByTimeAsync(3_500_000);
  expect([beats, asked.length]).toEqual([before, 2]);
  await vi.advanceTimersByTimeAsync(170_000);
  expect([asked.length, told.at(-1)]).toEqual([4, 'live: well']);
});

test('a round that throws reads as a failure', async () => {
  const broken = createPolling({
    intake: { state: (state, detail) => void told.push(`${state}: ${detail}`), beat: () => {}, ready: async () => {} },
    clock: Date.now, everyMs: 1_000, poll: () => Promise.reject(new Error('not a page')),
  });
  await broken.start();
  await vi.advanceTimersByTimeAsync(0);
  expect(told.at(-1)).toBe('blind: it could not be read: not a page');
  await broken.stop();
});

test('a stop ends the wait, and nothing is said after it', async () => {
  await source.start();
  await vi.advanceTimersByTimeAsync(1_000);
  const words = told.length;
  await source.stop();
  await vi.advanceTimersByTimeAsync(200_000);
  expect([asked, told.length]).toEqual([[0], words]);
});

test('while the log takes nothing it neither asks nor keeps a stop waiting', async () => {
  let asked = 0;
  const stuck = createPolling({
    intake: { state: () => {}, beat: () => {}, ready: () => new Promise(() => {}) },
    clock: Date.now, everyMs: 1_000,
    async poll() {
      asked += 1;
      return { ok: true, detail: 'well' };
    },
  });
  await stuck.start();
  await vi.advanceTimersByTimeAsync(5_000);
  await stuck.stop();
  expect(asked).toBe(0);
});

test('a wall clock that leaps ahead moves no time until it has stood for a minute', async () => {
  let leapMs = 0;
  const told: number[] = [];
  const leaping = createPolling({
    intake: { state: () => {}, beat: (tsMs) => void told.push(tsMs), ready: async () => {} },
    clock: () => Date.now() + leapMs, everyMs: 600_000, poll: async () => ({ ok: true, detail: 'well' }),
  });
  await leaping.start();
  await vi.advanceTimersByTimeAsync(2_000);
  leapMs = 3_600_000;
  await vi.advanceTimersByTimeAsync(30_000);
  leapMs = 0;
  await vi.advanceTimersByTimeAsync(2_000);
  expect(told).toEqual([1_000, 2_000, 33_000, 34_000]);
  await leaping.stop();
});
