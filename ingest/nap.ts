// A sleep that can be cut short: what a source that plays by the clock waits with.

export interface Nap {
  /** Resolves after `ms`, or as soon as it is woken. */
  sleep(ms: number): Promise<void>;
  /** Ends the sleep in hand, if there is one. */
  wake(): void;
}

export function createNap(): Nap {
  let wake = () => {};
  return {
    sleep: (ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
    wake: () => wake(),
  };
}
