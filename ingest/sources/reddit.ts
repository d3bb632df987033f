// `reddit`: new posts and comments of chosen subreddits, through the user's own client. Reddit gives out clients only after
// it has approved what they are for (Responsible Builder Policy), so this source is nobody's default.
//
// It asks for the newest and reads back to what it knows; a listing ends after 1,000, and what is lost beyond is a gap.
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { serviceIdPattern, type Service } from '../../shared/service.ts';
import { createPolling, orStopped, type Polled } from '../polling.ts';
import type { Outcome, Source, SourceCheck, SourceDefinition, SourceDeps } from '../source.ts';
import { unwatched } from '../watched.ts';
import { createWeb } from '../web.ts';
import { clocksApart, duration, skewWords } from '../web-words.ts';
import { createRedditApi, type RedditApi } from './reddit/api.ts';
import { isMissing, notThere, readListing, type Listing } from './reddit/listing.ts';
import { createRedditPlaces } from './reddit/place.ts';
import { readRedditThing, type RedditThing, type ThingKind } from './reddit/thing.ts';

const secretUrl = z.url({ protocol: /^https?$/ }).regex(/^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(\/|$))/, 'an https address: the secret and the token must not go out in the open');

const options = z.strictObject({
  subreddits: z.array(z.string().regex(/^[A-Za-z0-9_]{2,21}$/, 'a name of 2 to 21 letters, digits and _, without `r/`')).min(1).max(100).describe('names without `r/`'),
  about: z.record(z.string().regex(/^[A-Za-z0-9_]{2,21}$/), z.string().regex(serviceIdPattern)).default({}).describe('subreddit: the service that its posts are about where they name none'),
  comments: z.boolean().default(true).describe('new comments as well as new posts'),
  clientId: z.string().min(1).max(100).describe("of your own client, approved by Reddit; from the environment as ${REDDIT_CLIENT_ID}"),
  clientSecret: z.string().min(1).max(200).describe('a secret, so give it as ${NAME} from the environment or as ${file:PATH}'),
  userAgent: z.string().regex(/^[\x20-\x7e]{10,200}$/, '10 to 200 letters of ASCII').describe('who asks, as Reddit wants it: `platform:app:version (by /u/name)`'),
  username: z.string().min(1).max(64).optional().describe('for a client of the kind `script`: the account that it belongs to'),
  password: z.string().min(1).max(200).optional().describe('of that account; a secret'),
  everyMs: z.number().int().min(2_000).default(15_000).describe('how often it is asked; a question each for posts and comments, of 100 a minute'),
  recheckMs: z.number().int().min(60_000).default(300_000).describe('how often posts that count are looked at again, to hear that they were taken back'),
  deadlineMs: z.number().int().min(1).default(20_000).describe('how long an answer may take'),
  apiUrl: secretUrl.default('https://oauth.reddit.com').describe('where the API is'),
  tokenUrl: secretUrl.default('https://www.reddit.com/api/v1/access_token').describe('where tokens are given out'),
});
type Options = z.infer<typeof options>;

/** Away for longer than this, what is read is old. */
const awayMs = 60_000;
/** A subreddit that could not be read is tried again after this. */
const triedAgainMs = 3_600_000;
/** Where none could be read it may be Reddit that was not well. */
const allTriedAgainMs = 600_000;
const rememberedPosts = 1_000;
const recheckedAtOnce = 100;
/** Between two looks at whether there is room. */
const batchThings = 100;

/** Why one subreddit is not to be read, from the answer to a question for it. */
function whyMissing(status: number | undefined): string {
  if (status !== undefined && notThere.has(status)) return 'banned, or not there';
  if (status === 403) return 'private, or closed to this client';
  return 'not to be read';
}

/** Which of these can't be read, by name, each with why; undefined where the API itself fails. */
async function findMissing(api: RedditApi, subreddits: readonly string[], signal?: AbortSignal): Promise<Map<string, string> | undefined> {
  const missing = new Map<string, string>();
  for (const name of subreddits) {
    const answer = await api.get(`/r/${name}/about`, signal);
    if (!answer.ok && !isMissing(answer)) return undefined;
    if (!answer.ok) missing.set(name, whyMissing(answer.status));
    else if ((answer.value as { kind?: unknown }).kind !== 't5') missing.set(name, 'not there');
  }
  return missing;
}

