// A row of the evaluation: one guarded figure with what stands beside it. Owns its form, its bars, and what a fall is;
// where rows come from is the parts' business, where they are kept is ledger.ts's.
import { z } from 'zod';

export const barSchema = z.object({ least: z.number().optional(), most: z.number().optional() });
export type Bar = z.infer<typeof barSchema>;

export const rowSchema = z.object({
  id: z.string().describe('stays the same from run to run'),
  section: z.string().describe('a section of sections.ts'),
  name: z.string(),
  figure: z.number().nullable().describe('null where there was nothing to measure'),
  better: z.enum(['more', 'less']),
  bar: barSchema.optional(),
  moonshot: barSchema.optional(),
  cells: z.array(z.string()).default([]).describe('what stands beside the figure, as the head of the section says'),
  headline: z.string().optional().describe('under this name it also stands in the first table'),
});
export type Row = z.infer<typeof rowSchema>;

/** Four significant digits: what is kept, compared and shown. Null for what is no number. */
export function rounded(figure: number): number | null {
  return Number.isFinite(figure) ? Number(figure.toPrecision(4)) : null;
}

/** Whether the figure keeps the bar; ends count. */
export function keeps(figure: number | null, bar: Bar): boolean {
  return figure !== null && figure >= (bar.least ?? -Infinity) && figure <= (bar.most ?? Infinity);
}

/** Whether `now` is worse than `before`. The tolerance is zero: every row is deterministic. */
export function isFall(better: Row['better'], before: number | null, now: number | null): boolean {
  if (before === null || now === null) return before !== null;
  return better === 'more' ? now < before : now > before;
}

/** A bar in words: "at least 0.85". */
export function barWords({ least, most }: Bar): string {
  const ends = [least === undefined ? '' : `at least ${least}`, most === undefined ? '' : `at most ${most}`];
  return ends.filter((end) => end !== '').join(', ');
}
