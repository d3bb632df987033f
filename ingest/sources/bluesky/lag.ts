// How late a stream's events come by our clock, which of late were the latest: what a quiet stream's time may be taken from.
// Pure.

/** Events in each of two generations: the older one goes when the younger is full. */
const generation = 500;

export interface Lag {
  /** An event came so much later than its own time, ms; less than 0 where the server's clock is ahead. */
  note(ms: number): void;
  /** The greatest of the last events; undefined before the first. */
  greatest(): number | undefined;
}

export function createLag(): Lag {
  let young = -Infinity;
  let old = -Infinity;
  let count = 0;
  return {
    note(ms) {
      if (count === generation) {
        old = young;
        young = -Infinity;
        count = 0;
      }
      count += 1;
      if (ms > young) young = ms;
    },
    greatest() {
      const greatest = Math.max(young, old);
      return greatest === -Infinity ? undefined : greatest;
    },
  };
}
