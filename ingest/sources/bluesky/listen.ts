// One connection to a Jetstream, from its opening to its end: takes each event once with the cursor behind it, says whether
// it is behind, live, or has missed something, and lets time go on while nothing comes. Whether and where to connect again is
// decided elsewhere.
//
// Event time is the server's, since an author's own `createdAt` can be forged. Ids are keyed hashes of the at:// address,
// because that address holds the author's id; a deletion hashes alike and so still finds its post.
import { maxTextLength, type Post } from '../../../shared/post.ts';
import type { SourceDeps } from '../../source.ts';
import { futureMs } from '../../watermark.ts';
import { hostOf, type Dialect } from './dialect.ts';
import { postUri, type JetstreamEvent } from './event.ts';
import { createLag } from './lag.ts';
import type { Packing } from './packing.ts';
import type { Place } from './place.ts';
import { openStreamSocket, type SocketEnd } from '../stream-socket.ts';

export const askEveryMs = 2_000;
/** A stream on which nothing comes for so long is quiet: from then on its time follows the answers to pings. */
const quietAfterMs = 3_000;
/** Further behind the wall clock than this is catching up; closer than half of it is live again. */
const behindMs = 10_000;
/** The first event after the place by more than this: what lay between is lost. The network is never silent for so long. */
const gapUs = 60_000_000;
/** So many events in a row from the future: it is the server's clock, or ours. */
const futureEvents = 20;
/** A connection that brought so many events, or one and stood for so long, did not break at once. */
const livedEvents = 100;
const livedMs = 10_000;

export interface BlueskyListenDeps extends Pick<SourceDeps, 'intake' | 'clock' | 'anonymise'> {
  readonly url: string;
  readonly dialect: Dialect;
  readonly packing: Packing;
  readonly place: Place;
  readonly languages: readonly string[] | undefined;
  readonly links: boolean;
  /** Whether the clock can be believed at the moment. */
  readonly steady: () => boolean;
  readonly connectMs: number;
  readonly silenceMs: number;
  readonly quietMs: number;
}

/** `lived`: it did not break at once. `further`: it brought what was not there before. */
export type BlueskyEnd = SocketEnd & { readonly lived: boolean; readonly further: boolean };

/** Begins at once. `close` ends it; no call to the intake comes after `ended`, which never rejects. */
export function listenToJetstream(deps: BlueskyListenDeps): { readonly ended: Promise<BlueskyEnd>; close(why: string): void } {
  const { intake, clock, url, dialect, packing, place, languages } = deps;
  const host = hostOf(url);
  const before = place.timeUs();
  const fromUs = place.ask(dialect.server(url));
  const lag = createLag();
  const began = performance.now();
  let heard = false;
  let further = false;
  let events = 0;
  let behind = fromUs !== undefined && clock() - fromUs / 1000 > behindMs + 5_000;
  let lastAt = performance.now();
  let fromFuture = 0;

  const hashOf = (uri: string): string => `at-${deps.anonymise('bluesky-post', uri)}`;
  const tell = (gap?: { from: number; to: number }): void =>
    intake.state(behind ? 'catching-up' : 'live', behind ? `reading what was posted meanwhile, from ${host}` : `connected to ${host}`, gap);

  function postOf(event: JetstreamEvent & { kind: 'post' }): Post {
    const { did, rkey, langs, replyTo } = event;
    const lang = langs[0];
    return {
      id: hashOf(postUri(did, rkey)),
      ts: Math.floor(event.timeUs / 1000),
      text: event.text.slice(0, maxTextLength),
      author: did,
      ...(lang !== undefined && lang !== '' && lang.length <= 35 ? { lang } : {}),
      ...(deps.links ? { url: `https://bsky.app/profile/${did}/post/${rkey}` } : {}),
      ...(replyTo === undefined ? {} : { replyTo: hashOf(replyTo) }),
    };
  }

  function wanted(langs: readonly string[]): boolean {
    if (languages === undefined || langs.length === 0) return true;
    return langs.some((one) => languages.includes(one.toLowerCase().split('-')[0]!));
  }

  /** Takes one event that is not from the future; its post and the cursor behind it go over in one step. */
  function take(event: Exclude<JetstreamEvent, { kind: 'bad' | 'end' }>): void {
    const key = event.kind === 'past' ? undefined : event.key;
    if (place.taken(event.timeUs, key)) return intake.dropped('repeated');
    further = true;
    if (event.kind === 'deletion') intake.deletion(hashOf(postUri(event.did, event.rkey)));
    else if (event.kind === 'post' && wanted(event.langs)) intake.post(postOf(event));
    else {
      intake.dropped(event.kind === 'past' ? event.reason : 'other-language');
      intake.beat(Math.floor(event.timeUs / 1000));
    }
    intake.cursor(place.take(event.timeUs, key));
  }

  /** How far it has come, told before the event itself is taken. */
  function notice(timeUs: number): void {
    const lateMs = clock() - timeUs / 1000;
    lag.note(lateMs);
    lastAt = performance.now();
    quiet.refresh();
    const nowBehind = lateMs > (behind ? behindMs / 2 : behindMs);
    const missed = !heard && before !== undefined && timeUs > before + gapUs;
    if (nowBehind !== behind || missed) {
      behind = nowBehind;
      tell(missed ? { from: Math.floor(before / 1000), to: Math.floor(timeUs / 1000) } : undefined);
    }
    heard = true;
    events += 1;
  }

  function read(data: Buffer, binary: boolean): void {
    const unpacked = binary ? packing.unpack(data) : data;
    const event: JetstreamEvent = unpacked === undefined ? { kind: 'bad', reason: 'binary' } : dialect.read(unpacked, false);
    if (event.kind === 'bad') return intake.dropped(event.reason);
    if (event.kind === 'end') return socket.close(`ended by the server (${event.word})`);
    const aheadMs = event.timeUs / 1000 - clock();
    // a place in the future would make the server skip all until then
    if (aheadMs > futureMs) {
      intake.dropped('future');
      if (++fromFuture >= futureEvents) socket.close(`its clock is ${Math.round(aheadMs / 60_000)} min ahead of ours: check which one is right`);
      return;
    }
    fromFuture = 0;
    notice(event.timeUs);
    take(event);
  }

  const socket = openStreamSocket({
    url: dialect.address(url, fromUs, packing),
    ...(dialect.protocol === undefined ? {} : { protocol: dialect.protocol }),
    deflate: packing.deflate,
    connectMs: deps.connectMs, silenceMs: deps.silenceMs, askEveryMs, clock,
    opened: () => tell(),
    room: () => intake.ready(),
    message: read,
    answered(askedAt) {
      const lateMs = lag.greatest();
      // all until then is here; what follows is stamped as much later or earlier as what came was
      if (!behind && lateMs !== undefined && performance.now() - lastAt >= quietAfterMs && deps.steady()) intake.beat(Math.floor(askedAt - lateMs));
    },
  });
  const quiet = setTimeout(() => socket.close(`no event for ${Math.round(deps.quietMs / 1000)} s`), deps.quietMs);

  async function follow(): Promise<BlueskyEnd> {
    const ended = await socket.ended;
    clearTimeout(quiet);
    return { ...ended, lived: events >= livedEvents || (heard && performance.now() - began >= livedMs), further };
  }
  return { ended: follow(), close: socket.close };
}
