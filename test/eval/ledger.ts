// The stored rows, docs/quality.json: each with the dated figures of earlier runs. Owns reading, merging and what a
// run has changed; no clock: the date is an argument.
import { z } from 'zod';
import { isFall, type Row, rowSchema } from './row.ts';

const dated = z.tuple([z.iso.date(), z.number().nullable()]);
const storedSchema = rowSchema.extend({ history: z.array(dated).describe('oldest first; a date stands once, with its last figure') });
export type StoredRow = z.infer<typeof storedSchema>;

export const ledgerSchema = z.object({
  parts: z.record(z.string(), z.object({ date: z.iso.date(), minutes: z.number(), machine: z.string() })).describe('when a part last changed a figure, and how long it then took'),
  rows: z.array(storedSchema),
});
export type Ledger = z.infer<typeof ledgerSchema>;

export interface Change {
  readonly id: string;
  readonly before: number | null;
  readonly now: number | null;
  readonly fell: boolean;
}

export interface PartRun {
  readonly part: string;
  readonly rows: readonly Row[];
  readonly minutes: number;
  readonly machine: string;
}

/** The part that a row belongs to: its id up to the first slash. */
export const partOf = (id: string): string => id.slice(0, id.indexOf('/'));

/** What a run says otherwise than the ledger: new, gone and changed figures, in the run's order. */
export function changesOf(ledger: Ledger, run: Pick<PartRun, 'part' | 'rows'>): Change[] {
  const stored = new Map(ledger.rows.map((row) => [row.id, row]));
  const ids = new Set(run.rows.map(({ id }) => id));
  const gone = ledger.rows.filter(({ id }) => partOf(id) === run.part && !ids.has(id));
  return [
    ...run.rows.flatMap(({ id, figure, better }) => {
      const known = stored.get(id);
      if (known !== undefined && known.figure === figure) return [];
      return [{ id, before: known?.figure ?? null, now: figure, fell: known !== undefined && isFall(better, known.figure, figure) }];
    }),
    ...gone.map(({ id, figure }) => ({ id, before: figure, now: null, fell: true })),
  ];
}

/**
 * The ledger after a run: its part's rows take the place of the stored ones. A figure enters a row's history when it
 * differs from the last there; a part's date and minutes change with its figures only, so the same tree gives the same bytes.
 */
export function enter(ledger: Ledger, run: PartRun, date: string): Ledger {
  const stored = new Map(ledger.rows.map((row) => [row.id, row]));
  const changed = changesOf(ledger, run).length > 0 || ledger.parts[run.part] === undefined;
  const rows = run.rows.map((row) => ({ ...row, history: after(stored.get(row.id)?.history ?? [], date, row.figure) }));
  const at = ledger.rows.findIndex(({ id }) => partOf(id) === run.part);
  const others = ledger.rows.filter(({ id }) => partOf(id) !== run.part);
  const before = at === -1 ? others.length : ledger.rows.slice(0, at).filter(({ id }) => partOf(id) !== run.part).length;
  return {
    parts: changed ? { ...ledger.parts, [run.part]: { date, minutes: run.minutes, machine: run.machine } } : ledger.parts,
    rows: [...others.slice(0, before), ...rows, ...others.slice(before)],
  };
}

function after(history: StoredRow['history'], date: string, figure: number | null): StoredRow['history'] {
  if (history.at(-1)?.[1] === figure) return history;
  return [...history.filter(([day]) => day !== date), [date, figure]];
}

/** The ledger as its file: a row a line, so that a change of one is a line in a diff. */
export function writeLedger(ledger: Ledger): string {
  // fields in the order of the schema, wherever they come from
  const { parts, rows } = ledgerSchema.parse(ledger);
  const lines = (list: readonly string[]): string => list.map((line) => `    ${line}`).join(',\n');
  return `{\n  "parts": {\n${lines(Object.entries(parts).map(([name, part]) => `${JSON.stringify(name)}: ${JSON.stringify(part)}`))}\n  },\n  "rows": [\n${lines(rows.map((row) => JSON.stringify(row)))}\n  ]\n}\n`;
}
