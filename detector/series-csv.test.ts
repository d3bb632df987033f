import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatSeriesCsv, parseSeriesCsv } from './series-csv.ts';

test('plain and ISO timestamps are read as UTC, with zones, fractions and bare dates', () => {
  const { rows, problems } = parseSeriesCsv(
    [
      'timestamp,value',
      '2024-02-26 21:42:53,104',
      '2024-02-26T21:42:53Z,0.5',
      '2024-02-26T22:42:53+01:00,1e3',
      '2024-02-26 21:42:53.250000,7',
      '2024-02-26,1',
    ].join('\r\n'),
  );
  const atMs = Date.UTC(2024, 1, 26, 21, 42, 53);
  expect(problems).toEqual([]);
  expect(rows.map((row) => row.tsMs)).toEqual([atMs, atMs, atMs, atMs + 250, Date.UTC(2024, 1, 26)]);
  expect(rows.map((row) => row.value)).toEqual([104, 0.5, 1000, 7, 1]);
});

test('each bad line is named with its number and the others are kept', () => {
  const { rows, problems } = parseSeriesCsv(
    'timestamp,value\n2024-02-30 00:00:00,1\n2024-03-01 00:00:00,many\n\n2024-03-01 00:05:00\n2024-03-01 00:10:00,4\n2024-03-01 25:00:00,4\n',
  );
  expect(problems.map((problem) => problem.line)).toEqual([2, 3, 5, 7]);
  expect(rows).toEqual([{ line: 6, timestamp: '2024-03-01 00:10:00', tsMs: Date.UTC(2024, 2, 1, 0, 10), value: 4 }]);
});

test('a missing count keeps its row, so that scores stay beside their times', () => {
  const { rows } = parseSeriesCsv('timestamp,value\n2024-03-01 00:00:00,\n2024-03-01 00:05:00,NaN\n2024-03-01 00:10:00,2\n');
  expect(rows.map((row) => row.value)).toEqual([Number.NaN, Number.NaN, 2]);
  expect(formatSeriesCsv(rows.map((row) => ({ ...row, score: 0 })))).toBe(
    'timestamp,value,anomaly_score\n2024-03-01 00:00:00,,0\n2024-03-01 00:05:00,,0\n2024-03-01 00:10:00,2,0\n',
  );
});

test('columns are found by name, in any order, with a byte order mark and quotes', () => {
  const { rows } = parseSeriesCsv('\uFEFF"value",place,"timestamp"\n3,north,"2024-03-01 00:00:00"\n');
  expect(rows[0]).toMatchObject({ timestamp: '2024-03-01 00:00:00', value: 3 });
});

test('a file without the header is one problem, its control characters escaped', () => {
  const { rows, problems } = parseSeriesCsv(`\u001B[31m${'x'.repeat(100_000)}\n1,2\n`);
  expect(rows).toEqual([]);
  expect(problems).toHaveLength(1);
  expect(problems[0]!.error).toContain(String.raw`\u001b`);
  expect(problems[0]!.error.length).toBeLessThan(150);
});

test('what is written is read back the same', () => {
  const row = fc.record({
    atS: fc.integer({ min: 0, max: 4_000_000_000 }),
    value: fc.double({ min: 0, max: 1e9, noNaN: true }),
    score: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 20 }), (made) => {
      const written = made.map(({ atS, value, score }) => ({ timestamp: new Date(atS * 1000).toISOString(), value: value + 0, score }));
      const { rows, problems } = parseSeriesCsv(formatSeriesCsv(written));
      expect(problems).toEqual([]);
      expect(rows.map(({ timestamp, value }) => ({ timestamp, value }))).toEqual(
        written.map(({ timestamp, value }) => ({ timestamp, value })),
      );
    }),
  );
});

test('any text gives rows and problems, never an exception', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      for (const body of [text, `timestamp,value\n${text}`]) {
        const { rows } = parseSeriesCsv(body);
        for (const row of rows) expect(Number.isFinite(row.tsMs)).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});
