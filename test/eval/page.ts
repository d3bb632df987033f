// docs/quality.md from the stored rows: a pure function, so the same ledger is the same page, byte for byte.
import { type Ledger, partOf, type StoredRow } from './ledger.ts';
import { barWords, keeps } from './row.ts';
import { type Section, sections } from './sections.ts';

/** How many earlier figures a row shows; all of them are in docs/quality.json. */
const shownHistory = 4;

const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
const rule = (cells: readonly string[]): string => `|${cells.map(() => ' --- ').join('|')}|`;
const figureOf = (figure: number | null): string => (figure === null ? '-' : String(figure));

function verdict(row: StoredRow): string {
  if (row.bar === undefined) return '';
  if (!keeps(row.figure, row.bar)) return '**missed**';
  return row.moonshot !== undefined && keeps(row.figure, row.moonshot) ? 'met, moonshot too' : 'met';
}

function history({ history: figures }: StoredRow): string {
  return figures.slice(0, -1).slice(-shownHistory).toReversed().map(([date, figure]) => `${figureOf(figure)} (${date})`).join(', ');
}

function bars(rows: readonly StoredRow[]): string {
  const stated = rows.filter(({ headline }) => headline !== undefined);
  const met = stated.filter(({ figure, bar }) => bar !== undefined && keeps(figure, bar)).length;
  const head = ['What', 'Figure', 'Bar', 'Met?', 'Moonshot', 'Earlier'];
  return [
    `## The bars\n\n${met} of ${stated.filter(({ bar }) => bar !== undefined).length} are met. Each line stands again, with what it rests on, in its section below.\n`,
    line(head), rule(head),
    ...stated.map((row) => line([row.headline!, figureOf(row.figure), row.bar === undefined ? 'none' : barWords(row.bar), verdict(row), row.moonshot === undefined ? '' : barWords(row.moonshot), history(row)])),
  ].join('\n');
}

function table(section: Section, rows: readonly StoredRow[]): string {
  const barred = rows.some(({ bar }) => bar !== undefined);
  const head = [section.name, section.figure, ...section.cells, ...(barred ? ['bar', 'met?'] : []), 'earlier'];
  const body = rows.map((row) => line([row.name, figureOf(row.figure), ...row.cells, ...(barred ? [row.bar === undefined ? '' : barWords(row.bar), verdict(row)] : []), history(row)]));
  return [`## ${section.title}\n\n${section.about}\n`, line(head), rule(head), ...body].join('\n');
}

/** One table for a terminal: every row, its figure and its bar. */
export function plainTable(rows: readonly StoredRow[]): string {
  const width = Math.max(...rows.map(({ section, name }) => section.length + name.length + 2));
  return rows.map((row) => `${`${row.section}: ${row.name}`.padEnd(width)}  ${figureOf(row.figure).padStart(8)}${row.bar === undefined ? '' : `  ${barWords(row.bar)}: ${keeps(row.figure, row.bar) ? 'met' : 'MISSED'}`}`).join('\n');
}

/** The page. */
export function writePage({ parts, rows }: Ledger): string {
  const shown = sections.map((section) => ({ section, rows: rows.filter((row) => row.section === section.id) })).filter(({ rows: some }) => some.length > 0);
  const head = ['Part', 'Figures of', 'Minutes', 'Rows', 'On'];
  const runs = Object.entries(parts).map(([name, { date, minutes, machine }]) => line([name, date, String(minutes), String(rows.filter(({ id }) => partOf(id) === name).length), machine]));
  return `${[
    `# Quality

How well Outcry reads posts and detects outages, measured. \`npm run eval\` writes this page and docs/quality.json from the tree it
runs in; \`npm run eval -- --part NAME\` runs one part, \`--posts FILE\` adds labelled posts. Every figure is deterministic: the same
tree gives the same bytes on any machine, so any change of a figure is a change of the code or its data. \`npm test\` runs the quick
parts and fails when a figure is worse than the one stored here, with no tolerance.

F1 is the harmonic mean of precision (of what was called a report, how much was one) and recall (of the reports, how many were
heard). A bar is what the project set itself; a missed one is said to be missed. Each row keeps its earlier figures, of which the
latest are shown.`,
    bars(shown.flatMap(({ rows: some }) => some)),
    ...shown.map(({ section, rows: some }) => table(section, some)),
    ['## How it was run\n\nA part keeps the date and the minutes of the run that last changed one of its figures; minutes are of CPU time over all threads. In\nfull, without `--years`, all parts together take about 100 such minutes (reckoned from shorter runs), 50 by the clock on two free cores.\n', line(head), rule(head), ...runs].join('\n'),
  ].join('\n\n')}\n`;
}
