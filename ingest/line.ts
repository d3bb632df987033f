// The hot path: one line of NDJSON, in place on its bytes. Nineteen posts of twenty name nothing, and these never become
// an object or a string. It finds the text and has it matched, reads the time, and sees whether a service is given.
// A line that names something is parsed and checked by the caller; one of an unusual shape goes the plain way.
import { plainEnd, skipString } from './line-letters.ts';
import { createSift } from './line-sift.ts';
import { isoMs } from './line-time.ts';
import { readLinePlainly, type LineFacts } from './line-plain.ts';
import type { Matcher } from './match.ts';
import { authorHash } from './sampling.ts';

/** Reads lines one after another; its fields hold what the last one said. */
export type LineScanner = LineFacts & {
  /**
   * Scans the line in buf[start, end), without its line break. `named`: parse it; the text names a service. `unnamed`: count
   * it at tsMs; it need not be whole JSON. `bad`: drop it for `reason`. Never throws, whatever the bytes.
   */
  scan(buf: Uint8Array, start: number, end: number): LineFacts['outcome'];
  /** The line last scanned, as a value: parsed if that was not needed to judge it. Undefined: it is no JSON. */
  value(): unknown;
  /** Where it is `named`: the services (by index), if all of them are in `passed` and they are all that it names; else empty. */
  readonly passed: readonly number[];
  /** The author of such a line as a number, under a secret seed; undefined where that can't be read in place. */
  authorHash(seed: number): number | undefined;
};

/** A post is a few hundred bytes; a line past this is somebody else's data. */
const defaultMaxLineBytes = 1 << 20;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const open = 0x7b;
const close = 0x7d;

const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

function skipSpace(buf: Uint8Array, i: number, end: number): number {
  while (i < end && isSpace(buf[i]!)) i++;
  return i;
}

/** The index behind the object, list or scalar at `i`, or -1. Brackets are counted, not paired: it only has to be past it. */
function skipValue(buf: Uint8Array, view: DataView, i: number, end: number): number {
  let depth = 0;
  while (i < end) {
    const byte = buf[i]!;
    if (byte === quote) {
      i = skipString(buf, view, i + 1, end);
      if (i < 0 || depth === 0) return i;
      continue;
    }
    if (byte === open || byte === 0x5b) depth++;
    else if (byte === close || byte === 0x5d) {
      if (depth === 0) return i;
      if (--depth === 0) return i + 1;
    } else if (depth === 0 && (byte === comma || isSpace(byte))) return i;
    i++;
  }
  return -1;
}

const none: readonly number[] = [];

const keys = { other: 0, text: 1, ts: 2, service: 4, author: 8 } as const;

function keyAt(buf: Uint8Array, i: number, length: number): number {
  if (length === 2) return buf[i] === 0x74 && buf[i + 1] === 0x73 ? keys.ts : keys.other;
  if (length === 4) {
    return buf[i] === 0x74 && buf[i + 1] === 0x65 && buf[i + 2] === 0x78 && buf[i + 3] === 0x74 ? keys.text : keys.other;
  }
  if (length === 6) {
    const aut = buf[i] === 0x61 && buf[i + 1] === 0x75 && buf[i + 2] === 0x74;
    return aut && buf[i + 3] === 0x68 && buf[i + 4] === 0x6f && buf[i + 5] === 0x72 ? keys.author : keys.other;
  }
  if (length !== 7) return keys.other;
  const service = buf[i] === 0x73 && buf[i + 1] === 0x65 && buf[i + 2] === 0x72 && buf[i + 3] === 0x76;
  return service && buf[i + 4] === 0x69 && buf[i + 5] === 0x63 && buf[i + 6] === 0x65 ? keys.service : keys.other;
}

/**
 * Makes the scanner of one matcher; each reader of lines has its own, since the answer is in its fields. `passed`: by index, 1 for
 * services that are read in part (sampling.ts), of which most lines need not be parsed.
 */
