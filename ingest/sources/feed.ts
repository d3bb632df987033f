// `feed`: new entries of any number of RSS, Atom or JSON feeds as posts: support forums, bridges of social networks, alerts
// of search engines, channels. What an entry says is judged like any other post's words.
//
// A feed that is read for the first time is history: nothing of it is a post. Later an entry counts for the time of its date,
// or, where it has none, for the time at which it was first seen. Each feed stands alone; it is blind when all of them fail.
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { Post } from '../../shared/post.ts';
import { maxTextLength } from '../../shared/post.ts';
import { serviceIdPattern } from '../../shared/service.ts';
import { createPolling, orStopped, type Polled } from '../polling.ts';
import type { Source, SourceDefinition, SourceDeps } from '../source.ts';
import { unwatched } from '../watched.ts';
import { createWeb } from '../web.ts';
import { duration, skewWords } from '../web-words.ts';
import { checkFeeds } from './feed/check.ts';
import { loadFeedReader, type FeedEntry } from './feed/document.ts';
import { createFeedPlace, feedKey, readFeedCursor } from './feed/place.ts';
import { createFeedReader, type FeedNews, type FeedReader } from './feed/reader.ts';

const options = z.strictObject({
  urls: z
    .array(z.url({ protocol: /^https?$/ }))
    .min(1)
    .max(50)
    .describe('addresses of feeds; one may hold a secret: only its host is ever shown'),
  authors: z.enum(['feed', 'entry']).default('feed').describe('who posts: `feed`, each feed is one voice (an outlet); `entry`, whom each entry names is a person (a forum)'),
  service: z.string().regex(serviceIdPattern).optional().describe('what these feeds are about, where an entry names no service: a support forum of one product'),
  links: z.boolean().default(true).describe("keep each entry's address beside it; `false` where it holds a person's name"),
  everyMs: z.number().int().min(10_000).default(60_000).describe('how often each feed is asked; it answers briefly while nothing is new'),
  wishes: z.boolean().default(true).describe('ask less often where a feed says so (`ttl`, up to an hour; `skipHours`, `skipDays`)'),
  deadlineMs: z.number().int().min(1).default(20_000).describe('how long an answer may take'),
});
type Options = z.infer<typeof options>;

const userAgent = 'outcry (feed source)';
/** Feeds asked at the same time. */
const atOnce = 4;
/** Away for longer than this, what is read is old. */
const awayMs = 60_000;
/** Digests that a cursor has room for: it travels with every frame. */
const cursorDigests = 120;
const fewestDigests = 4;
const rememberedPosts = 20_000;
const namedFeeds = 4;

/** The host of each address, numbered where several stand on one. */
export function labelsOf(urls: readonly string[]): string[] {
  const hosts = urls.map((url) => new URL(url).host);
  return hosts.map((host, i) => (hosts.indexOf(host) === hosts.lastIndexOf(host) ? host : `${host} (${hosts.slice(0, i + 1).filter((one) => one === host).length})`));
}

