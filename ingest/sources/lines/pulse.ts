// The liveness of standard input: it is live from its first post on, and while it is fed as things happen, its time goes
// on in its pauses, so that an idle pipe holds nobody back. One through which old posts are played keeps to their time.
import type { Intake } from '../../source.ts';
import { readLineTime } from './time.ts';

/** Posts that come later than this after their own time are not fed as they happen, ms. */
const nearMs = 60_000;
const beatMs = 1_000;
/** So many batches are remembered: a collector that brings a minute's posts at once is known by them. */
const batches = 8;

export interface Pulse {
  /** The intake as the lines are to be given to. */
  readonly intake: Intake;
  /** What was read last has been handed over: nothing waits. */
  idle(): void;
  /** Something has been read. */
  busy(): void;
  /** A second has passed. */
  tick(): void;
  start(): void;
  stop(): void;
}

/** `steady` says whether the wall clock can be believed at the moment. */
export function createPulse(inner: Intake, clock: () => number, steady: () => boolean): Pulse {
  let spoken = false;
  let waiting = false;
  let lags: number[] = [];
  let first: number | undefined;
  let last: { bytes: Uint8Array; start: number; end: number } | undefined;
  let timer: NodeJS.Timeout | undefined;

  const lagOf = (bytes: Uint8Array, start: number, end: number): number => {
    const ts = readLineTime(bytes, start, end);
    return ts === undefined ? Infinity : Math.max(0, clock() - ts);
  };

  const pulse: Pulse = {
    intake: {
      ...inner,
      line(bytes, start, end) {
        const outcome = inner.line(bytes, start, end);
        if (outcome.outcome === 'dropped') return outcome;
        if (!spoken) {
          spoken = true;
          inner.state('live', 'reading standard input');
        }
        // the oldest and the newest of what came at once say how late it is; the others cost nothing
        first ??= lagOf(bytes, start, end);
        last = { bytes, start, end };
        return outcome;
      },
    },
    busy() {
      waiting = false;
    },
    idle() {
      waiting = true;
      if (first === undefined || last === undefined) return;
      lags = [...lags, Math.max(first, lagOf(last.bytes, last.start, last.end))].slice(-batches);
      first = undefined;
      last = undefined;
    },
    tick() {
      const lagMs = Math.max(...lags);
      const trusted = steady();
      if (waiting && trusted && lags.length > 0 && lagMs <= nearMs) inner.beat(clock() - lagMs);
    },
    start() {
      timer ??= setInterval(pulse.tick, beatMs);
    },
    stop() {
      clearInterval(timer);
    },
  };
  return pulse;
}
