import { expect, test } from 'vitest';
import { createTurns } from './turns.ts';

test('never two at one host, never more than allowed at once, and one that fails holds up nobody', async () => {
  const turns = createTurns(3);
  const under = new Map<string, number>();
  let all = 0;
  let [most, mostOfOne] = [0, 0];
  const order: string[] = [];
  const work = (host: string, n: number) => turns.take(host, async () => {
    under.set(host, (under.get(host) ?? 0) + 1);
    most = Math.max(most, ++all);
    mostOfOne = Math.max(mostOfOne, under.get(host)!);
    for (let i = 0; i < 5; i++) await Promise.resolve();
    order.push(`${host}${n}`);
    under.set(host, under.get(host)! - 1);
    all -= 1;
    if (n === 2) throw new Error('this one failed');
    return n;
  });
  const ends = await Promise.allSettled(['a', 'b', 'c', 'd', 'e'].flatMap((host) => [1, 2, 3].map((n) => work(host, n))));
  expect(ends.filter(({ status }) => status === 'rejected')).toHaveLength(5);
  expect([most, mostOfOne]).toEqual([3, 1]);
  expect(order.filter((one) => one.startsWith('a'))).toEqual(['a1', 'a2', 'a3']);
  expect(await turns.take('a', async () => 'free again')).toBe('free again');
});