function createFeed(options: Options, deps: SourceDeps): Source {
  const { intake, clock } = deps;
  const web = createWeb({ userAgent, clock });
  const saved = readFeedCursor(deps.cursor);
  const urls = [...new Set(options.urls)];
  const labels = labelsOf(urls);
  const share = Math.max(fewestDigests, Math.floor(cursorDigests / urls.length));
  /** One entry in several feeds is one post. */
  const posted = new LRUCache<string, true>({ max: rememberedPosts });
  let feeds: readonly FeedReader[] | undefined;
  let readAt: number | undefined;

  async function open(): Promise<readonly FeedReader[]> {
    const read = await loadFeedReader();
    return urls.map((url, i) => createFeedReader({
      url, label: labels[i]!, place: createFeedPlace(feedKey(url), saved.get(feedKey(url))),
      web, read, clock, monotonic: () => performance.now(), everyMs: options.everyMs, deadlineMs: options.deadlineMs, wishes: options.wishes,
    }));
  }

  function postOf(feed: FeedReader, { key, text, link, author }: FeedEntry, tsMs: number, lang: string | undefined): Post {
    // a key that is an address means the same in every feed
    const scope = /^[a-z][a-z\d+.-]{1,20}:/i.test(key) ? '' : feed.url;
    return {
      id: `feed-${createHash('sha256').update(`${scope}\n${key}`).digest('base64url').slice(0, 22)}`,
      ts: tsMs, text: text.slice(0, maxTextLength),
      author: options.authors === 'entry' && author !== undefined ? `${new URL(feed.url).host} ${author}` : feedKey(feed.url),
      ...(lang === undefined ? {} : { lang }),
      ...(options.service === undefined ? {} : { service: options.service }),
      ...(options.links && link !== undefined ? { url: link } : {}),
    };
  }

  /** Says what is to be said before any of it is handed over: a new state closes a frame, and posts go with their cursor. */
  function announce(feed: FeedReader, { entries, passed, gap }: FeedNews, away: number): void {
    for (const reason of passed) intake.dropped(reason);
    if (gap !== undefined || (entries.length > 0 && away > awayMs + options.everyMs)) intake.state('catching-up', `reading what ${feed.label} brought in the last ${duration(away)}`, gap);
  }

  function handOver(feed: FeedReader, { entries, lang }: FeedNews): void {
    for (const { entry, tsMs } of entries) {
      const post = postOf(feed, entry, tsMs, lang);
      if (posted.has(post.id)) intake.dropped('repeated');
      else intake.post(post);
      posted.set(post.id, true);
    }
  }

  function standing(all: readonly FeedReader[]): Polled {
    const well = all.filter((feed) => feed.state().is === 'well').length;
    const failing = all.flatMap((feed) => {
      const state = feed.state();
      return 'why' in state ? [`${feed.label}: ${state.why}`] : [];
    });
    const said = failing.length <= namedFeeds ? failing.join('; ') : `${failing.slice(0, namedFeeds).join('; ')}; and ${failing.length - namedFeeds} more`;
    if (well === 0) return { ok: false, detail: said, ...(all.every((feed) => feed.state().is === 'gone') ? { tellNow: true } : {}) };
    return { ok: true, detail: `reading ${well === 1 ? 'a feed' : `${well} feeds`}${said === '' ? '' : `; not read: ${said}`}${skewWords(web.clockAheadMs())}` };
  }

  async function poll(signal: AbortSignal): Promise<Polled> {
    feeds ??= await open();
    const all = feeds;
    const due = all.filter((feed) => feed.isDue());
    for (let at = 0; at < due.length; at += atOnce) {
      await orStopped(signal, intake.ready());
      if (signal.aborted) break;
      const asked = due.slice(at, at + atOnce);
      const before = asked.map((feed) => readAt ?? feed.place.readMs() ?? clock());
      const news = await Promise.all(asked.map((feed) => feed.ask(signal)));
      if (signal.aborted) break;
      let handed = 0;
      for (const [i, one] of news.entries()) if (one !== undefined) announce(asked[i]!, one, clock() - before[i]!);
      for (const [i, one] of news.entries()) {
        if (one === undefined) continue;
        handOver(asked[i]!, one);
        handed += one.entries.length + one.passed.length;
      }
      intake.cursor(all.map((feed) => feed.place.cursor(share)).join(' '));
      // a feed forgets: what was read of it is durable before it is asked again
      if (handed > 0) await orStopped(signal, intake.accepted());
    }
    const stands = standing(all);
    if (stands.ok) readAt = clock();
    return stands;
  }

  return createPolling({ intake, clock, everyMs: options.everyMs, poll, close: web.close });
}

export default {
  type: 'feed',
  summary: 'New entries of RSS, Atom or JSON feeds: forums, bridges, alerts, channels.',
  options,
  silenceNormal: true,
  workers: 'one',
  // feeds that are chosen are chosen for what they speak of: an outage of that raises all of their volume
  filtered: true,
  latenessMs: 2_000,
  reasons: {
    history: 'it stood in the feed when that was read for the first time',
    edited: 'known, with other words than before',
    undated: 'without a date, in a feed that was not read for a while: nobody can say when it was posted',
    beyond: 'dated no later than what there is no memory of, in a long feed or since a restart: read before, or come too late',
    old: 'dated more than a day before the feed was last read',
    repeated: 'read before, in this feed or in another',
    'no-text': 'without words',
  },
  create: createFeed,
  async check({ urls, service, deadlineMs }, services) {
    const strange = unwatched(service === undefined ? [] : [service], services);
    return strange ?? checkFeeds(urls, labelsOf(urls), userAgent, deadlineMs);
  },
} satisfies SourceDefinition<typeof options>;
