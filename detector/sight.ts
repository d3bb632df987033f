// Whether a service was in sight: which sources saw in which minute, held against where the service's posts usually come
// from. Knows names and minutes only; what a source does is told by sources.ts.

const minuteMs = 60_000;
// A source that has not been there for three days is not what is usual any more.
const goneMinutes = 3 * 1_440;
// Fewer posts than these (decayed) do not tell where a service's posts come from.
const fewestPosts = 3;
// What lies longer back than learning looks, or beyond so many changes, counts as unseen.
const keptMs = 21 * 1_440 * minuteMs;
const mostSpans = 2_000;

/** Minutes from `from` to `until` (ms) in which the same sources saw and the same were away. Names sorted. */
interface Span {
  from: number;
  until: number;
  seeing: string[];
  away: string[];
}

export interface SightState {
  spans: Span[];
  /** Minutes for which each source has been away. */
  awayFor: [string, number][];
}

export interface Sight {
  /** The minute before `boundary` (ms) is over; `sources` are those that have not ended on purpose, sorted, with whether they saw at its end. */
  note(boundary: number, sources: readonly (readonly [name: string, seeing: boolean])[]): void;
  /** Whether, in the last minute, the sources that carry at least half of a service's posts saw. */
  sees(bySource: Readonly<Record<string, number>>): boolean;
  /** In how many minutes between two times (ms, whole minutes) they did. */
  minutes(bySource: Readonly<Record<string, number>>, from: number, until: number): number;
  encode(): SightState;
}

export function createSight(kept: SightState = { spans: [], awayFor: [] }): Sight {
  const spans = kept.spans.map((span) => ({ ...span }));
  const awayFor = new Map(kept.awayFor);

  return {
    note(boundary, sources) {
      const seeing: string[] = [];
      const away: string[] = [];
      const names = new Set(sources.map(([name]) => name));
      for (const name of awayFor.keys()) if (!names.has(name)) awayFor.delete(name);
      for (const [name, sees] of sources) {
        const missed = sees ? 0 : (awayFor.get(name) ?? 0) + 1;
        awayFor.set(name, missed);
        if (sees) seeing.push(name);
        else if (missed <= goneMinutes) away.push(name);
      }
      const last = spans.at(-1);
      if (last !== undefined && last.until === boundary - minuteMs && same(last.seeing, seeing) && same(last.away, away)) last.until = boundary;
      else spans.push({ from: boundary - minuteMs, until: boundary, seeing, away });
      while (spans[0]!.until <= boundary - keptMs || spans.length > mostSpans) spans.shift();
    },
    sees(bySource) {
      const last = spans.at(-1);
      return last !== undefined && inSight(last, bySource);
    },
    minutes(bySource, from, until) {
      let sum = 0;
      for (let i = spans.length - 1; i >= 0 && spans[i]!.until > from; i--) {
        const span = spans[i]!;
        const overlap = Math.min(span.until, until) - Math.max(span.from, from);
        if (overlap > 0 && inSight(span, bySource)) sum += overlap / minuteMs;
      }
      return sum;
    },
    encode: () => ({ spans, awayFor: [...awayFor] }),
  };
}

function inSight({ seeing, away }: Span, bySource: Readonly<Record<string, number>>): boolean {
  if (seeing.length === 0) return false;
  if (away.length === 0) return true;
  const missed = sumOver(away, bySource);
  return missed < fewestPosts || sumOver(seeing, bySource) >= missed;
}

function sumOver(names: readonly string[], bySource: Readonly<Record<string, number>>): number {
  return names.reduce((sum, name) => sum + (Object.hasOwn(bySource, name) ? bySource[name]! : 0), 0);
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, i) => name === b[i]);
}
