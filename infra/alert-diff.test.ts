// What other settings would have changed, alert by alert.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { diffAlerts, type Told } from './alert-diff.ts';

const minute = 60_000;
const told = (service: string, openedAt: number, more: Partial<Told> = {}): Told =>
  ({ service, onset: (openedAt - 3) * minute, openedAt: openedAt * minute, confirmedAt: null, resolvedAt: (openedAt + 30) * minute, state: 'retracted', ...more });

test('an alert of only one account is added or gone, one that comes at another time has moved by so many minutes', () => {
  const before = [told('chat', 10), told('bank', 50, { confirmedAt: 60 * minute, state: 'resolved' }), told('game', 100)];
  const after = [told('bank', 48.5, { confirmedAt: 62 * minute, state: 'resolved' }), told('game', 100), told('shop', 5)];
  const { added, gone, moved, same } = diffAlerts(before, after);
  expect(added.map(({ service }) => service)).toEqual(['shop']);
  expect(gone.map(({ service }) => service)).toEqual(['chat']);
  expect(moved.map(({ before: { service }, openedMinutes, confirmedMinutes }) => [service, openedMinutes, confirmedMinutes])).toEqual([['bank', -1.5, 2]]);
  expect(same).toBe(1);
});

test('an incident that is split in two is one that moved and one that is added', () => {
  const { added, moved, gone } = diffAlerts([told('chat', 10, { resolvedAt: null })], [told('chat', 10), told('chat', 90)]);
  expect([added.length, moved.length, gone.length]).toEqual([1, 0, 0]);
});

test('one that is confirmed only in the other account has moved, without minutes', () => {
  const [one] = diffAlerts([told('chat', 10)], [told('chat', 10, { confirmedAt: 12 * minute, state: 'resolved' })]).moved;
  expect(one).toMatchObject({ openedMinutes: 0, confirmedMinutes: null });
});

test('every alert of both accounts is told of once, whatever they are', () => {
  const some = fc.array(fc.record({ service: fc.constantFrom('a', 'b', 'c'), at: fc.integer({ min: 0, max: 500 }) }).map(({ service, at }) => told(service, at)), { maxLength: 12 });
  fc.assert(fc.property(some, some, (before, after) => {
    const { added, gone, moved, same } = diffAlerts(before, after);
    expect([gone.length + moved.length + same, added.length + moved.length + same]).toEqual([before.length, after.length]);
    expect(diffAlerts(before, before)).toEqual({ added: [], gone: [], moved: [], same: before.length });
  }));
});
