// When a fold's snapshot is due: by the clock, and by how much work a start would have to repeat. Owns the two bounds; taking
// snapshots and storing them is the runners'.

const everyMs = 20_000;
/** A snapshot is taken at most so often that it costs a fiftieth of the time ... */
const shareOfTime = 50;
/** ... and, where there was more than this to fold since the last, a tenth of the work: whoever starts after a kill folds it again. */
const repeatedMs = 500;
const shareOfWork = 10;

export interface SnapshotPace {
  /** Records were folded, live or again, for so long, ms. */
  folded(ms: number): void;
  due(): boolean;
  /** One was taken, which took so long, ms. */
  taken(ms: number): void;
  /** The fold is live: the clock runs from now. */
  begin(): void;
}

/** Creates the pace of one fold; `clock` in ms. */
export function createSnapshotPace(clock: () => number): SnapshotPace {
  let nextAt = 0;
  let enoughMs = repeatedMs;
  let foldedMs = 0;
  return {
    folded(ms) {
      foldedMs += ms;
    },
    due: () => clock() >= nextAt || foldedMs >= enoughMs,
    taken(ms) {
      foldedMs = 0;
      enoughMs = Math.max(repeatedMs, ms * shareOfWork);
      nextAt = clock() + Math.max(everyMs, ms * shareOfTime);
    },
    begin() {
      nextAt = clock() + everyMs;
    },
  };
}
