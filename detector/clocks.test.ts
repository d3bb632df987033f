import { expect, test } from 'vitest';
import { clocksMayChange } from './clocks.ts';

test('the weekends on which clocks change in Europe, America and Australia are known, and the weeks between are not among them', () => {
  for (const day of ['2026-03-08', '2026-03-29', '2026-10-25', '2026-11-01', '2026-04-05', '2026-10-04', '2027-03-28', '2027-11-07']) {
    expect([day, clocksMayChange(Date.parse(`${day}T03:00:00Z`))]).toEqual([day, true]);
  }
  for (const day of ['2026-01-18', '2026-03-18', '2026-06-28', '2026-10-14', '2026-11-11', '2026-12-27']) {
    expect([day, clocksMayChange(Date.parse(`${day}T03:00:00Z`))]).toEqual([day, false]);
  }
});
