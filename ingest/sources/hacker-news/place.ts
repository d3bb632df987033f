// The place in Hacker News: up to which number items were read, which of those were not there yet and are asked for again,
// and the cursor that carries this over a restart. Pure.

export interface HackerNewsPlace {
  /** All items up to this were read or wait; undefined before it began. */
  readonly last: () => number | undefined;
  /** Time of the newest item read, ms; where it began if none was. */
  readonly tsMs: () => number;
  /** Begins at `last`, or goes on from there: what lay between is not read. */
  begin(last: number, tsMs: number): void;
  /** What to ask for: those that wait, then up to `most` new ones not after `newest`. */
  next(newest: number, most: number): number[];
  /** Item `n` was read; `tsMs` its time where it has one. */
  take(n: number, tsMs: number | undefined): void;
  /** Item `n` is not there. false: it was asked for often enough and is passed by. */
  wait(n: number): boolean;
  cursor(): string;
}

/** An item that is not there is asked for in so many rounds. */
const patience = 12;
/** More than this many are not waited for. */
const mostWaiting = 64;

const cursorForm = /^(\d{1,15}) (\d{1,15})(?: ([\d,]+))?$/;

/** `cursor`: `<last number> <time, ms> <numbers that wait>`; unreadable counts as none. */
export function createHackerNewsPlace(cursor: string | undefined): HackerNewsPlace {
  const found = cursorForm.exec(cursor ?? '');
  let last = found === null ? undefined : Number(found[1]);
  let tsMs = found === null ? 0 : Number(found[2]);
  /** Number to rounds asked. */
  const waiting = new Map<number, number>((found?.[3] ?? '').split(',').filter(Boolean).slice(0, mostWaiting).map((n) => [Number(n), 0]));

  return {
    last: () => last,
    tsMs: () => tsMs,
    begin(next, atMs) {
      last = next;
      tsMs = atMs;
    },
    next(newest, most) {
      const from = (last ?? newest) + 1;
      return [...waiting.keys(), ...Array.from({ length: Math.max(0, Math.min(most, newest - from + 1)) }, (_, i) => from + i)];
    },
    take(n, at) {
      waiting.delete(n);
      last = Math.max(last ?? 0, n);
      if (at !== undefined) tsMs = Math.max(tsMs, at);
    },
    wait(n) {
      last = Math.max(last ?? 0, n);
      const rounds = (waiting.get(n) ?? 0) + 1;
      if (rounds >= patience || (rounds === 1 && waiting.size >= mostWaiting)) {
        waiting.delete(n);
        return false;
      }
      waiting.set(n, rounds);
      return true;
    },
    cursor: () => `${last ?? 0} ${tsMs}${waiting.size === 0 ? '' : ` ${[...waiting.keys()].join(',')}`}`,
  };
}
