// When standing still is an error, and when there is simply nothing to do.
import { expect, test } from 'vitest';
import { createStandstill } from './watchdog.ts';

const second = 1_000;

test('a part that has records to read and does nothing for a minute is stuck', () => {
  const standstill = createStandstill();
  for (let at = 0; at <= 60; at += 10) expect(standstill.look(at * second, [{ part: '3', beats: 7, lag: 12 }])).toEqual([]);
  expect(standstill.look(70 * second, [{ part: '3', beats: 7, lag: 12 }])).toEqual([{ part: '3', forMs: 70 * second }]);
});

test('a part that does something, has nothing to read, or saw the cluster away meanwhile is not', () => {
  const standstill = createStandstill();
  for (let at = 0; at < 300; at += 10) {
    expect(standstill.look(at * second, [{ part: 'busy', beats: at, lag: 12 }, { part: 'idle', beats: 1, lag: 0 }])).toEqual([]);
  }
  standstill.look(0, [{ part: 'waiting', beats: 1, lag: 5 }]);
  standstill.forget();
  expect(standstill.look(90 * second, [{ part: 'waiting', beats: 1, lag: 5 }])).toEqual([]);
});
