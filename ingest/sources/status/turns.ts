// Whose turn it is to ask: at most so many questions at once, and never two at one host.

export interface Turns {
  /** Runs `work` when it is `host`'s turn; those of one host in the order in which they came. */
  take<T>(host: string, work: () => Promise<T>): Promise<T>;
}

export function createTurns(atOnce: number): Turns {
  const hosts = new Map<string, Promise<unknown>>();
  const waiting: (() => void)[] = [];
  let free = atOnce;

  async function inSlot<T>(work: () => Promise<T>): Promise<T> {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  }

  return {
    take(host, work) {
      const before = hosts.get(host) ?? Promise.resolve();
      const own = before.then(() => inSlot(work));
      const settled = own.catch(() => {}).then(() => {
        if (hosts.get(host) === settled) hosts.delete(host);
      });
      hosts.set(host, settled);
      return own;
    },
  };
}
