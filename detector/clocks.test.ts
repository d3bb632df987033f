import { expect, test } from 'vitest';
import { clocksAt, sinceChange } from './clocks.ts';

test('the weekends on which clocks change in Europe, America and Australia are known, and the weeks between are not among them', () => {
  for (const day of ['2026-03-08', '2026-03-29', '2026-10-25', '2026-11-01', '2026-04-05', '2026-10-04', '2027-03-28', '2027-11-07']) {
    expect([day, clocksAt(Date.parse(`${day}T03:00:00Z`))]).toEqual([day, 'changing']);
  }
  for (const day of ['2026-01-18', '2026-03-18', '2026-06-28', '2026-10-14', '2026-11-11', '2026-12-27']) {
    expect([day, clocksAt(Date.parse(`${day}T03:00:00Z`))]).toEqual([day, 'steady']);
  }
});

test('clocks are changing from Saturday noon to Sunday noon, and have changed to the end of the Monday', () => {
  const states = ['2026-03-28T11:59Z', '2026-03-28T12:00Z', '2026-03-29T11:59Z', '2026-03-29T12:00Z', '2026-03-30T23:59Z', '2026-03-31T00:00Z'].map((at) => clocksAt(Date.parse(at)));
  expect(states).toEqual(['steady', 'changing', 'changing', 'changed', 'changed', 'steady']);
});

test('the last change is that of the latest Sunday on which some country has one', () => {
  const hourMs = 3_600_000;
  const fortnightMs = 14 * 24 * hourMs;
  expect(sinceChange(Date.parse('2026-03-29T00:00Z'), fortnightMs)).toBe(0);
  // the first Sunday of April is listed too
  expect(sinceChange(Date.parse('2026-04-05T05:00Z'), fortnightMs)).toBe(5 * hourMs);
  expect(sinceChange(Date.parse('2026-04-18T23:00Z'), fortnightMs)).toBe(fortnightMs - hourMs);
  expect(sinceChange(Date.parse('2026-04-19T00:00Z'), fortnightMs)).toBe(Infinity);
  expect(sinceChange(Date.parse('2026-07-01T00:00Z'), fortnightMs)).toBe(Infinity);
});
