// One connection to an instance's stream, from its opening to its end: subscribes, reads what was missed before what comes
// now, and tells how far time has come. Whether to connect again is decided elsewhere.
import { setTimeout as delay } from 'node:timers/promises';
import type { SourceDeps } from '../../source.ts';
import { readStreamMessage, type StreamMessage } from './event.ts';
import { fillMissed } from './fill.ts';
import type { MastodonPlace } from './place.ts';
import { isRefusal, refusalOf, type MastodonRest } from './rest.ts';
import type { Following } from './streams.ts';
import type { Taker } from './taker.ts';
import { openStreamSocket } from '../stream-socket.ts';

export const askEveryMs = 2_000;
/** One that ends sooner, and with fewer messages, did not work: it may be that it does not like the token. */
const livedMs = 5_000;
const livedMessages = 100;
/** Clocks differ, and posts of other servers come late: only so long after our coming the stream holds all. */
const overlapMs = 30_000;
/** Held while what came before is read; more than this waits on the line. */
const maxHeldBytes = 16 << 20;

export interface ListenDeps extends Pick<SourceDeps, 'intake' | 'clock' | 'log'> {
  readonly host: string;
  readonly streaming: string;
  readonly accessToken: string;
  readonly following: Following;
  readonly rest: Pick<MastodonRest, 'page'>;
  readonly place: MastodonPlace;
  readonly taker: Taker;
  /** How far the instance's clock is ahead of ours, ms. */
  readonly aheadMs: number;
  /** Whether the clock can be believed at the moment. */
  readonly steady: () => boolean;
  readonly fillMinutes: number;
  readonly fillMs: number;
  readonly settleMs: number;
  readonly connectMs: number;
  readonly silenceMs: number;
}

export interface Ended {
  readonly why: string;
  /** It worked, at least for a while. */
  readonly lived: boolean;
  /** The instance does not give this to this token. */
  readonly off: boolean;
  /** It asked to be left alone for so long. */
  readonly waitMs?: number;
}

