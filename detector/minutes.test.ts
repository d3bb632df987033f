import { expect, test } from 'vitest';
import { createRandom, minuteMs, monday } from './detector.fixture.ts';
import { addTo, columns, createMinutes, minutesKept, moveTo, readMinutes, storeMinutes, sumOf } from './minutes.ts';

test('sums of minutes are those of what was added, over gaps and hours, and through a snapshot', () => {
  const random = createRandom(9);
  const plain = new Map<number, number[]>();
  let minutes = createMinutes(monday);
  let at = monday;
  for (let step = 0; step < 3_000; step++) {
    if (random() < 0.3) at += Math.floor(random() * (random() < 0.02 ? 200 : 4)) * minuteMs;
    moveTo(minutes, at);
    const place = Math.floor(random() * columns.length);
    const amount = Math.floor(random() * 65) / 64;
    addTo(minutes, columns[place]!, amount);
    const row = plain.get(at) ?? columns.map(() => 0);
    row[place]! += amount;
    plain.set(at, row);
    if (random() < 0.01) minutes = readMinutes(JSON.parse(JSON.stringify(storeMinutes(minutes))) as ReturnType<typeof storeMinutes>);
    const count = 1 + Math.floor(random() * minutesKept);
    const end = at - Math.floor(random() * 3) * minuteMs;
    columns.forEach((column, i) => {
      let sum = 0;
      for (const [minute, values] of plain) if (minute <= end && minute > end - count * minuteMs && minute > at - minutesKept * minuteMs) sum += values[i]!;
      expect(sumOf(minutes, column, end, count)).toBe(sum);
    });
    const kept = [...plain].filter(([minute]) => minute > at - minutesKept * minuteMs);
    if (step % 100 === 0) expect(storeMinutes(minutes)).toEqual({ last: at, rows: kept.flatMap(([minute, values]) => [minute / minuteMs, ...values]) });
  }
});
