// `bluesky`: every public post on Bluesky, from a Jetstream over one WebSocket. It connects again for ever, goes on from its
// cursor, tries its servers in turn, and says when it is behind, blind, or has missed posts for good.
import { z } from 'zod';
import { createNap } from '../nap.ts';
import type { Source, SourceCheck, SourceDefinition, SourceDeps } from '../source.ts';
import { createClockWatch } from '../steady-clock.ts';
import { dialects, hostOf } from './bluesky/dialect.ts';
import { askEveryMs, listenToJetstream, type BlueskyEnd } from './bluesky/listen.ts';
import { deflated, packingFromFile, packingFromServer, plain, type Packing } from './bluesky/packing.ts';
import { createPlace } from './bluesky/place.ts';
import { openStreamSocket, type SocketEnd } from './stream-socket.ts';

const publicServers = ['us-east', 'us-west'].flatMap((coast) => [1, 2].map((n) => `wss://jetstream${n}.${coast}.bsky.network/subscribe`));

const options = z.strictObject({
  urls: z
    .array(z.url({ protocol: /^wss?$/ }))
    .min(1)
    .default(publicServers)
    .describe('Jetstream servers, tried in turn'),
  dialect: z.enum(['v1', 'v2']).default('v1').describe('v1 is spoken by every Jetstream; v2 leaves out more of what is no post, where a server has it'),
  compress: z.boolean().default(false).describe('let servers pack their messages: less to carry, more to work. v2: zstd. v1: deflate, or zstd with `dictionaryFile`'),
  dictionaryFile: z.string().min(1).optional().describe("the zstd dictionary of v1, a file of the server's own repository; v2 servers give theirs themselves"),
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
/** A server may not send us away for longer than this. */
const longestRetryAfterMs = 3_600_000;

/** How this server's messages shall be packed, or why that can't be had. */
async function packingFor({ compress, dialect, dictionaryFile }: Options, url: string, clock: () => number, signal: AbortSignal): Promise<Packing | string> {
  if (!compress) return plain;
  if (dictionaryFile !== undefined) return packingFromFile(dictionaryFile);
  return dialect === 'v1' ? deflated : packingFromServer(url, clock, signal);
}

/** Why it ended, with the word that a refusal gives as its reason. */
function reasonOf({ why, refusal }: SocketEnd): string {
  const word = /"error"\s*:\s*"([A-Za-z]{1,40})"/.exec(refusal?.text ?? '')?.[1];
  return word === undefined ? why : `${why} (${word})`;
}

function createBluesky(options: Options, deps: SourceDeps): Source {
  const { intake, clock, anonymise } = deps;
  const { urls, languages, links, connectMs, silenceMs, quietMs } = options;
  const dialect = dialects[options.dialect];
  const place = createPlace(deps.cursor);
  const steady = createClockWatch(clock, () => performance.now());
  const nap = createNap();
  const stopping = new AbortController();
  /** When each server may be asked again, by the monotonic clock. */
  const notBefore = urls.map(() => 0);
  let running: Promise<void> | undefined;
  let leave: (why: string) => void = () => {};

  async function attempt(url: string): Promise<BlueskyEnd> {
    const wished = await packingFor(options, url, clock, stopping.signal);
    if (stopping.signal.aborted) return { why: 'stopped', lived: false, further: false };
    // packing saves a line's cost: without it everything still comes
    if (typeof wished === 'string') deps.log.warn({ server: hostOf(url), why: wished }, 'messages come unpacked');
    const packing = typeof wished === 'string' ? plain : wished;
    const own = listenToJetstream({ intake, clock, anonymise, url, dialect, packing, place, languages, links, steady, connectMs, silenceMs, quietMs });
    leave = own.close;
    return own.ended;
  }

  /** The server to ask after `at`: the next that has not asked to be left alone, else the one whose time comes first. */
  function nextAfter(at: number): number {
    const now = performance.now();
    const order = urls.map((_, i) => (at + 1 + i) % urls.length);
    return order.find((i) => notBefore[i]! <= now) ?? order.reduce((a, b) => (notBefore[b]! < notBefore[a]! ? b : a));
  }

  async function run(): Promise<void> {
    let at = Math.max(0, urls.findIndex((url) => dialect.server(url) === place.server()));
    let failures = 0;
    while (!stopping.signal.aborted) {
      const url = urls[at]!;
      const ended = await attempt(url);
      if (stopping.signal.aborted) return;
      const { lived, further, refusal } = ended;
      intake.state('blind', `${hostOf(url)}: ${reasonOf(ended)}`);
      notBefore[at] = performance.now() + Math.min(longestRetryAfterMs, refusal?.retryAfterMs ?? 0);
      // the one that worked knows our place best; one that breaks at once, or only says what is known, is left for the next
      if (!lived || !further) at = nextAfter(at);
      if (!lived) failures += 1;
      else if (further) failures = 0;
      const waitMs = Math.min(longestRetryMs, options.retryMs * 2 ** Math.min(failures, 16)) * (0.5 + Math.random() / 2);
      await nap.sleep(Math.max(waitMs, notBefore[at]! - performance.now()));
    }
  }

  return {
    async start() {
      if (stopping.signal.aborted || running !== undefined) return;
      intake.state('blind', `connecting to ${hostOf(urls[0]!)}`);
      running = run();
    },
    async stop() {
      stopping.abort();
      nap.wake();
      leave('stopped');
      await running;
    },
  };
}

const checkMs = 10_000;

async function check(options: Options): Promise<SourceCheck> {
  const { urls, connectMs } = options;
  const dialect = dialects[options.dialect];
  const failed: string[] = [];
  const until = Date.now() + checkMs;
  for (const url of urls) {
    const leftMs = until - Date.now();
    if (leftMs <= 0) break;
    const packing = await packingFor(options, url, Date.now, AbortSignal.timeout(leftMs));
    if (typeof packing === 'string') {
      failed.push(`${hostOf(url)}: ${packing}`);
      continue;
    }
    let answered = false;
    const socket = openStreamSocket({
      url: dialect.address(url, undefined, packing),
      ...(dialect.protocol === undefined ? {} : { protocol: dialect.protocol }),
      deflate: packing.deflate,
      connectMs: Math.min(connectMs, leftMs), silenceMs: leftMs, askEveryMs, clock: Date.now,
      opened: () => {},
      answered: () => {},
      room: async () => {},
      message(data, binary) {
        const unpacked = binary ? packing.unpack(data) : data;
        answered = unpacked !== undefined && dialect.read(unpacked, false).kind !== 'bad';
        socket.close(answered ? '' : 'it sends what is no Jetstream event');
      },
    });
    const timer = setTimeout(() => socket.close('connected, but no event came'), leftMs);
    const ended = await socket.ended;
    clearTimeout(timer);
    if (answered) return { ok: true, detail: `${hostOf(url)} sends events` };
    failed.push(`${hostOf(url)}: ${reasonOf(ended)}`);
  }
  return { ok: false, detail: `no Jetstream answered (${failed.join('; ')}): allow WebSockets out to these hosts, or set \`urls\` to a server that you reach` };
}

export default {
  type: 'bluesky',
  network: 'bluesky',
  summary: 'Every public post on Bluesky, over its Jetstream. No account, no cost.',
  options,
  silenceNormal: false,
  workers: 'one',
  filtered: false,
  latenessMs: 2_000,
  reasons: { 'server-info': 'a notice of the server, which is no event' },
  create: createBluesky,
  check,
} satisfies SourceDefinition<typeof options>;
