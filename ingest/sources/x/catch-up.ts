// After a connection stands: what was missed is searched for while live posts wait their turn, then both go over in the
// order of their ids. Search knows a post only half a minute after it was made, so the last of what was missed is
// searched for a second time later. What can't be found is a gap, told with its length.
import type { Intake } from '../../source.ts';
import { compareXIds } from './id.ts';
import type { Place } from './place.ts';
import type { Searched, Since } from './search.ts';

export interface CatchUpOptions {
  /** false: what was missed is a gap. */
  readonly fill: boolean;
  /** A post is sure to be found by search after so long, ms. */
  readonly settleMs: number;
  /** Live posts wait no longer than this, ms. */
  readonly holdMs: number;
  /** Search can't find all that the stream brings, so a gap stays one even where it is filled. */
  readonly partial: boolean;
}

export interface CatchUpDeps {
  readonly intake: Pick<Intake, 'ready'>;
  readonly place: Place;
  /** ms, by X's clock. */
  readonly now: () => number;
  readonly search: (since: Since, found: (message: unknown, id: string) => void, stopped: () => boolean) => Promise<Searched>;
  /** Hands over one message. */
  readonly take: (message: unknown) => void;
  /** The source stops. */
  readonly stopped: () => boolean;
  readonly state: (state: 'live' | 'catching-up' | 'blind', detail: string | undefined, gap?: { from: number; to: number }) => void;
}

export interface CatchUp {
  /** The connection stands. */
  begin(): void;
  message(value: unknown): void;
  /** Resolves when there is room for more. */
  room(): Promise<void>;
  /** Whether posts go over as they come. */
  readonly live: () => boolean;
  /**
   * The connection is over: a search under way may end, so that breaks in quick succession get on, and what waits is
   * handed over. Where the source stops it is left to be found again, since no cursor can say which of it was taken.
   * Resolves when nothing more will come.
   */
  end(): Promise<void>;
}

/** Live posts that wait: then the connection itself has to. */
const maxHeld = 20_000;
/** Messages handed over between two looks at whether there is room. */
const lotMessages = 64;
/** Search goes back a week; the edge of it is not to be trusted. */
const reachMs = 7 * 24 * 3_600_000 - 10 * 60_000;
/** Shorter than this nothing was missed, ms. */
const leastGapMs = 1_000;

const causes: Readonly<Record<string, string>> = { 'spend-cap': 'the spending cap', posts: 'the limit of posts', requests: 'the limit of requests' };

/** The id of the post in a message; empty where there is none. */
export const idOf = (message: unknown): string => {
  const { data } = (message ?? {}) as { data?: { id?: unknown } | null };
  return typeof data?.id === 'string' ? data.id : '';
};

/** For one connection. */
export function createCatchUp(options: CatchUpOptions, deps: CatchUpDeps): CatchUp {
  const { place, now, state } = deps;
  const missed: unknown[] = [];
  let held: unknown[] | undefined = [];
  let over = false;
  /** The search took too long for a connection that is over. */
  let abandoned = false;
  let releasing = false;
  let openedMs = 0;
  let wake = () => {};
  let working: Promise<void> = Promise.resolve();
  let early: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let holdTimer: NodeJS.Timeout | undefined;

  /** In lots, so that neither memory nor the event loop is taken; ends early only where the source stops. */
  async function hand(messages: readonly unknown[]): Promise<void> {
    for (const [i, message] of messages.entries()) {
      if (deps.stopped()) return;
      deps.take(message);
      if (i % lotMessages < lotMessages - 1) continue;
      await deps.intake.ready();
      await new Promise(setImmediate);
    }
  }
  /** From here on posts go over as they come. `between`: when all that was missed is over, and nothing newer. */
  async function release(between: () => void = () => {}): Promise<void> {
    if (held === undefined || releasing) return between();
    clearTimeout(holdTimer);
    releasing = true;
    await hand(missed.splice(0).toSorted((a, b) => compareXIds(idOf(a), idOf(b))));
    if (deps.stopped()) return;
    between();
    // more come while these go over
    while (held.length > 0 && !deps.stopped()) await hand(held.splice(0));
    held = undefined;
    wake();
  }
  function found(message: unknown): void {
    if (held === undefined || releasing) deps.take(message);
    else missed.push(message);
  }
  function gapFrom(from: number, to: number): { from: number; to: number } | undefined {
    return to - from >= leastGapMs ? { from, to } : undefined;
  }

  /** One pass over what is missing: all of it, but what search can't know yet. */
  async function pass(hole: { readonly since: string; readonly from: number }): Promise<void> {
    const oldest = now() - reachMs;
    const tooOld = hole.from < oldest;
    const searched = await deps.search(tooOld ? { fromMs: oldest } : { id: hole.since }, found, () => abandoned);
    if (deps.stopped() || abandoned) return;
    const knownTo = openedMs - options.settleMs;
    const short = !searched.whole;
    const gap = short || options.partial ? gapFrom(hole.from, openedMs) : tooOld ? gapFrom(hole.from, oldest) : undefined;
    // while these go over in order, the place says how far they are
    place.missingAfter(undefined);
    await release(() => {
      // what search could not do now it will not do later either
      if (!short && now() - openedMs < options.settleMs) place.missingAfter(knownTo);
    });
    if (deps.stopped()) return;
    if (!over || gap !== undefined) state(over ? 'blind' : 'live', searched.whole ? undefined : `search could not make good all that was missed (${causes[searched.why] ?? searched.why})`, gap);
  }

  function later(): void {
    const hole = place.missing();
    if (hole === undefined) return;
    timer = setTimeout(() => {
      if (!over) working = pass(hole);
    }, Math.max(0, options.settleMs - (now() - openedMs)));
  }

  return {
    begin() {
      openedMs = now();
      const hole = place.missing();
      if (hole === undefined || !options.fill) {
        held = undefined;
        place.missingAfter(undefined);
        place.began(openedMs);
        state('live', undefined, hole === undefined ? undefined : gapFrom(hole.from, openedMs));
      } else if (openedMs - hole.from < options.settleMs) {
        held = undefined;
        state('live', undefined);
        later();
      } else {
        state('catching-up', 'searching for what was missed');
        holdTimer = setTimeout(() => {
          early = release().then(() => {
            if (!over) state('live', 'still searching for what was missed');
          });
        }, options.holdMs);
        working = pass(hole).then(() => {
          if (!over && place.saved().hole !== undefined) later();
        });
      }
    },
    message(value) {
      if (held === undefined) deps.take(value);
      else held.push(value);
    },
    async room() {
      if (over) return;
      if (held !== undefined && held.length >= maxHeld) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      await deps.intake.ready();
    },
    live: () => held === undefined,
    async end() {
      over = true;
      clearTimeout(timer);
      clearTimeout(holdTimer);
      wake();
      const patience = setTimeout(() => {
        abandoned = true;
      }, options.holdMs);
      await Promise.all([working, early]);
      clearTimeout(patience);
      if (!deps.stopped()) await release();
    },
  };
}
