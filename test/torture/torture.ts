// Tortures a stream source: its connection breaks at random bytes again and again while posts come, and now and then the
// server loses what was missed. Then every post is counted: once, or in a gap that was told.
import { createChance } from '../../ingest/demo/chance.ts';
import type { SourceDefinition } from '../../ingest/source.ts';
import { openWorld, start } from './world.ts';

/** A stream with its server, as the torture needs it. */
export interface TorturedStream {
  readonly name: string;
  readonly definition: SourceDefinition;
  readonly options: unknown;
  /** ms of event time between two posts. */
  readonly spacingMs: number;
  /** Bytes that a post takes on the line, roughly. */
  readonly postBytes: number;
  /** Adds the posts with these numbers, made by `textOf` at `timeOf`, and sends them to who listens. */
  push(from: number, to: number): void;
  /** Posts that must be missed at once before the loss is one: less, and the source can't tell. */
  readonly lossPosts: number;
  /** well: connections break as `cut` says. away: nobody is let in. lossy: what was missed before `lostBefore` (ms) can't be had. */
  behave(how: 'well' | 'away' | 'lossy', cut: () => number | undefined, lostBefore: number): void;
  /** Lets go of what nobody will ask for again. */
  forget(): void;
  readonly connections: () => number;
  readonly sockets: () => number;
  drop(): void;
  close(): Promise<void>;
}

export interface Torture {
  readonly posts: number;
  readonly cuts: number;
  /** How often the server loses what was missed. */
  readonly losses: number;
  readonly seed: string;
}

export interface Outcome {
  readonly pushed: number;
  readonly cuts: number;
  readonly connections: number;
  readonly once: number;
  readonly twice: number;
  readonly missing: number;
  /** Posts that are missing though no gap holds their time: must be 0. */
  readonly lost: number;
  readonly gaps: number;
  readonly gapMs: number;
  readonly frames: number;
  readonly seconds: number;
  readonly rssMegabytes: number;
  /** Sockets that the server still sees after the stop: must be 0. */
  readonly left: number;
}

export const textOf = (n: number): string => `whatsapp is down ${n} ✗ 무슨 일이야 😀`;
export const timeOf = (n: number, spacingMs: number): number => start + n * spacingMs;

const forgetEvery = 50_000;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
async function until(condition: () => boolean, patienceMs = 120_000): Promise<void> {
  const ends = performance.now() + patienceMs;
  while (!condition()) {
    if (performance.now() > ends) throw new Error(`nothing more came: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

export async function torture(make: (clock: () => number) => Promise<TorturedStream>, { posts, cuts, losses, seed }: Torture): Promise<Outcome> {
  const chance = createChance(seed);
  let pushed = 0;
  let cut = 0;
  let spacingMs = 0;
  const stream = await make(() => start + pushed * spacingMs);
  spacingMs = stream.spacingMs;
  const clock = () => timeOf(pushed, spacingMs);
  const most = posts * 2 + losses * stream.lossPosts + 1_000;
  /** The source may be so many posts behind before the next ones are made: less than between two breaks, so that they come by the stream. */
  const window = Math.max(20, Math.min(1_000, Math.floor(posts / cuts / 2)));
  const batch = Math.ceil(window / 4);
  const began = performance.now();

  /** Breaks come as often as lets the last one fall near the last post. */
  function nextCut(): number | undefined {
    if (cut >= cuts) return undefined;
    cut += 1;
    const fair = (Math.max(posts - pushed, posts / 20) * stream.postBytes) / (cuts - cut + 1);
    return 150 + chance.below(Math.ceil(2 * fair));
  }

  stream.behave('well', nextCut, 0);
  const world = await openWorld(stream.definition, stream.options, most, clock);
  const { source, counts, gaps } = world;
  await until(() => source.status().state === 'live');
  const lossAt = Array.from({ length: losses }, (_, i) => Math.floor(((i + 0.5) * posts) / losses));

  while (pushed < posts || cut < cuts) {
    if (pushed >= most - window) throw new Error('the breaks never came');
    if (lossAt.length > 0 && pushed >= lossAt[0]!) {
      lossAt.shift();
      await until(() => world.last() >= pushed - 1);
      stream.behave('away', nextCut, 0);
      stream.drop();
      await until(() => source.status().state === 'blind');
      stream.push(pushed, pushed + stream.lossPosts);
      pushed += stream.lossPosts;
      const told = gaps.length;
      stream.behave('lossy', () => undefined, clock());
      stream.push(pushed, ++pushed);
      await until(() => gaps.length > told && source.status().state === 'live');
      stream.behave('well', nextCut, 0);
      stream.drop();
    }
    stream.push(pushed, pushed + batch);
    pushed += batch;
    if (pushed % forgetEvery < batch) stream.forget();
    await turn();
    if (world.last() < pushed - window) await until(() => world.last() >= pushed - window);
  }
  await until(() => world.last() >= pushed - 1 && source.status().state === 'live');
  await source.stop();

  let once = 0;
  let twice = 0;
  let missing = 0;
  let lost = 0;
  for (let n = 0; n < pushed; n++) {
    if (counts[n] === 1) once += 1;
    else if (counts[n]! > 1) twice += 1;
    else {
      missing += 1;
      const ms = timeOf(n, spacingMs);
      if (!gaps.some(({ from, to }) => ms >= from && ms <= to)) lost += 1;
    }
  }
  const seconds = (performance.now() - began) / 1000;
  const rssMegabytes = Math.round(process.memoryUsage.rss() / 1_048_576);
  await until(() => stream.sockets() === 0, 60_000).catch(() => {});
  const left = stream.sockets();
  const frames = world.frames();
  await world.close();
  await stream.close();
  return {
    pushed, cuts: cut, connections: stream.connections(), once, twice, missing, lost,
    gaps: gaps.length, gapMs: gaps.reduce((sum, { from, to }) => sum + to - from, 0), frames, seconds: Math.round(seconds * 10) / 10, rssMegabytes, left,
  };
}
