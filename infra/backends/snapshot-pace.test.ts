import { expect, test } from 'vitest';
import { createSnapshotPace } from './snapshot-pace.ts';

test('a fold that has little to do is kept every twenty seconds, more rarely where that costs more than a fiftieth of the time', () => {
  let now = 1_000;
  const pace = createSnapshotPace(() => now);
  pace.begin();
  const dueAfter = (): number => {
    const from = now;
    while (!pace.due()) now += 1_000;
    return now - from;
  };
  expect(dueAfter()).toBe(20_000);
  pace.taken(10);
  expect(dueAfter()).toBe(20_000);
  pace.taken(600);
  expect(dueAfter()).toBe(30_000);
});

test('a fold that works hard is kept as soon as half a second would have to be folded again, or ten times what keeping it takes', () => {
  const pace = createSnapshotPace(() => 1_000);
  pace.begin();
  const dueAfter = (): number => {
    let work = 0;
    for (; !pace.due(); work += 50) pace.folded(50);
    return work;
  };
  expect(dueAfter()).toBe(500);
  pace.taken(10);
  expect(dueAfter()).toBe(500);
  pace.taken(120);
  expect(dueAfter()).toBe(1_200);
});
