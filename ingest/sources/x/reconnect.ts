// When to connect to X again: a wait for each kind of failure, as X asks for it, and never more connects in a quarter of an
// hour than it allows. Pure: time and chance come as arguments.

/**
 * ended: a connection that brought something is over. network: no answer. server: 5xx. rate: 429. crowded: 429, since another
 * connection is open. auth: 401. forbidden: 403. no-rules: 409. capped: X's own cap of usage. refused: any other answer.
 */
export type XFailureKind = 'ended' | 'network' | 'server' | 'rate' | 'crowded' | 'auth' | 'forbidden' | 'no-rules' | 'capped' | 'refused';

export interface Reconnect {
  /**
   * How long to wait after this failure, ms. `resetMs`: when X says that its limit ends, ms since 1970; `chance`: between 0 and 1,
   * so that many clients don't come back in step.
   */
  wait(kind: XFailureKind, nowMs: number, resetMs: number | undefined, chance: number): number;
  /** A connection stands and brings something. */
  well(): void;
}

interface Manner {
  readonly growth: 'linear' | 'doubling' | 'level';
  /** In steps of the first wait, 250 ms: see `stepMs`. */
  readonly first: number;
  readonly longest: number;
}

const seconds = (n: number): number => n * 4;

/** X's own rules: https://docs.x.com/x-api/fundamentals/handling-disconnections. What no wait mends is looked at again every 15 minutes. */
const manners: Readonly<Record<Exclude<XFailureKind, 'ended'>, Manner>> = {
  network: { growth: 'linear', first: 1, longest: seconds(16) },
  server: { growth: 'doubling', first: seconds(5), longest: seconds(320) },
  rate: { growth: 'doubling', first: seconds(60), longest: seconds(900) },
  // the one that is open is most often our own of a moment ago, whose end X has not seen yet
  crowded: { growth: 'doubling', first: seconds(2), longest: seconds(60) },
  auth: { growth: 'level', first: seconds(900), longest: seconds(900) },
  forbidden: { growth: 'level', first: seconds(900), longest: seconds(900) },
  'no-rules': { growth: 'level', first: seconds(900), longest: seconds(900) },
  capped: { growth: 'level', first: seconds(900), longest: seconds(900) },
  refused: { growth: 'doubling', first: seconds(5), longest: seconds(320) },
};

/** X's windows last so long, ms; a reset further off is not believed. */
export const windowMs = 15 * 60_000;

/** `stepMs`: the first wait after a lost network; all others follow from it (5 s is 20 of 250 ms). */
export function createReconnect(stepMs: number): Reconnect {
  let last: XFailureKind | undefined;
  let times = 0;

  return {
    wait(kind, nowMs, resetMs, chance) {
      if (kind === 'ended') return 0;
      // a storm of several kinds is one storm: each goes on from where the other left it
      times = last === kind || last === undefined ? times + 1 : Math.max(1, times);
      last = kind;
      const { growth, first, longest } = manners[kind];
      const steps = growth === 'linear' ? first * times : growth === 'doubling' ? first * 2 ** Math.min(times - 1, 16) : first;
      const waitMs = Math.min(longest, steps) * stepMs;
      const tillReset = kind === 'rate' && resetMs !== undefined ? resetMs - nowMs : -1;
      const wanted = tillReset >= 0 && tillReset <= windowMs ? Math.max(tillReset, first * stepMs / 60) : waitMs;
      return wanted + chance * Math.min(wanted * 0.1, 5_000);
    },
    well() {
      last = undefined;
      times = 0;
    },
  };
}

export interface ConnectBucket {
  /** How long the next connect has to wait, ms. */
  waitMs(nowMs: number): number;
  /** A connect is made now. */
  take(nowMs: number): void;
  /** When the last ones were made, ms. */
  saved(): readonly number[];
}

/**
 * `most` connects in X's window of 15 minutes: half of them as they come, the rest spread over what is left of the window,
 * so that a connection that breaks again and again is still tried. `before`: connects of a former process.
 */
export function createConnectBucket(most: number, before: readonly number[]): ConnectBucket {
  let made: number[] = [...before];
  const look = (nowMs: number): void => {
    // a time ahead of the clock is of a clock that was put back
    made = made.filter((at) => at > nowMs - windowMs && at <= nowMs + 1_000);
  };
  return {
    waitMs(nowMs) {
      look(nowMs);
      const left = most - made.length;
      const [first] = made;
      if (first === undefined || made.length < most / 2) return 0;
      const windowLeft = first + windowMs - nowMs;
      if (left <= 0) return Math.max(1, windowLeft);
      return Math.max(0, made.at(-1)! + windowLeft / (left + 1) - nowMs);
    },
    take(nowMs) {
      look(nowMs);
      made.push(nowMs);
    },
    saved: () => made,
  };
}
