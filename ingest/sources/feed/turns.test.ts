import { expect, test } from 'vitest';
import { waitAfterFailure, waitForTurn } from './turns.ts';

const monday = Date.UTC(2026, 4, 4, 2, 59, 30);
const none = { everyMs: undefined, skipHours: [], skipDays: [] };
const after = (ms: number) => new Date(monday + ms).toISOString().slice(8, 19);

test('the slower of the user and the publisher, who may ask for an hour at most', () => {
  expect([60_000, 900_000].map((everyMs) => after(waitForTurn(monday, everyMs, { ...none, everyMs: 600_000 })))).toEqual(['04T03:09:30', '04T03:14:30']);
  expect(after(waitForTurn(monday, 60_000, { ...none, everyMs: 86_400_000 }))).toBe('04T03:59:30');
});

test('hours and days that the publisher wants to be left alone in are left out, for a day at most', () => {
  expect(after(waitForTurn(monday, 60_000, { ...none, skipHours: [3, 4] }))).toBe('04T05:00:00');
  expect(after(waitForTurn(monday, 60_000, { ...none, skipDays: [1] }))).toBe('05T00:00:00');
  expect(after(waitForTurn(monday, 60_000, { ...none, skipDays: [0, 1, 2, 3, 4, 5, 6] }))).toBe('05T02:59:30');
});

test('where wishes are not kept only the pace counts', () => {
  expect(after(waitForTurn(monday, 60_000, undefined))).toBe('04T03:00:30');
});

test('what fails is left alone for longer each time, and as long as it asks', () => {
  expect([1, 2, 3, 40].map((failures) => waitAfterFailure(60_000, failures, undefined) / 60_000)).toEqual([1, 2, 4, 60]);
  expect(waitAfterFailure(60_000, 1, 7_200_000)).toBe(7_200_000);
});