const listOf = (missing: ReadonlyMap<string, string>): string => [...missing].map(([name, why]) => `r/${name}: ${why}`).join(', ');

function createReddit(options: Options, deps: SourceDeps): Source {
  const { intake, clock } = deps;
  const web = createWeb({ userAgent: options.userAgent, clock });
  const api = createRedditApi(options, web, () => performance.now());
  const places = createRedditPlaces(deps.cursor);
  const kinds: readonly ThingKind[] = options.comments ? ['t3', 't1'] : ['t3'];
  /** Posts that named a service, newest first: what may have to be taken back. */
  const named = new LRUCache<string, true>({ max: rememberedPosts });
  let missing: ReadonlyMap<string, string> = new Map();
  let missingAt = 0;
  let readAt: number | undefined;
  let recheckedAt = clock();
  /** How many of those that are not the newest were looked at again in this turn. */
  let recheckedTo = 0;

  const about = new Map(Object.entries(options.about).map(([name, service]) => [name.toLowerCase(), service]));

  const wanted = (): string[] => options.subreddits.filter((name) => !missing.has(name));

  function take({ post, subreddit }: Extract<RedditThing, { kind: 'post' }>): Outcome {
    const service = about.get(subreddit);
    return intake.post(service === undefined ? post : { ...post, service });
  }

  async function handOver(kind: ThingKind, listing: Extract<Listing, { ok: true }>, signal: AbortSignal): Promise<void> {
    const place = places.place(kind);
    for (const reason of listing.bad) intake.dropped(reason);
    if (place.last() === undefined) {
      const newest = listing.things.at(-1);
      place.begin(newest?.number ?? 0, clock());
      intake.cursor(places.cursor());
      return;
    }
    const from = place.tsMs();
    const first = listing.things[0];
    const away = clock() - (readAt ?? from);
    const gap = listing.cut && first !== undefined ? { from, to: Math.max(from, first.kind === 'post' ? first.post.ts : first.tsMs) } : undefined;
    if (gap !== undefined || (first !== undefined && away > awayMs + options.everyMs)) {
      intake.state('catching-up', `reading what was posted in the last ${duration(away)}`, gap);
    }
    for (let at = 0; at < listing.things.length; at += batchThings) {
      await orStopped(signal, intake.ready());
      if (signal.aborted) return;
      for (const thing of listing.things.slice(at, at + batchThings)) {
        place.take(thing.number, thing.kind === 'post' ? thing.post.ts : thing.tsMs);
        if (thing.kind === 'gone') intake.dropped(thing.reason);
        else if (take(thing).outcome === 'named') named.set(thing.post.id, true);
      }
      intake.cursor(places.cursor());
    }
    // a listing ends: what was read of it is durable before it is asked again
    if (listing.things.length > 0) await orStopped(signal, intake.accepted());
  }

  /** Which of the posts that named a service were taken back since. */
  async function recheck(signal: AbortSignal): Promise<void> {
    if (named.size === 0 || clock() - recheckedAt < options.recheckMs) return;
    recheckedAt = clock();
    // the newest each time, and the others in turn
    const [newest, others] = [[...named.keys()].slice(0, recheckedAtOnce / 2), [...named.keys()].slice(recheckedAtOnce / 2)];
    if (recheckedTo >= others.length) recheckedTo = 0;
    const inTurn = others.slice(recheckedTo, recheckedTo + recheckedAtOnce / 2);
    recheckedTo += inTurn.length;
    const answer = await api.get(`/api/info?raw_json=1&id=${[...newest, ...inTurn].join(',')}`, signal);
    const children = answer.ok ? (answer.value as { data?: { children?: unknown } }).data?.children : undefined;
    if (signal.aborted || !Array.isArray(children)) return;
    for (const child of children) {
      const thing = readRedditThing((child as { kind?: unknown } | null)?.kind === 't1' ? 't1' : 't3', child);
      if (thing.kind !== 'gone' || !named.delete(thing.id)) continue;
      intake.deletion(thing.id);
    }
  }

  /** One of the subreddits is not to be read: finds which, and goes on without it. */
  async function without(failure: { why: string; waitMs?: number }, signal: AbortSignal): Promise<Polled> {
    const found = await findMissing(api, wanted(), signal);
    const wait = failure.waitMs === undefined ? {} : { waitMs: failure.waitMs };
    if (found === undefined || (found.size === 0 && missing.size === 0)) return { ok: false, detail: failure.why, ...wait };
    missing = new Map([...missing, ...found]);
    missingAt = clock();
    if (wanted().length === 0) return { ok: false, tellNow: true, detail: `no subreddit is to be read (${listOf(missing)})` };
    return { ok: false, detail: `some subreddits are not to be read (${listOf(missing)})`, ...wait };
  }

  async function poll(signal: AbortSignal): Promise<Polled> {
    if (missing.size > 0 && clock() - missingAt > (wanted().length === 0 ? allTriedAgainMs : triedAgainMs)) missing = new Map();
    if (wanted().length === 0) return { ok: false, tellNow: true, waitMs: allTriedAgainMs, detail: `no subreddit is to be read (${listOf(missing)})` };
    for (const kind of kinds) {
      const listing = await readListing(api, `/r/${wanted().join('+')}/${kind === 't3' ? 'new' : 'comments'}`, kind, places.place(kind), signal);
      if (signal.aborted) return { ok: false, detail: 'stopped' };
      if (!listing.ok) {
        const { failure } = listing;
        if (listing.missing) return without(failure, signal);
        return { ok: false, detail: failure.why, ...(failure.waitMs === undefined ? {} : { waitMs: failure.waitMs }), ...(failure.tellNow === true ? { tellNow: true } : {}) };
      }
      const apart = clocksApart(web.clockAheadMs());
      if (apart !== undefined) return { ok: false, tellNow: true, detail: apart };
      await handOver(kind, listing, signal);
    }
    readAt = clock();
    await recheck(signal);
    const names = wanted();
    return {
      ok: true,
      detail: `reading ${options.comments ? 'posts and comments' : 'posts'} of ${names.length <= 3 ? names.map((name) => `r/${name}`).join(', ') : `${names.length} subreddits`}${missing.size === 0 ? '' : `; not to be read: ${listOf(missing)}`}${skewWords(web.clockAheadMs())}`,
    };
  }

  return createPolling({ intake, clock, everyMs: options.everyMs, poll, close: web.close });
}