/** Begins at once. `close` ends it; no call to the intake comes after `ended`, which never rejects. */
export function listen(deps: ListenDeps): { readonly ended: Promise<Ended>; close(why: string): void } {
  const { intake, clock, host, following, place, taker, aheadMs } = deps;
  const filling = new AbortController();
  /** What came while what was missed is read; undefined: nothing is held. */
  let held: StreamMessage[] | undefined = [];
  /** Addresses of the posts among them. */
  const heldUris = new Set<string>();
  let heldBytes = 0;
  let lived = false;
  let messages = 0;
  let refused = 0;
  let openedAt = Infinity;
  /** By our clock, ms. */
  let openedMs = Infinity;
  let off: string | undefined;
  let catchUp: Promise<void> = Promise.resolve();
  /** The other side has read what we said on opening, or has left. */
  let hear: () => void = () => {};
  const heardOurs = new Promise<void>((resolve) => {
    hear = resolve;
  });

  const wait = (ms: number): Promise<void> => delay(ms, undefined, { signal: filling.signal }).catch(() => {});

  function read(message: StreamMessage): void {
    if (message.kind === 'status') taker.take(message.status);
    else if (message.kind === 'deletion') taker.takeBack(message.localId);
    else if (message.kind !== 'refused') intake.dropped(message.reason);
    else if (isRefusal(message.status) || ++refused >= following.subscriptions.length) {
      off = isRefusal(message.status) ? refusalOf(message.status) : `answered ${message.status}: it knows none of these streams`;
      socket.close(off);
    } else intake.dropped('stream-refused');
  }

  /** All before `ms` is here. */
  function passed(ms: number): void {
    if (!deps.steady()) return;
    intake.beat(ms);
    place.pass(ms + aheadMs);
    intake.cursor(place.cursor());
  }

  const away = aheadMs === 0 ? '' : `, whose clock is ${Math.round(Math.abs(aheadMs) / 60_000)} min ${aheadMs > 0 ? 'ahead' : 'behind'}`;
  const what = following.tags.length === 0 ? 'public posts' : `${following.tags.length} hashtags${following.of > following.tags.length ? ` of ${following.of}` : ''}`;

  /** Reads what was missed since `before`; the gap that stays, by our clock. */
  async function fill(before: number): Promise<{ from: number; to: number } | undefined> {
    const { signal } = filling;
    const until = performance.now() + deps.fillMs;
    const oldest = clock() + aheadMs - deps.fillMinutes * 60_000;
    const from = place.from(oldest)!;
    const beyond = before < oldest ? { from: before - aheadMs, to: oldest - aheadMs } : undefined;
    intake.state('catching-up', `reading what was posted meanwhile, from ${host}`, beyond);
    // told once
    if (beyond !== undefined) place.pass(oldest);
    const filled = await fillMissed({
      timelines: following.timelines, fromId: from.id, fromMs: from.ms,
      page: (timeline, minId) => deps.rest.page(timeline, minId, signal),
      take(status) {
        if (signal.aborted) return true;
        taker.take(status);
        // what is placed well behind our coming and was told by the stream as well: all that follows was, too
        return status.placeMs > openedMs + aheadMs + overlapMs && heldUris.has(status.uri);
      },
      dropped: (reason) => signal.aborted || intake.dropped(reason),
      room: () => intake.ready(),
      wait,
      leftMs: () => (signal.aborted ? 0 : until - performance.now()),
    });
    if (filled.toMs === undefined || signal.aborted) return undefined;
    const gap = { from: Math.max(filled.toMs, before, oldest) - aheadMs, to: clock() };
    deps.log.warn({ why: filled.why, posts: filled.posts, missedMs: gap.to - gap.from }, 'missed posts could not all be read');
    return gap.to > gap.from ? gap : undefined;
  }

  async function begin(): Promise<void> {
    place.trust(clock() + aheadMs);
    const before = place.at();
    // nothing says that a subscription holds: what is asked for sooner may miss what comes just before it does
    await Promise.race([heardOurs, wait(deps.connectMs)]);
    if (before !== undefined) await wait(deps.settleMs);
    if (filling.signal.aborted) return;
    const gap = before === undefined ? undefined : await fill(before);
    if (filling.signal.aborted) return;
    // a source that is live before its time has come anywhere would hold back the time of all others
    if (before === undefined) passed(clock());
    intake.state('live', `follows ${what} on ${host}${away}`, gap);
    const waiting = held ?? [];
    held = undefined;
    heldUris.clear();
    for (const message of waiting) read(message);
    passed(clock());
  }

  const socket = openStreamSocket({
    url: deps.streaming,
    headers: { authorization: `Bearer ${deps.accessToken}` },
    deflate: true,
    connectMs: deps.connectMs, silenceMs: deps.silenceMs, askEveryMs, clock,
    opened() {
      openedAt = performance.now();
      openedMs = clock();
      for (const subscription of following.subscriptions) socket.send(subscription);
      catchUp = begin();
      catchUp.catch(() => socket.close('the log refuses posts'));
    },
    message(data, binary) {
      messages += 1;
      if (messages >= livedMessages || performance.now() - openedAt >= livedMs) lived = true;
      const message = readStreamMessage(data, binary);
      if (held === undefined) return read(message);
      held.push(message);
      if (message.kind === 'status') heldUris.add(message.status.uri);
      heldBytes += data.length;
    },
    answered(askedAt) {
      if (performance.now() - openedAt >= livedMs) lived = true;
      hear();
      if (held === undefined) passed(askedAt);
    },
    async room() {
      if (held !== undefined && heldBytes > maxHeldBytes) await catchUp;
      await intake.ready();
    },
  });

  async function follow(): Promise<Ended> {
    const { why, refusal } = await socket.ended;
    filling.abort();
    hear();
    await catchUp.catch(() => {});
    if (refusal !== undefined && isRefusal(refusal.status)) off = refusalOf(refusal.status);
    return { why: off ?? why, lived: lived && off === undefined, off: off !== undefined, ...(refusal?.retryAfterMs === undefined ? {} : { waitMs: refusal.retryAfterMs }) };
  }

  return { ended: follow(), close: socket.close };
}
