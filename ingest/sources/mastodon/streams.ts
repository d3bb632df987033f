// What is asked of a Mastodon instance: which streams to subscribe to, and which timelines to read what was missed from.
// Pure. Its hashtags come from the services that are watched.
import type { Service } from '../../../shared/service.ts';

export const streamNames = ['hashtags', 'public', 'public:local', 'public:remote'] as const;
export type StreamName = (typeof streamNames)[number];

export interface Following {
  /** Hashtags that are followed, without #, and how many there are to follow. */
  readonly tags: readonly string[];
  readonly of: number;
  /** What to say to the stream, one subscription each. */
  readonly subscriptions: readonly string[];
  /** Paths of the timelines that hold the same posts, without where to begin. */
  readonly timelines: readonly string[];
}

/** An instance takes so many other hashtags beside the one in the path. */
const tagsTogether = 4;

/** A name or hashtag as instances know it; undefined where it can't be one: they hold letters, digits and underscores, and not only digits. */
function asTag(text: string): string | undefined {
  const tag = text.normalize('NFKC').toLowerCase().replace(/[^\p{L}\p{M}\p{N}_]/gu, '');
  return tag.length >= 2 && /\p{L}/u.test(tag) ? tag : undefined;
}

/** Hashtags of one service, those that speak of trouble first. */
function tagsOf(service: Service): string[] {
  const name = asTag(service.name);
  const plain = new Set([service.name, ...service.names].map(asTag));
  const listed = service.hashtags.map(asTag);
  const trouble = listed.filter((tag) => !plain.has(tag));
  const all = [name === undefined ? undefined : `${name}down`, ...trouble, name, ...listed];
  return [...new Set(all)].filter((tag) => tag !== undefined);
}

/** At most `most` hashtags: the given ones, then one of each service after the other, until all are in or there is no room. */
function hashtags(services: readonly Service[], given: readonly string[], most: number): { tags: string[]; of: number } {
  const found = new Set(given.map(asTag).filter((tag) => tag !== undefined));
  const lists = services.map(tagsOf);
  const longest = Math.max(0, ...lists.map((list) => list.length));
  for (let i = 0; i < longest; i++) {
    for (const list of lists) if (list[i] !== undefined) found.add(list[i]!);
  }
  return { tags: [...found].slice(0, most), of: found.size };
}

/** `public` holds what the other streams do, so with it they are left out. */
export function followingOf(streams: readonly StreamName[], services: readonly Service[], given: readonly string[], most: number): Following {
  const wanted: readonly StreamName[] = streams.includes('public') ? ['public'] : [...new Set(streams)];
  const { tags, of } = wanted.includes('hashtags') ? hashtags(services, given, most) : { tags: [], of: 0 };
  const wide = wanted.filter((name) => name !== 'hashtags');
  const groups = Array.from({ length: Math.ceil(tags.length / tagsTogether) }, (_, i) => tags.slice(i * tagsTogether, (i + 1) * tagsTogether));
  return {
    tags, of,
    subscriptions: [
      ...wide.map((stream) => JSON.stringify({ type: 'subscribe', stream })),
      ...tags.map((tag) => JSON.stringify({ type: 'subscribe', stream: 'hashtag', tag })),
    ],
    timelines: [
      ...wide.map((stream) => `/api/v1/timelines/public?${stream === 'public' ? '' : `${stream.slice('public:'.length)}=true&`}`),
      ...groups.map(([first, ...others]) => `/api/v1/timelines/tag/${encodeURIComponent(first!)}?${others.map((tag) => `any%5B%5D=${encodeURIComponent(tag)}&`).join('')}`),
    ],
  };
}
