// Waiting for answers that may never come: each in its time, all of them ended at once when who asked has hung up.

export interface Answers {
  /** The answer, or a rejection when it does not come within `ms` or nobody waits any more. */
  within<T>(ms: number, answer: Promise<T>): Promise<T>;
  /** Rejects what is waited for now and whatever is asked later. */
  hangUp(): void;
  /** How many are waited for. */
  waiting(): number;
}

/** No answer came: nothing is known of what became of the request. */
export class NoAnswer extends Error {
  readonly retriable = true;
}

export function createAnswers(): Answers {
  // One promise for all that never settles, raced with each answer, would keep every answer in memory.
  const waiting = new Set<(error: Error) => void>();
  let over = false;
  const hungUp = (): Error => new Error('the link is closed');

  return {
    within<T>(ms: number, answer: Promise<T>): Promise<T> {
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      answer.then(resolve, reject);
      if (over) reject(hungUp());
      const timer = setTimeout(() => reject(new NoAnswer(`no answer within ${ms} ms`)), ms);
      waiting.add(reject);
      return promise.finally(() => {
        clearTimeout(timer);
        waiting.delete(reject);
      });
    },
    hangUp() {
      over = true;
      for (const reject of waiting) reject(hungUp());
    },
    waiting: () => waiting.size,
  };
}