async function check(options: Options, services: readonly Service[]): Promise<SourceCheck> {
  const strange = unwatched(Object.values(options.about), services);
  if (strange !== undefined) return strange;
  const web = createWeb({ userAgent: options.userAgent, clock: Date.now });
  try {
    const api = createRedditApi(options, web, () => performance.now());
    const answer = await api.get(`/r/${options.subreddits.join('+')}/new?limit=1&raw_json=1`);
    if (!answer.ok && !isMissing(answer)) return { ok: false, detail: `Reddit: ${answer.why}` };
    // a question for several leaves out in silence what is private
    const missing = await findMissing(api, options.subreddits.slice(0, 20));
    if (missing !== undefined && missing.size > 0) return { ok: false, detail: `Reddit lets the client in, but ${listOf(missing)}: take these out of \`subreddits\`` };
    if (!answer.ok) return { ok: false, detail: `Reddit: ${answer.why}` };
    return { ok: true, detail: `Reddit lets the client in and lists r/${options.subreddits.join(', r/')}` };
  } finally {
    await web.close();
  }
}

export default {
  type: 'reddit',
  network: 'reddit',
  summary: 'New posts and comments of chosen subreddits. Needs your own client, approved by Reddit.',
  options,
  silenceNormal: true,
  workers: 'one',
  // subreddits that are chosen are chosen for what they speak of: an outage of that raises all of their volume
  filtered: true,
  latenessMs: 2_000,
  reasons: {
    deleted: 'its author took it back before it was read',
    removed: 'moderators or Reddit took it away before it was read',
    'other-kind': 'an entry that is no post, or among comments no comment', 'no-id': 'without an id', 'no-time': 'without a time', 'bad-author': 'its author has no name that could be one', 'no-text': 'without words',
  },
  create: createReddit,
  check,
} satisfies SourceDefinition<typeof options>;
