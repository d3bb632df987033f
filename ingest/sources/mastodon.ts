// `mastodon`: what one instance knows of the watched services' hashtags, or all its public posts. It connects again for
// ever; the stream replays nothing, so what was missed is read from the timelines, and what they don't give is told as a gap.
import { z } from 'zod';
import { createNap } from '../nap.ts';
import type { Source, SourceCheck, SourceDefinition, SourceDeps } from '../source.ts';
import { createClockWatch } from '../steady-clock.ts';
import type { Service } from '../../shared/service.ts';
import { readStreamMessage } from './mastodon/event.ts';
import { askEveryMs, listen, type Ended } from './mastodon/listen.ts';
import { createMastodonPlace } from './mastodon/place.ts';
import { createMastodonRest, isRefusal, refusalOf, type About } from './mastodon/rest.ts';
import { followingOf, streamNames } from './mastodon/streams.ts';
import { createTaker } from './mastodon/taker.ts';
import { openStreamSocket } from './stream-socket.ts';

const options = z.strictObject({
  instance: z
    .url({ protocol: /^https?$/ })
    .regex(/^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(\/|$))/, 'an https address: the access token must not go out in the open')
    .describe('address of the instance, like https://mastodon.social'),
  accessToken: z.string().min(1).describe('a user token of that instance with the scope read:statuses, best from the environment'),
  streams: z.array(z.enum(streamNames)).min(1).default(['hashtags']).describe("hashtags: the services' hashtags. public, public:local, public:remote: all public posts that the instance sees, writes itself, or gets"),
  hashtags: z.array(z.string().regex(/^#?[^\s#]{1,79}$/u)).default([]).describe('further hashtags to follow, before those of the services'),
  maxHashtags: z.number().int().min(1).max(1_000).default(100).describe('hashtags that are followed at most, the first of each service first'),
  languages: z
    .array(z.string().regex(/^[a-z]{2,3}$/))
    .min(1)
    .optional()
    .describe('take only posts in these languages (ISO 639) and those that name none'),
  links: z.boolean().default(false).describe("keep each post's address beside it; it holds the author's name in plain"),
  fillMinutes: z.number().int().min(0).default(60).describe('how far back missed posts are read from the timelines'),
  fillMs: z.number().int().min(1).default(60_000).describe('how long that may take; what is not read by then is a gap'),
  settleMs: z.number().int().min(0).default(1_000).describe('how long a subscription is given to hold before missed posts are read'),
  connectMs: z.number().int().min(1).default(10_000).describe('how long the instance may take to answer'),
  silenceMs: z.number().int().min(1).default(60_000).describe('a connection on which nothing comes for so long, not even an answer to a ping, is dead'),
  retryMs: z.number().int().min(1).default(500).describe('first wait before connecting again; doubles up to a minute'),
  offMs: z.number().int().min(1).default(600_000).describe('wait before asking again an instance that does not give its streams to this token; doubles up to an hour'),
});
type Options = z.infer<typeof options>;

const longestRetryMs = 60_000;
const longestOffMs = 3_600_000;
/** A server may not send us away for longer than this. */
const longestRetryAfterMs = 3_600_000;
const nothingToFollow = 'there is no hashtag to follow: watch services, or set `hashtags`';

function createMastodon(options: Options, deps: SourceDeps): Source {
  const { intake, clock, log } = deps;
  const { instance, accessToken, fillMinutes, fillMs, settleMs, connectMs, silenceMs } = options;
  const { host } = new URL(instance);
  const following = followingOf(options.streams, deps.services, options.hashtags, options.maxHashtags);
  const rest = createMastodonRest(instance, accessToken, clock);
  const place = createMastodonPlace(deps.cursor);
  const steady = createClockWatch(clock, () => performance.now());
  const nap = createNap();
  let about: About | undefined;
  const taker = createTaker({
    intake, clock, host, place, store: deps.store, name: deps.name, anonymise: deps.anonymise,
    aheadMs: () => about?.aheadMs ?? 0,
    languages: options.languages, links: options.links,
  });
  let stopped = false;
  let running: Promise<void> | undefined;
  let leave: (why: string) => void = () => {};

  /** Looks where the stream is, and listens. */
  async function attempt(): Promise<Ended> {
    const asked = await rest.about();
    if (stopped) return { why: 'stopped', lived: false, off: false };
    if (asked.kind === 'about') ({ about } = asked);
    else if (asked.kind === 'off') return { why: asked.why, lived: false, off: true };
    // one that is too busy to say where its stream is may still stream
    else if (about === undefined) return { why: asked.why, lived: false, off: false, ...(asked.kind === 'later' ? { waitMs: asked.waitMs } : {}) };
    const { streaming, aheadMs } = about!;
    const own = listen({ intake, clock, log, host, streaming, accessToken, following, rest, place, taker, aheadMs, steady, fillMinutes, fillMs, settleMs, connectMs, silenceMs });
    leave = own.close;
    return own.ended;
  }

  async function run(): Promise<void> {
    let failures = 0;
    let refusals = 0;
    while (!stopped) {
      const { why, lived, off, waitMs = 0 } = await attempt();
      if (stopped) return;
      intake.state('blind', `${host}: ${why}`);
      refusals = off ? refusals + 1 : 0;
      failures = lived ? 0 : failures + 1;
      const usualMs = off ? Math.min(longestOffMs, options.offMs * 2 ** Math.min(refusals - 1, 16)) : Math.min(longestRetryMs, options.retryMs * 2 ** Math.min(failures, 16));
      await nap.sleep(Math.max(Math.min(waitMs, longestRetryAfterMs), usualMs * (0.5 + Math.random() / 2)));
    }
  }

  return {
    async start() {
      if (stopped || running !== undefined) return;
      const idle = following.subscriptions.length === 0;
      intake.state('blind', idle ? nothingToFollow : `connecting to ${host}`);
      running = idle ? Promise.resolve() : run();
    },
    async stop() {
      stopped = true;
      leave('stopped');
      nap.wake();
      // what is asked at the moment ends with it
      await rest.close();
      await running;
      await taker.close();
    },
  };
}

const checkMs = 10_000;

async function check(options: Options, services: readonly Service[]): Promise<SourceCheck> {
  const { host } = new URL(options.instance);
  const following = followingOf(options.streams, services, options.hashtags, options.maxHashtags);
  if (following.subscriptions.length === 0) return { ok: false, detail: nothingToFollow };
  const rest = createMastodonRest(options.instance, options.accessToken, Date.now);
  try {
    const asked = await rest.about();
    if (asked.kind !== 'about') return { ok: false, detail: `${host}: ${asked.why}; check \`instance\` and \`accessToken\`` };
    let taken = false;
    const socket = openStreamSocket({
      url: asked.about.streaming, headers: { authorization: `Bearer ${options.accessToken}` },
      connectMs: Math.min(options.connectMs, checkMs), silenceMs: checkMs, askEveryMs, clock: Date.now,
      opened: () => socket.send(following.subscriptions[0]!),
      message(data, binary) {
        const message = readStreamMessage(data, binary);
        if (message.kind === 'refused') socket.close(isRefusal(message.status) ? refusalOf(message.status) : `answered ${message.status} to the first stream`);
      },
      answered() {
        taken = true;
        socket.close('');
      },
      room: async () => {},
    });
    const { why, refusal } = await socket.ended;
    if (!taken) return { ok: false, detail: `${host}: ${refusal !== undefined && isRefusal(refusal.status) ? refusalOf(refusal.status) : why}; make a token with the scope read:statuses under Preferences, Development` };
    const trouble = await rest.taste(following.timelines[0]!);
    const gaps = trouble === undefined ? '' : `; but what is missed can't be read: it ${trouble.why}`;
    return { ok: true, detail: `${host} takes the token; ${following.tags.length === 0 ? 'public posts' : `${following.tags.length} of ${following.of} hashtags`} would be followed${gaps}` };
  } finally {
    await rest.close();
  }
}

export default {
  type: 'mastodon',
  network: 'mastodon',
  summary: "Posts under the services' hashtags, or all public ones, as one Mastodon instance sees them. Needs a token of that instance.",
  options,
  silenceNormal: true,
  workers: 'one',
  filtered: true,
  latenessMs: 5_000,
  reasons: {
    'not-a-status': 'what should be a post is none', 'not-public': 'a post that is not for everyone', 'bad-id': 'an id that could be more than an id', 'no-uri': 'a post without its address',
    'payload-not-json': 'an event whose payload is no JSON', 'other-event': 'an event that is about no post', 'stream-refused': 'one of its streams is not known to the instance', 'deletion-of-unknown': 'a deletion of a post that was not heard, or not within a day',
  },
  create: createMastodon,
  check,
} satisfies SourceDefinition<typeof options>;