export function createLineScanner(matcher: Matcher, options: { maxLineBytes?: number; passed?: Uint8Array } = {}): LineScanner {
  const maxLineBytes = options.maxLineBytes ?? defaultMaxLineBytes;
  const sift = createSift(matcher, options.passed);
  const decoder = new TextDecoder();
  const line: { -readonly [K in keyof LineScanner]: LineScanner[K] } = {
    outcome: 'bad',
    reason: '',
    tsMs: NaN,
    hasService: false,
    scan,
    value,
    passed: none,
    authorHash: hashOfAuthor,
  };
  let view: DataView = new DataView(new ArrayBuffer(0));
  const last = { buf: new Uint8Array(0) as Uint8Array, start: 0, end: 0, parsed: undefined as unknown, author: -1, authorEnd: -1 };

  function answer(facts: LineFacts): LineFacts['outcome'] {
    line.reason = facts.reason;
    line.tsMs = facts.tsMs;
    line.hasService = facts.hasService;
    return (line.outcome = facts.outcome);
  }

  function scan(buf: Uint8Array, start: number, end: number): LineFacts['outcome'] {
    if (end - start > maxLineBytes) return answer({ outcome: 'bad', reason: 'too-long', tsMs: NaN, hasService: false });
    line.outcome = 'unnamed';
    line.reason = '';
    line.tsMs = NaN;
    line.hasService = false;
    last.buf = buf;
    last.start = start;
    last.end = end;
    last.parsed = undefined;
    last.author = -1;
    line.passed = none;
    if (walk(buf, start, end)) {
      if (sift.named.length === 0) return line.outcome;
      line.passed = sift.named;
      return (line.outcome = 'named');
    }
    return answer(readLinePlainly(decoder.decode(buf.subarray(start, end)), matcher, (value) => (last.parsed = value)));
  }

  function value(): unknown {
    if (last.parsed !== undefined) return last.parsed;
    try {
      return JSON.parse(decoder.decode(last.buf.subarray(last.start, last.end)));
    } catch {
      return undefined;
    }
  }

  function hashOfAuthor(seed: number): number | undefined {
    const { buf, author, authorEnd } = last;
    if (author < 0 || buf.subarray(author, authorEnd).includes(backslash)) return undefined;
    return authorHash(buf, author, authorEnd, seed);
  }

  /** Time at `i`, to line.tsMs. Returns the index behind it, or -1 for any form that the plain way had better read. */
  function readTs(buf: Uint8Array, i: number, end: number): number {
    if (buf[i] === quote) {
      const after = skipString(buf, view, i + 1, end);
      line.tsMs = after < 0 ? NaN : isoMs(buf, i + 1, after - 1);
      return line.tsMs >= 0 ? after : -1;
    }
    const first = i;
    let ms = 0;
    while (i < end && buf[i]! >= 0x30 && buf[i]! <= 0x39) ms = ms * 10 + (buf[i++]! - 0x30);
    // At most 15 digits are exact, and a date; a leading zero is no JSON.
    if (i === first || i - first > 15 || (buf[first] === 0x30 && i - first > 1)) return -1;
    line.tsMs = ms;
    return i;
  }

  /** Fills `line` and returns true, or returns false where the line is not of the usual shape: that judges nothing. */
  function walk(buf: Uint8Array, start: number, end: number): boolean {
    if (view.buffer !== buf.buffer || view.byteOffset !== buf.byteOffset || view.byteLength !== buf.byteLength) {
      view = new DataView(buf.buffer, buf.byteOffset, buf.byteLength);
    }
    let seen = 0;
    let i = skipSpace(buf, start, end);
    if (buf[i] !== open) return false;
    i++;
    for (;;) {
      i = skipSpace(buf, i, end);
      if (i >= end || buf[i] !== quote) return false;
      const name = ++i;
      i = plainEnd(buf, view, i, end);
      if (buf[i] !== quote) return false;
      const key = keyAt(buf, name, i - name);
      i = skipSpace(buf, i + 1, end);
      if (i >= end || buf[i] !== colon) return false;
      i = skipSpace(buf, i + 1, end);
      if (i >= end || (seen & key) !== 0) return false;
      seen |= key;

      if (key === keys.text) {
        if (buf[i] !== quote) return false;
        i = sift.read(buf, view, i + 1, end);
      } else if (key === keys.ts) {
        i = readTs(buf, i, end);
      } else {
        if (key === keys.service) line.hasService = buf[i] === quote && buf[i + 1] !== quote;
        const inside = buf[i] === quote ? i + 1 : -1;
        i = skipValue(buf, view, i, end);
        if (key === keys.author) {
          last.author = inside;
          last.authorEnd = i - 1;
        }
      }
      if (i < 0) return false;

      i = skipSpace(buf, i, end);
      if (i >= end) return false;
      if (buf[i] === close) break;
      if (buf[i] !== comma) return false;
      i++;
    }
    return skipSpace(buf, i + 1, end) === end && (seen & (keys.text | keys.ts)) === (keys.text | keys.ts);
  }

  return line;
}
