// `bluesky`: every public post on Bluesky, from a Jetstream (v1 dialect) over one WebSocket. It connects again for ever,
// goes on from its cursor, and says when it is behind, blind, or has missed posts for good.
//
// Event time is the server's, since an author's own `createdAt` can be forged. Ids are keyed hashes of the at:// address,
// because that address holds the author's id; a deletion hashes alike and so still finds its post.
import { z } from 'zod';
import type { Post } from '../../shared/post.ts';
import { maxTextLength } from '../../shared/post.ts';
import type { Source, SourceCheck, SourceDefinition, SourceDeps } from '../source.ts';
import { maxMessageBytes, postCollection, postUri, readJetstreamEvent, type JetstreamEvent } from './bluesky-event.ts';
import { createPlace } from './bluesky-place.ts';
import { openJetstreamSocket, type JetstreamSocket } from './bluesky-socket.ts';

const publicServers = ['us-east', 'us-west'].flatMap((coast) => [1, 2].map((n) => `wss://jetstream${n}.${coast}.bsky.network/subscribe`));

const options = z.strictObject({
  urls: z
    .array(z.url({ protocol: /^wss?$/ }))
    .min(1)
    .default(publicServers)
    .describe('Jetstream servers, tried in turn'),
  languages: z
    .array(z.string().regex(/^[a-z]{2,3}$/))
    .min(1)
    .optional()
    .describe('take only posts in these languages (ISO 639) and those that name none'),
  links: z.boolean().default(false).describe("keep each post's address beside it; it holds the author's id in plain"),
  connectMs: z.number().int().min(1).default(10_000).describe('how long a server may take to answer'),
  silenceMs: z.number().int().min(1).default(60_000).describe('a connection with neither ping nor message for so long is dead'),
  quietMs: z.number().int().min(1).default(120_000).describe('a server that pings but sends no event for so long is left for another'),
  retryMs: z.number().int().min(1).default(500).describe('first wait before connecting again; doubles up to a minute'),
});
type Options = z.infer<typeof options>;

const longestRetryMs = 60_000;
const futureMs = 5 * 60_000;
/** Further behind the wall clock than this is catching up; closer than half of it is live again. */
const behindMs = 10_000;
/** The first event after the place by more than this: what lay between is lost. The network is never silent for so long. */
const gapUs = 60_000_000;

const serverOf = (url: string): string => new URL(url).host;

/** The address to connect to: what to send, how much of it, and from when (microseconds). */
function addressOf(url: string, fromUs: number | undefined): string {
  const address = new URL(url);
  if (address.pathname === '/') address.pathname = '/subscribe';
  address.searchParams.set('wantedCollections', postCollection);
  address.searchParams.set('maxMessageSizeBytes', String(maxMessageBytes));
  if (fromUs !== undefined) address.searchParams.set('cursor', String(fromUs));
  return address.href;
}

