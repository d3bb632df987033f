// What only one worker may do at a time (read a source that allows one connection, tell a channel) is held: a lease
// chooses the worker, and the log's writer of that name fences whoever had it before, even one that wakes up late.
import type { Logger } from 'pino';
import { BusError, type Bus, type Running, type Writer } from '../shared/bus.ts';
import type { Store } from '../shared/store.ts';

export interface HoldingDeps {
  readonly bus: Pick<Bus, 'writer'>;
  readonly store: Pick<Store, 'lease' | 'release'>;
  /** This process among all workers, for as long as it lives. */
  readonly holder: string;
  /** After taking a lease that another may have lost: how long to let it notice, ms. 0 where there is no other. */
  readonly patienceMs: number;
  readonly log: Logger;
  /** What is held can not be begun, and trying again would not help. */
  readonly failed: (error: Error) => void;
  readonly pace?: Pace;
}

/** How long a lease lasts and how often it is renewed, ms. */
export interface Pace {
  readonly leaseMs: number;
  readonly renewMs: number;
}

export interface Pen {
  readonly writer: Writer;
  /** To be called when another has taken over: what is held is stopped, and this worker stands by again. */
  readonly lost: () => void;
}

export interface Holding extends Running {
  /** Whether this worker holds it now. */
  readonly held: () => boolean;
}

/** With `patienceMs` it bounds how long nobody holds: under 15 s after a holder's death. */
export const usualPace: Pace = { leaseMs: 6_000, renewMs: 2_000 };

/** Takes the lease when it is free, begins, and keeps it. Without others to wait for it resolves once begun, else at once. */
export type Hold = (name: string, begin: (pen: Pen) => Promise<Running>) => Promise<Holding>;

export function createHold(deps: HoldingDeps): Hold {
  const { bus, store, holder, log } = deps;
  const { leaseMs, renewMs } = deps.pace ?? usualPace;

  return async (name, begin) => {
    let running: Running | undefined;
    let writer: Writer | undefined;
    /** the lease is ours, as far as the store has said */
    let ours = false;
    let stopping = false;
    let timer: NodeJS.Timeout | undefined;
    let wake = () => {};
    let turn: Promise<void> = Promise.resolve();

    async function letGo(): Promise<void> {
      const [own, pen] = [running, writer];
      running = writer = undefined;
      try {
        await own?.stop();
      } catch (error) {
        // what it still wanted to write is the other's now
        if (!(error instanceof BusError) || error.code !== 'fenced') throw error;
      } finally {
        await pen?.close();
      }
    }

    async function take(): Promise<void> {
      if (deps.patienceMs > 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          setTimeout(resolve, deps.patienceMs);
        });
      }
      if (stopping || !ours || writer !== undefined) return;
      try {
        const own = await bus.writer(name);
        writer = own;
        running = await begin({ writer: own, lost: () => void inTurn(async () => (writer === own ? giveUp() : undefined)) });
      } catch (error) {
        await giveUp();
        throw error;
      }
      log.info({ held: name }, 'holding');
    }

    function giveUp(): Promise<void> {
      ours = false;
      return letGo();
    }

    /** Asks for the lease, or renews it: also while what is held begins, which may take longer than the lease lasts. */
    async function askForLease(): Promise<boolean | undefined> {
      // a store that does not answer says nothing: who holds goes on, fenced if need be; who does not waits
      return store.lease(name, holder, leaseMs).catch((error: unknown) => {
        log.warn({ held: name, err: error }, 'the lease can not be asked for');
        return undefined;
      });
    }

    async function look(): Promise<void> {
      const answer = await askForLease();
      if (answer === undefined || answer === ours || stopping) return;
      ours = answer;
      void inTurn(answer ? take : letGo);
    }

    function inTurn(job: () => Promise<void>): Promise<void> {
      turn = turn.then(job).catch((error: unknown) => {
        if (error instanceof BusError && (error.retry || error.code === 'fenced')) log.warn({ held: name, err: error }, 'not begun, trying again');
        else if (!stopping) deps.failed(error as Error);
      });
      return turn;
    }

    function later(): void {
      timer = setTimeout(() => void look().then(() => (stopping ? undefined : later())), renewMs);
    }

    // where nobody else can hold it, its trouble is told to who asked
    if (deps.patienceMs === 0) {
      ours = (await askForLease()) === true;
      if (ours) await take();
    } else void look();
    later();

    let stopped: Promise<void> | undefined;
    return {
      held: () => running !== undefined,
      stop() {
        stopped ??= (async () => {
          stopping = true;
          clearTimeout(timer);
          wake();
          await turn;
          try {
            await letGo();
          } finally {
            await store.release(name, holder).catch(() => {});
          }
        })();
        return stopped;
      },
    };
  };
}
