// The simulated world of the demonstration: two hours of posts in which WhatsApp fails and everything else goes on.
// A pure generator: same seed, same posts, byte for byte. What happens when is story.ts's, the words lie in texts/.
import type { Post } from '../../shared/post.ts';
import { inArrivalOrder } from './arrival.ts';
import { createChance, createDraw } from './chance.ts';
import { readLibrary, type CastMember, type Library } from './library.ts';
import { createPen, type Draft } from './pen.ts';
import { everydayPosts, plot, scenes, storyMinutes, storyStart, truthFrom, type Role } from './story.ts';
import { createTeller } from './teller.ts';

export interface WorldOptions {
  seed: string | number;
  /** When the evening begins: ISO 8601 or ms since 1970. Default: 2017-05-03T19:30:00Z. */
  start?: string | number;
  /** The catalogue, or whatever of it is watched: only these are named, though always those of the plot. Default: the whole cast. */
  services?: readonly { id: string; name: string }[];
  /** What is said and named; read from the files beside this one where not given. */
  library?: Library;
}

/** A post with what its author meant by it: the oracle for tests of judge and detector. */
export interface ToldPost {
  post: Post;
  role: Role;
  about: string | null;
}

export interface World {
  startMs: number;
  endMs: number;
  /** When which service did fail; ISO 8601. */
  truth: { service: string; start: string; end: string }[];
  /** Every post, in the order in which it arrives: at most 1.5 s off event order. May be called again and says the same again. */
  posts(): Generator<Post>;
  /** The same posts in the same order, each with its role in the story. */
  told(): Generator<ToldPost>;
}

/** The world that grows from a seed. Throws RangeError where `start` is not a time. */
export function createWorld({ seed, start = storyStart, services, library = readLibrary() }: WorldOptions): World {
  const startMs = typeof start === 'number' ? start : Date.parse(start);
  if (!Number.isSafeInteger(startMs)) throw new RangeError(`not a time: ${start}`);
  const cast = castOf(library, services);
  const told = (): Generator<ToldPost> =>
    inArrivalOrder(evening(library, cast, startMs, seed), startMs, ({ post }) => post.ts, createChance(`${seed}/arrival`));
  return {
    startMs,
    endMs: startMs + storyMinutes * 60_000,
    truth: truthFrom(startMs),
    told,
    *posts() {
      for (const { post } of told()) yield post;
    },
  };
}

/** Those of the cast that are watched, and a rare mention for every other watched service. */
function castOf({ cast }: Library, services: WorldOptions['services']): CastMember[] {
  if (services === undefined) return [...cast];
  const watched = new Map(services.map(({ id, name }) => [id, name]));
  const needed = new Set<string>([plot.outage, plot.smallOutage, plot.campaign, ...plot.surges].map(({ service }) => service));
  const kept = cast.filter(({ id }) => watched.delete(id) || needed.has(id));
  // All the rest together: two mentions a minute.
  const rest = [...watched].map(([id, name]) => ({ id, name, perMinute: 2 / watched.size, trouble: 0.03 }));
  return [...kept, ...rest];
}

/** Second by second, each in order of event time. */
function* evening(library: Library, cast: readonly CastMember[], startMs: number, seed: string | number): Generator<ToldPost[]> {
  const chance = createChance(seed);
  const pen = createPen(library, chance);
  const members = createDraw(cast.map(member => [member, member.perMinute] as const));
  const tell = createTeller(library, cast, startMs, pen, chance);
  let number = 0;
  for (let second = 0; second < storyMinutes * 60; second++) {
    const minute = second / 60;
    const due: { ms: number; draft: (ts: number) => Draft }[] = [];
    const plan = (perMinute: number, draft: (ts: number) => Draft): void => {
      if (perMinute <= 0) return;
      for (let left = chance.poisson(perMinute / 60); left > 0; left--) due.push({ ms: chance.below(1_000), draft });
    };
    plan(everydayPosts(minute), pen.everyday);
    plan(members.total, ts => pen.chatter(members.at(chance.unit()), ts));
    for (const scene of scenes) plan(scene.perMinute(minute), ts => tell.draft(scene.role, scene.about, ts));
    due.sort((one, other) => one.ms - other.ms);
    yield due.map(({ ms, draft: make }) => {
      const ts = startMs + second * 1_000 + ms;
      const draft = make(ts);
      const post = pen.post(draft, ++number, ts);
      tell.heard(draft, post);
      return { post, role: draft.role, about: draft.about };
    });
  }
}
