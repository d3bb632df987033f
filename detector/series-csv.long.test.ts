// Files that are made to be slow.
import { expect, test } from 'vitest';
import { parseSeriesCsv } from './series-csv.ts';

test('ten megabytes of digits, commas or short lines are answered with few problems', () => {
  for (const filler of ['9', ',', 'x\n']) {
    const { rows, problems } = parseSeriesCsv(`timestamp,value\n2024-03-01 00:00:00,${filler.repeat(10_000_000 / filler.length)}`);
    expect(rows.length + problems.length).toBeLessThanOrEqual(1001);
  }
});
