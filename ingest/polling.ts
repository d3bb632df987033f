// The life of a source that asks again and again: when to ask, when it counts as blind, how long to stay away after a
// refusal, and time that goes on between two answers. What is asked, and what the answers mean, is the source's.
import { createNap } from './nap.ts';
import type { Intake, Source } from './source.ts';
import { createClockWatch } from './steady-clock.ts';

export type Polled =
  /**
   * It answered. `waitMs`: not before that long; `again`: more is waiting, ask at once; `gap`: what can not be made good,
   * ms from and to; `behind`: what it brings is old.
   */
  | { readonly ok: true; readonly detail: string; readonly waitMs?: number; readonly again?: boolean; readonly behind?: boolean; readonly gap?: { from: number; to: number } }
  /** It did not, or not usably. `waitMs`: it asked to be left alone for so long; `tellNow`: no need to see it fail twice. */
  | { readonly ok: false; readonly detail: string; readonly waitMs?: number; readonly tellNow?: boolean };

export interface PollingOptions {
  readonly intake: Pick<Intake, 'state' | 'beat' | 'ready'>;
  readonly clock: () => number;
  /** Between two questions while all is well. */
  readonly everyMs: number;
  /** One round of questions; the signal ends it when the source stops. A throw is our own fault and reads as a failure. */
  readonly poll: (signal: AbortSignal) => Promise<Polled>;
  /** Called when it stops, after the last round. */
  readonly close?: () => Promise<void>;
  readonly longestWaitMs?: number;
  /** Between 0 and 1. */
  readonly random?: () => number;
}

const beatEveryMs = 1_000;
/** Rounds spread by this share, so that many pollers don't ask in step. */
const spread = 0.1;
/** Failures in a row at which it counts as blind; or one, where it is not asked again for so much longer than usual, ms. */
const blindAfter = 2;
const longWaitMs = 60_000;

/** Waits for `promise` or for the stop, whichever comes first: while the log stalls a source must still be able to end. */
export async function orStopped(signal: AbortSignal, promise: Promise<unknown>): Promise<void> {
  if (signal.aborted) return;
  let stop = () => {};
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
    signal.addEventListener('abort', stop);
  });
  try {
    await Promise.race([promise, stopped]);
  } finally {
    signal.removeEventListener('abort', stop);
    // what comes after the stop is nobody's any more
    promise.catch(() => {});
  }
}

/**
 * A source that polls. While it is well its watermark follows the clock, so that a post it finds at its next round comes
 * late instead of holding back what faster sources say.
 */
export function createPolling(options: PollingOptions): Source {
  const { intake, clock, everyMs, random = Math.random, longestWaitMs = 15 * 60_000 } = options;
  const nap = createNap();
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  let well = false;

  async function round(): Promise<Polled> {
    try {
      await orStopped(stopping.signal, intake.ready());
      if (stopping.signal.aborted) return { ok: false, detail: 'stopped' };
      return await options.poll(stopping.signal);
    } catch (error) {
      return { ok: false, detail: `it could not be read: ${(error as Error).message}` };
    }
  }

  async function run(): Promise<void> {
    let failures = 0;
    while (!stopping.signal.aborted) {
      const polled = await round();
      if (stopping.signal.aborted) return;
      let waitMs: number;
      if (polled.ok) {
        failures = 0;
        well = polled.behind !== true;
        intake.state(well ? 'live' : 'catching-up', polled.detail, polled.gap);
        waitMs = polled.again === true ? 0 : Math.max(everyMs, polled.waitMs ?? 0);
      } else {
        failures += 1;
        waitMs = Math.max(polled.waitMs ?? 0, Math.min(longestWaitMs, everyMs * 2 ** Math.min(failures - 1, 16)));
        if (!well || failures >= blindAfter || polled.tellNow === true || waitMs > everyMs + longWaitMs) {
          well = false;
          intake.state('blind', polled.detail);
        }
      }
      if (waitMs > 0) await nap.sleep(waitMs * (1 + spread * random()));
    }
  }

  return {
    async start() {
      if (running !== undefined || stopping.signal.aborted) return;
      intake.state('blind', 'asking for the first time');
      const isSteady = createClockWatch(clock, () => performance.now());
      const beating = setInterval(() => {
        if (isSteady() && well) intake.beat(clock());
      }, beatEveryMs);
      running = run().finally(() => clearInterval(beating));
    },
    async stop() {
      stopping.abort();
      nap.wake();
      await running;
      await options.close?.();
    },
  };
}
