// What waits to be written. While one write is under way the next ones gather and go out together: the more is to be
// written, the larger the writes, and each caller still learns the fate of its own records.
import type { OutRecord } from '../../../shared/bus.ts';
import { mostRecords } from './batches.ts';

/** What goes out together should be on its way in a moment, and fits into memory twice. */
const mostBytes = 16 << 20;

export interface Outgoing {
  /** Resolves when the records are written; rejects when they are not promised. */
  add(records: readonly OutRecord[]): Promise<void>;
  /** Resolves when nothing is under way any more. */
  idle(): Promise<void>;
}

interface Piece {
  readonly records: readonly OutRecord[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * `write` gets several callers' records, in their order, and one call at a time. When it fails and `alone(error)` says
 * that one caller's records may have spoilt it for the others, each is tried by itself.
 */
export function createOutgoing(write: (pieces: readonly (readonly OutRecord[])[]) => Promise<void>, alone: (error: unknown) => boolean): Outgoing {
  let waiting: Piece[] = [];
  let working: Promise<void> | undefined;

  async function writeOut(pieces: readonly Piece[]): Promise<void> {
    try {
      await write(pieces.map(({ records }) => records));
    } catch (error) {
      if (pieces.length > 1 && alone(error)) for (const piece of pieces) await writeOut([piece]);
      else for (const piece of pieces) piece.reject(error);
      return;
    }
    for (const piece of pieces) piece.resolve();
  }

  async function work(): Promise<void> {
    // what is published in the same turn goes out together
    await new Promise(setImmediate);
    while (waiting.length > 0) {
      let count = 0;
      let bytes = 0;
      let taken = 0;
      for (; taken < waiting.length; taken++) {
        const { records } = waiting[taken]!;
        count += records.length;
        bytes += records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
        if (taken > 0 && (count > mostRecords || bytes > mostBytes)) break;
      }
      const pieces = waiting.slice(0, taken);
      waiting = waiting.slice(taken);
      await writeOut(pieces);
    }
    working = undefined;
  }

  return {
    add(records) {
      return new Promise((resolve, reject) => {
        if (records.length === 0) return resolve();
        waiting.push({ records, resolve, reject });
        working ??= work();
        return undefined;
      });
    },
    idle: () => working ?? Promise.resolve(),
  };
}

/**
 * Cuts callers' records into two writes so that a record put last is never kept without those before it: first what comes
 * before each caller's last partition, then what goes to that partition, which is kept as one or not at all. Returns the
 * two writes of as many callers as keep their order so, and how many callers those are.
 */
export function inTwoSteps(pieces: readonly (readonly OutRecord[])[], placeOf: (record: OutRecord) => string): { first: OutRecord[]; last: OutRecord[]; taken: number } {
  const first: OutRecord[] = [];
  const last: OutRecord[] = [];
  const lastPlaces = new Set<string>();
  let taken = 0;
  for (const records of pieces) {
    const places = records.map(placeOf);
    const end = places.at(-1)!;
    let cut = records.length;
    while (cut > 0 && places[cut - 1] === end) cut--;
    // what an earlier caller writes to a partition in the second step must not be overtaken in the first
    if (places.slice(0, cut).some((place) => lastPlaces.has(place))) break;
    first.push(...records.slice(0, cut));
    last.push(...records.slice(cut));
    lastPlaces.add(end);
    taken++;
  }
  return { first, last, taken };
}
