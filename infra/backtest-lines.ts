// The lines of a backtest's files in event order: posts, or reports already judged, and between them what status pages said
// and what was counted elsewhere. Reads and orders; what becomes of a line is backtest.ts's.
import { z } from 'zod';
import { noticeSchema, type Notice, type Tally } from '../shared/observation.ts';
import { readTime } from '../shared/post.ts';
import type { LineScanner } from '../ingest/line.ts';

export interface Line {
  readonly file: Buffer;
  readonly start: number;
  readonly end: number;
  /** ms; the greatest safe integer where none can be read. */
  readonly ts: number;
  readonly word: WordLine | null;
}

/** What a line says that is no post. */
export type WordLine = { readonly notice: Omit<Notice, 'at'> } | { readonly tally: Tally } | { readonly reason: string };

const byteOrderMark = Buffer.from('\ufeff');
const minuteMs = 60_000;
export const unknownTime = Number.MAX_SAFE_INTEGER;

const time = z.unknown().transform((value, context) => readTime(value) ?? (context.addIssue('no time'), z.NEVER));
const noticeLineSchema = noticeSchema
  .omit({ at: true })
  .extend({ ts: time, began: time.optional(), ended: time.optional(), title: z.string().default(''), event: z.string().default(''), components: z.array(z.string()).default([]) });
const tallyLineSchema = z.object({ service: z.string(), ts: time, posts: z.number().int().min(0) });

/** A line's value as a notice (`kind: notice`) or a tally (`kind: tally`); null: its kind is neither. A notice has no text, only a title. */
export function readWordLine(value: unknown): WordLine | null {
  const kind = typeof value === 'object' && value !== null ? (value as { kind?: unknown }).kind : undefined;
  if (kind === 'notice') {
    const parsed = noticeLineSchema.safeParse(value);
    return parsed.success ? { notice: parsed.data } : { reason: 'notice-bad-shape' };
  }
  if (kind !== 'tally') return null;
  const parsed = tallyLineSchema.safeParse(value);
  if (!parsed.success) return { reason: 'tally-bad-shape' };
  const { service, ts, posts } = parsed.data;
  return { tally: { service, minute: Math.floor(ts / minuteMs) * minuteMs, posts } };
}

const timeOfWord = (word: WordLine): number => ('notice' in word ? word.notice.ts : 'tally' in word ? word.tally.minute + minuteMs : unknownTime);

/** Reads one line: what stands in a file from `start` to `end`. */
export type LineReading = (file: Buffer, start: number, end: number) => Pick<Line, 'ts' | 'word'>;

/** Posts by the scanner; only a line in which it finds no text is looked at again. */
export function readPostLines(scanner: LineScanner): LineReading {
  return (file, start, end) => {
    if (scanner.scan(file, start, end) !== 'bad') return { ts: scanner.tsMs, word: null };
    const word = scanner.reason === 'no-text' ? readWordLine(scanner.value()) : null;
    return { ts: word === null ? unknownTime : timeOfWord(word), word };
  };
}

/** Rows of reports that are judged already. */
export const readReportLines: LineReading = (file, start, end) => {
  const value = parseLine(file, start, end);
  const word = readWordLine(value);
  return word === null ? { ts: readTime(value?.ts) ?? unknownTime, word } : { ts: timeOfWord(word), word };
};

/** All lines of the files in event order; those without a readable time come at the end, where intake counts them. */
export function inEventOrder(files: readonly Buffer[], read: LineReading): Line[] {
  const lines: Line[] = [];
  for (const file of files) {
    for (let start = file.subarray(0, 3).equals(byteOrderMark) ? 3 : 0; start < file.length; ) {
      const found = file.indexOf(10, start);
      const next = found === -1 ? file.length : found;
      const end = next > start && file[next - 1] === 13 ? next - 1 : next;
      if (end > start) lines.push({ file, start, end, ...read(file, start, end) });
      start = next + 1;
    }
  }
  return lines.sort((a, b) => a.ts - b.ts);
}

export interface ReportRow {
  readonly ts?: unknown;
  readonly service?: unknown;
  readonly author?: unknown;
}

/** A line's value; undefined where it is no JSON object. */
export function parseLine(file: Buffer, start: number, end: number): ReportRow | undefined {
  try {
    const value: unknown = JSON.parse(file.toString('utf8', start, end));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
