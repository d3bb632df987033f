// The quick parts of the evaluation against the rows that docs/quality.json keeps: nothing may be worse, with no
// tolerance, because every row is deterministic. And that the page is what the stored rows say.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { poissonInterval } from './eval/counting.ts';
import { changesOf, enter, type Ledger, ledgerSchema, partOf, writeLedger } from './eval/ledger.ts';
import { halfOf, readOwnPosts } from './eval/own-posts.ts';
import { writePage } from './eval/page.ts';
import { runHere, usualOptions } from './eval/part.ts';
import { parts } from './eval/parts.ts';
import { isFall, type Row } from './eval/row.ts';
import { misjudgedOfSeen } from './eval/show-seen.ts';
import { sections } from './eval/sections.ts';

const read = (name: string): string => readFileSync(new URL(`../docs/${name}`, import.meta.url), 'utf8');
const ledger = ledgerSchema.parse(JSON.parse(read('quality.json')));

test.each(parts.filter(({ quick }) => quick))('no figure of the part $name is worse than the stored one', async (part) => {
  const rows = await runHere(part, usualOptions);
  const falls = changesOf(ledger, { part: part.name, rows }).filter(({ fell }) => fell);
  expect(falls, `if the fall is meant: npm run eval -- --part ${part.name}`).toEqual([]);
});

test('the page and the file are what the stored rows say', () => {
  expect(read('quality.md')).toBe(writePage(ledger));
  expect(read('quality.json')).toBe(writeLedger(ledger));
});

test('every stored row belongs to a part and to a section, and has an id of its own', () => {
  const names = new Set(parts.map(({ name }) => name));
  const ids = new Set(sections.map(({ id }) => id));
  for (const { id, section, cells } of ledger.rows) {
    expect(names).toContain(partOf(id));
    expect(ids).toContain(section);
    expect(cells).toHaveLength(sections.find((one) => one.id === section)!.cells.length);
  }
  expect(new Set(ledger.rows.map(({ id }) => id)).size).toBe(ledger.rows.length);
});

const row = (id: string, figure: number | null): Row => ({ id, section: 'nab', name: id, figure, better: 'more', cells: [] });
const none: Ledger = { parts: {}, rows: [] };

test('the same figures again leave the file as it was, date, minutes and all', () => {
  const once = enter(none, { part: 'a', rows: [row('a/1', 0.5), row('a/2', null)], minutes: 3, machine: 'one' }, '2026-01-01');
  const again = enter(once, { part: 'a', rows: [row('a/1', 0.5), row('a/2', null)], minutes: 4, machine: 'two' }, '2026-02-02');
  expect(again).toEqual(once);
});

test('a figure that changed keeps the earlier one with its date; a day has one figure', () => {
  let kept = enter(none, { part: 'a', rows: [row('a/1', 0.5)], minutes: 3, machine: 'one' }, '2026-01-01');
  kept = enter(kept, { part: 'a', rows: [row('a/1', 0.6)], minutes: 3, machine: 'one' }, '2026-02-02');
  kept = enter(kept, { part: 'a', rows: [row('a/1', 0.7)], minutes: 3, machine: 'one' }, '2026-02-02');
  expect(kept.rows[0]!.history).toEqual([['2026-01-01', 0.5], ['2026-02-02', 0.7]]);
  expect(kept.parts['a']!.date).toBe('2026-02-02');
});

test('a run of one part leaves the rows of the others in their place', () => {
  let kept = enter(none, { part: 'a', rows: [row('a/1', 1)], minutes: 1, machine: 'one' }, '2026-01-01');
  kept = enter(kept, { part: 'b', rows: [row('b/1', 2)], minutes: 1, machine: 'one' }, '2026-01-01');
  kept = enter(kept, { part: 'a', rows: [row('a/1', 3), row('a/2', 4)], minutes: 1, machine: 'one' }, '2026-01-01');
  expect(kept.rows.map(({ id }) => id)).toEqual(['a/1', 'a/2', 'b/1']);
});

test('a lower share, a higher count of false reports and a row that is gone are falls; a better figure is none', () => {
  expect(isFall('more', 0.9, 0.8)).toBe(true);
  expect(isFall('more', 0.8, 0.9)).toBe(false);
  expect(isFall('less', 1, 2)).toBe(true);
  expect(isFall('less', 2, 1)).toBe(false);
  expect(isFall('more', 0.8, null)).toBe(true);
  expect(isFall('more', null, 0.8)).toBe(false);
  const kept = enter(none, { part: 'a', rows: [row('a/1', 1)], minutes: 1, machine: 'one' }, '2026-01-01');
  expect(changesOf(kept, { part: 'a', rows: [] })).toEqual([{ id: 'a/1', before: 1, now: null, fell: true }]);
});

test('the two halves of our own posts share no row and together are all of them', () => {
  for (const posts of readOwnPosts()) {
    const seen = halfOf(posts, 'seen');
    const heldOut = halfOf(posts, 'held-out');
    for (const list of ['report', 'not_report', 'everyday'] as const) {
      expect(seen[list].length + heldOut[list].length).toBe(posts[list].length);
      expect(seen[list].some((row) => (heldOut[list] as readonly unknown[]).includes(row))).toBe(false);
    }
  }
});

test('what is listed to learn from is never a held-out row', () => {
  const heldOut = readOwnPosts().map((posts) => halfOf(posts, 'held-out')).flatMap(({ report, not_report: others, everyday }) => [...report.map(({ text }) => text), ...others.map(({ text }) => text), ...everyday]);
  const lines = [...misjudgedOfSeen()];
  for (const text of heldOut) expect(lines.some((line) => line.endsWith(`: ${text.replaceAll(/\s+/g, ' ')}`))).toBe(false);
});

test('the interval of a count is that of the textbooks: 0 to 3.7 for none, 4.8 to 18.4 for ten', () => {
  expect(poissonInterval(0)[0]).toBe(0);
  expect(poissonInterval(0)[1]).toBeCloseTo(3.69, 1);
  expect(poissonInterval(10).map((end) => end.toFixed(1))).toEqual(['4.8', '18.4']);
});