function createBluesky(options: Options, deps: SourceDeps): Source {
  const { intake, clock } = deps;
  const place = createPlace(deps.cursor);
  let stopped = false;
  let running: Promise<void> | undefined;
  let socket: JetstreamSocket | undefined;
  let wake = () => {};

  const hashOf = (uri: string): string => `at-${deps.anonymise('bluesky-post', uri)}`;

  function postOf(event: JetstreamEvent & { kind: 'post' }): Post {
    const { did, rkey, langs, replyTo } = event;
    const lang = langs[0];
    return {
      id: hashOf(postUri(did, rkey)),
      ts: Math.floor(event.timeUs / 1000),
      text: event.text.slice(0, maxTextLength),
      author: did,
      ...(lang !== undefined && lang !== '' && lang.length <= 35 ? { lang } : {}),
      ...(options.links ? { url: `https://bsky.app/profile/${did}/post/${rkey}` } : {}),
      ...(replyTo === undefined ? {} : { replyTo: hashOf(replyTo) }),
    };
  }

  function wanted(langs: readonly string[]): boolean {
    if (options.languages === undefined || langs.length === 0) return true;
    return langs.some((one) => options.languages!.includes(one.toLowerCase().split('-')[0]!));
  }

  const aheadMs = (event: { timeUs: number }): number => event.timeUs / 1000 - clock();

  /** Takes one event; its post and the cursor behind it go over in one step. */
  function take(event: JetstreamEvent): void {
    if (event.kind === 'bad') return intake.dropped(event.reason);
    // a place in the future would make the server skip all until then
    if (aheadMs(event) > futureMs) return intake.dropped('future');
    const key = event.kind === 'past' ? undefined : event.key;
    if (place.taken(event.timeUs, key)) return intake.dropped('repeated');
    if (event.kind === 'deletion') intake.deletion(hashOf(postUri(event.did, event.rkey)));
    else if (event.kind === 'past') {
      intake.dropped(event.reason);
      intake.beat(Math.floor(event.timeUs / 1000));
    } else if (wanted(event.langs)) intake.post(postOf(event));
    else {
      intake.dropped('other-language');
      intake.beat(Math.floor(event.timeUs / 1000));
    }
    intake.cursor(place.take(event.timeUs, key));
  }

  /** One connection, from its opening to its end. Resolves with why it ended and whether it brought an event. */
  async function listen(url: string): Promise<{ why: string; heard: boolean }> {
    const server = serverOf(url);
    const before = place.timeUs();
    const fromUs = place.ask(server);
    let heard = false;
    let behind = fromUs !== undefined && clock() - fromUs / 1000 > behindMs + 5_000;
    const tell = (gap?: { from: number; to: number }) =>
      intake.state(behind ? 'catching-up' : 'live', behind ? `reading what was posted meanwhile, from ${server}` : `connected to ${server}`, gap);

    const own = openJetstreamSocket({
      url: addressOf(url, fromUs),
      connectMs: options.connectMs,
      silenceMs: options.silenceMs,
      opened: () => tell(),
      room: () => intake.ready(),
      message(data, binary) {
        const event = readJetstreamEvent(data, binary);
        if (event.kind !== 'bad' && aheadMs(event) <= futureMs) {
          quiet.refresh();
          const nowBehind = -aheadMs(event) > (behind ? behindMs / 2 : behindMs);
          const missed = !heard && before !== undefined && event.timeUs > before + gapUs;
          if (nowBehind !== behind || missed) {
            behind = nowBehind;
            tell(missed ? { from: Math.floor(before / 1000), to: Math.floor(event.timeUs / 1000) } : undefined);
          }
          heard = true;
        }
        take(event);
      },
    });
    socket = own;
    const quiet = setTimeout(() => own.close(`no event for ${Math.round(options.quietMs / 1000)} s`), options.quietMs);
    const why = await own.ended;
    clearTimeout(quiet);
    return { why, heard };
  }

  async function run(): Promise<void> {
    const { urls } = options;
    let at = Math.max(0, urls.findIndex((url) => serverOf(url) === place.server()));
    let failures = 0;
    while (!stopped) {
      const url = urls[at]!;
      const { why, heard } = await listen(url);
      if (stopped) return;
      intake.state('blind', `${serverOf(url)}: ${why}`);
      // the one that worked knows our place best; one that brought nothing is left for the next
      if (!heard) at = (at + 1) % urls.length;
      failures = heard ? 0 : failures + 1;
      const waitMs = Math.min(longestRetryMs, options.retryMs * 2 ** Math.min(failures, 16));
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, waitMs * (0.5 + Math.random() / 2));
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  return {
    async start() {
      if (stopped || running !== undefined) return;
      intake.state('blind', `connecting to ${serverOf(options.urls[0]!)}`);
      running = run();
    },
    async stop() {
      stopped = true;
      wake();
      socket?.close('stopped');
      await running;
    },
  };
}

const checkMs = 10_000;

async function check({ urls, connectMs }: Options): Promise<SourceCheck> {
  const failed: string[] = [];
  const until = Date.now() + checkMs;
  for (const url of urls) {
    const leftMs = until - Date.now();
    if (leftMs <= 0) break;
    let answered = false;
    const socket = openJetstreamSocket({
      url: addressOf(url, undefined),
      connectMs: Math.min(connectMs, leftMs), silenceMs: leftMs,
      opened: () => {},
      room: async () => {},
      message(data, binary) {
        answered = readJetstreamEvent(data, binary).kind !== 'bad';
        socket.close(answered ? '' : 'it sends what is no Jetstream event');
      },
    });
    const timer = setTimeout(() => socket.close('connected, but no event came'), leftMs);
    const why = await socket.ended;
    clearTimeout(timer);
    if (answered) return { ok: true, detail: `${serverOf(url)} sends events` };
    failed.push(`${serverOf(url)}: ${why}`);
  }
  return { ok: false, detail: `no Jetstream answered (${failed.join('; ')}): allow WebSockets out to these hosts, or set \`urls\` to a server that you reach` };
}

export default {
  type: 'bluesky',
  summary: 'Every public post on Bluesky, over its Jetstream. No account, no cost.',
  options,
  silenceNormal: false,
  workers: 'one',
  filtered: false,
  latenessMs: 2_000,
  create: createBluesky,
  check,
} satisfies SourceDefinition<typeof options>;
