// Owns the file format of a bare count series: `timestamp,value` in, `timestamp,value,anomaly_score`
// out. It reads no file and scores nothing.

const MOST_PROBLEMS = 1000;
const SHOWN_CHARACTERS = 40;
const LONGEST_LINE = 10_000;
const timestampPattern =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?(Z|[+-]\d\d:?\d\d)?$/i;
const numberPattern = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const missingPattern = /^(nan|null|na|none)?$/i;

/** One data line: the time as written and in ms since 1970 (UTC), the count or NaN where the file has none. */
export type SeriesRow = { line: number; timestamp: string; tsMs: number; value: number };
/** What is wrong with a line (1 is the header); `error` quotes at most 40 characters, control characters escaped. */
export type SeriesProblem = { line: number; error: string };

/**
 * Reads `timestamp,value` with that header; other columns are passed over. Timestamps are
 * `YYYY-MM-DD HH:MM:SS` or ISO 8601 (UTC where no zone is given), values numbers, or empty,
 * `NaN` or `null` for a count that is missing. Rows keep the file's order. Bad lines become
 * problems (the first 1,000 are kept) and the rest goes on; past 10,000 characters
 * a line is cut; without the header there are no rows.
 */
export function parseSeriesCsv(text: string): { rows: SeriesRow[]; problems: SeriesProblem[] } {
  const rows: SeriesRow[] = [];
  const problems: SeriesProblem[] = [];
  const lines = text.split('\n');
  const header = fields((lines[0] ?? '').slice(0, LONGEST_LINE).replace(/^\uFEFF/, '')).map((name) => name.toLowerCase());
  const timeColumn = header.indexOf('timestamp');
  const valueColumn = header.indexOf('value');
  if (timeColumn < 0 || valueColumn < 0) {
    return { rows, problems: [{ line: 1, error: `the header must name timestamp and value, not ${shown(lines[0] ?? '')}` }] };
  }
  for (let i = 1; i < lines.length; i++) {
    if (lines[i]!.trim() === '') continue;
    const cells = fields(lines[i]!.slice(0, LONGEST_LINE));
    const row = readRow(i + 1, cells[timeColumn], cells[valueColumn]);
    if ('tsMs' in row) rows.push(row);
    else if (problems.length < MOST_PROBLEMS) problems.push(row);
  }
  return { rows, problems };
}

/** Writes scored rows, times as they were read, a missing count as an empty field; ends with a newline. */
export function formatSeriesCsv(rows: Iterable<{ timestamp: string; value: number; score: number }>): string {
  let text = 'timestamp,value,anomaly_score\n';
  for (const row of rows) text += `${row.timestamp},${Number.isFinite(row.value) ? row.value : ''},${row.score}\n`;
  return text;
}

function readRow(line: number, time: string | undefined, count: string | undefined): SeriesRow | SeriesProblem {
  if (time === undefined || count === undefined) return { line, error: 'the line has too few fields' };
  const tsMs = readTime(time);
  if (tsMs === undefined) return { line, error: `not a time (YYYY-MM-DD HH:MM:SS or ISO 8601): ${shown(time)}` };
  if (missingPattern.test(count)) return { line, timestamp: time, tsMs, value: Number.NaN };
  const value = numberPattern.test(count) ? Number(count) : Number.NaN;
  if (!Number.isFinite(value)) return { line, error: `not a number: ${shown(count)}` };
  return { line, timestamp: time, tsMs, value };
}

function readTime(text: string): number | undefined {
  const found = timestampPattern.exec(text);
  if (found === null) return undefined;
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = found;
  // Date.parse takes 30 February for 1 March in some engines.
  if (new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() !== Number(day)) return undefined;
  const offset = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase();
  const milliseconds = fraction.slice(0, 3).padEnd(3, '0');
  const tsMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${milliseconds}${offset}`);
  return Number.isNaN(tsMs) ? undefined : tsMs;
}

function fields(line: string): string[] {
  return line.split(',').map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
}

function shown(text: string): string {
  return JSON.stringify(text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}...` : text);
}
