// A line the plain way: decode, parse, look. It is what the scanner in line.ts must agree with, and what it asks where a
// line is not of the usual shape.
import { readTime } from '../shared/post.ts';
import type { Matcher } from './match.ts';

/** `bad` is a line that is no post, and `reason` says why; the rest is then without meaning. */
export type LineFacts = {
  readonly outcome: 'named' | 'unnamed' | 'bad';
  readonly reason: string;
  /** event time, ms since 1970 UTC */
  readonly tsMs: number;
  /** the collector says which service it is about, in a top-level field `service` */
  readonly hasService: boolean;
};

const bad = (reason: string): LineFacts => ({ outcome: 'bad', reason, tsMs: NaN, hasService: false });

/**
 * What one line of NDJSON says. Reasons: not-json, not-an-object, no-text, no-ts, bad-ts. `parsed` is told the value, for
 * who would otherwise parse it again.
 */
export function readLinePlainly(line: string, matcher: Matcher, parsed: (value: unknown) => void = () => {}): LineFacts {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return bad('not-json');
  }
  parsed(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return bad('not-an-object');
  const { text, ts, service } = value as Record<string, unknown>;
  if (typeof text !== 'string') return bad('no-text');
  const tsMs = readTime(ts);
  if (tsMs === undefined) return bad(ts === undefined ? 'no-ts' : 'bad-ts');
  return {
    outcome: matcher.matchText(text).length > 0 ? 'named' : 'unnamed',
    reason: '',
    tsMs,
    hasService: typeof service === 'string' && service !== '',
  };
}
