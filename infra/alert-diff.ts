// Two accounts of the same posts, under other settings: which alerts came, which went, and which came earlier or later.
import type { Incident } from '../shared/incident.ts';

/** An incident that was told, as one of the two accounts has it. */
export type Told = Pick<Incident, 'service' | 'onset' | 'openedAt' | 'confirmedAt' | 'resolvedAt' | 'state'>;

export interface Moved<T extends Told> {
  readonly before: T;
  readonly after: T;
  /** Minutes by which the alert came later; earlier where negative. */
  readonly openedMinutes: number;
  /** The same of its confirmation; null where only one of them was confirmed, or neither. */
  readonly confirmedMinutes: number | null;
}

export interface AlertDiff<T extends Told> {
  readonly added: readonly T[];
  readonly gone: readonly T[];
  readonly moved: readonly Moved<T>[];
  readonly same: number;
}

const minutes = (ms: number): number => Math.round(ms / 6_000) / 10;
const endOf = (one: Told): number => one.resolvedAt ?? Infinity;
const overlap = (a: Told, b: Told): boolean => a.onset <= endOf(b) && b.onset <= endOf(a);

/** Incidents in the order in which they opened. */
export function byOpening<T extends Told>(list: readonly T[]): T[] {
  return list.toSorted((a, b) => a.openedAt - b.openedAt || (a.service < b.service ? -1 : 1));
}

/** Pairs incidents of one service that overlap, each once, in the order of their opening. */
export function diffAlerts<T extends Told>(before: readonly T[], after: readonly T[]): AlertDiff<T> {
  const left = new Set(byOpening(after));
  const gone: T[] = [];
  const moved: Moved<T>[] = [];
  let same = 0;
  for (const one of byOpening(before)) {
    const other = [...left].find((candidate) => candidate.service === one.service && overlap(one, candidate));
    if (other === undefined) {
      gone.push(one);
      continue;
    }
    left.delete(other);
    const openedMinutes = minutes(other.openedAt - one.openedAt);
    const confirmedMinutes = one.confirmedAt === null || other.confirmedAt === null ? null : minutes(other.confirmedAt - one.confirmedAt);
    const likewise = openedMinutes === 0 && (confirmedMinutes ?? 0) === 0 && (one.confirmedAt === null) === (other.confirmedAt === null) && one.state === other.state;
    if (likewise) same++;
    else moved.push({ before: one, after: other, openedMinutes, confirmedMinutes });
  }
  return { added: [...left], gone, moved, same };
}
