// Traffic: everyday posts at a given rate, of which a given share names services. For tests and benchmarks; there is no story in it.
import type { Post } from '../../shared/post.ts';
import { inArrivalOrder } from './arrival.ts';
import { createChance } from './chance.ts';
import { readLibrary, type CastMember, type Language, type Library } from './library.ts';
import { createPen } from './pen.ts';
import { write } from './wording.ts';

export interface TrafficOptions {
  seed: string | number;
  startMs: number;
  seconds: number;
  /** The same number every second, so that a benchmark's size is known. */
  postsPerSecond: number;
  /** How many of the posts name a service, 0 to 1. */
  mentionShare: number;
  /** All named equally often. Default: the cast of the demonstration. */
  services?: readonly { id: string; name: string }[];
  library?: Library;
}

/** Everyday posts in order of arrival, at most 1.5 s off event order. Chatter holds as few reports as on any quiet day. */
export function* createTraffic(options: TrafficOptions): Generator<Post> {
  const { seed, startMs, seconds, postsPerSecond, mentionShare, library = readLibrary() } = options;
  const chance = createChance(seed);
  const pen = createPen(library, chance);
  const members: readonly CastMember[] =
    options.services?.map(({ id, name }) => ({ id, name, perMinute: 1, trouble: 0.03 })) ?? library.cast;
  function* batches(): Generator<Post[]> {
    let number = 0;
    for (let second = 0; second < seconds; second++) {
      const times = Array.from({ length: postsPerSecond }, () => chance.below(1_000)).sort((one, other) => one - other);
      yield times.map(ms => {
        const ts = startMs + second * 1_000 + ms;
        const draft = chance.hits(mentionShare) ? pen.chatter(chance.pick(members), ts) : pen.everyday(ts);
        return pen.post(draft, ++number, ts);
      });
    }
  }
  yield* inArrivalOrder(batches(), startMs, post => post.ts, createChance(`${seed}/arrival`));
}

/** Texts of a language that report the WhatsApp outage first-hand, the same ones at every call. */
export function reportTexts(lang: Language, count = 100, library: Library = readLibrary()): string[] {
  const occasion = { service: 'WhatsApp', ts: Date.UTC(2017, 4, 3, 20, 30), lastedMinutes: 40 };
  const book = library.books.get(lang);
  if (book === undefined) throw new RangeError(`no phrasebook for ${lang}`);
  const chance = createChance(`reports/${lang}`);
  return Array.from({ length: count }, () => write(book, chance.hits(0.7) ? 'complaint' : 'echo', chance, occasion));
}
