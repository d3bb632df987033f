// Counts of right and wrong: what precision, recall and F1 are made of, and how sure a share is.

export interface Tally {
  /** reports heard, reports missed, false reports, and others rightly refused */
  heard: number;
  missed: number;
  imagined: number;
  refused: number;
}

export const newTally = (): Tally => ({ heard: 0, missed: 0, imagined: 0, refused: 0 });

/** Notes one answer. */
export function note(tally: Tally, isReport: boolean, saidReport: boolean): void {
  if (isReport) tally[saidReport ? 'heard' : 'missed']++;
  else tally[saidReport ? 'imagined' : 'refused']++;
}

/** Several tallies as one. */
export function together(tallies: Iterable<Tally>): Tally {
  const sum = newTally();
  for (const { heard, missed, imagined, refused } of tallies) {
    sum.heard += heard;
    sum.missed += missed;
    sum.imagined += imagined;
    sum.refused += refused;
  }
  return sum;
}

/** Of what was said to be a report, so much was one; NaN where nothing was said. */
export const precision = ({ heard, imagined }: Tally): number => heard / (heard + imagined);
/** Of the reports, so many were heard; NaN where there is none. */
export const recall = ({ heard, missed }: Tally): number => heard / (heard + missed);
/** The harmonic mean of precision and recall; NaN where there is neither a report nor a false one. */
export const f1 = ({ heard, missed, imagined }: Tally): number => (2 * heard) / (2 * heard + missed + imagined);

/** Wilson's interval (95 %) for a share of `count` in `of`. Source: E. B. Wilson, JASA 22 (1927). */
export function wilson(count: number, of: number): [number, number] {
  if (of === 0) return [0, 1];
  const z = 1.96;
  const share = count / of;
  const middle = (share + (z * z) / (2 * of)) / (1 + (z * z) / of);
  const half = (z / (1 + (z * z) / of)) * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

/** Two decimals, or a dash for what is not a number. */
export const two = (value: number): string => (Number.isFinite(value) ? value.toFixed(2) : '-');
