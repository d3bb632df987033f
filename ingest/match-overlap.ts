// Overlaps: of the matches that touch one stretch of a text, which ones count. The longest wins ("Facebook Messenger" is
// Messenger), and a name inside one of its own service's exclude phrases does not count at all.
import type { Use } from './match-patterns.ts';

/** A match: what was found, and where, in symbols; `end` is past the last. */
export type Found = { readonly use: Use; readonly start: number; readonly end: number };

function withoutExcluded(found: readonly Found[]): Found[] {
  const isExclude = (f: Found): boolean => f.use.by === 'exclude';
  if (!found.some(isExclude)) return [...found];
  // By start, exclude phrases first: then a name is inside one iff one that came before reaches its end.
  const ordered = [...found].sort((a, b) => a.start - b.start || Number(isExclude(b)) - Number(isExclude(a)));
  const reach = new Map<number, number>();
  return ordered.filter((f) => {
    const until = reach.get(f.use.service) ?? -1;
    if (!isExclude(f)) return f.end > until;
    reach.set(f.use.service, Math.max(until, f.end));
    return false;
  });
}

/** The matches of one stretch that count, in order of their start. Linear but for sorting, whatever a stranger writes. */
export function settle(found: readonly Found[]): Found[] {
  // as it nearly always is
  if (found.length === 1) return found[0]!.use.by === 'exclude' ? [] : [found[0]!];
  const candidates = withoutExcluded(found);
  if (candidates.length < 2) return candidates;
  candidates.sort((a, b) => b.end - b.start - (a.end - a.start) || a.start - b.start);
  const from = candidates.reduce((least, f) => Math.min(least, f.start), Infinity);
  const owner: (Found | undefined)[] = [];
  const kept = candidates.filter((f) => {
    // Those kept so far are at least as long, so one that overlaps covers the first or the last symbol of this one.
    for (const other of [owner[f.start - from], owner[f.end - 1 - from]]) {
      if (other !== undefined && (other.start !== f.start || other.end !== f.end)) return false;
    }
    for (let at = f.start; at < f.end; at++) owner[at - from] = f;
    return true;
  });
  return kept.sort((a, b) => a.start - b.start);
}
