// A sleep that can be cut short: what a source that plays by the clock waits with.

/** A timer set for longer, 25 days, goes off at once. */
const longestMs = 2 ** 31 - 1;

export interface Nap {
  /** Resolves after `ms`, 24 days at most, or as soon as it is woken. */
  sleep(ms: number): Promise<void>;
  /** Ends the sleep in hand, if there is one. */
  wake(): void;
}

export function createNap(): Nap {
  let wake = () => {};
  return {
    sleep: (ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, Math.min(ms, longestMs));
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
    wake: () => wake(),
  };
}
