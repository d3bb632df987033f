// What every source must do, as a function that each source's test runs with its own way to be told posts. Through the
// real ingest and a real log in a file, so that what is looked at is what a detector would read.
import { afterEach, describe, expect, test } from 'vitest';
import type { SourceDefinition } from '../../ingest/source.ts';
import type { Mention } from '../../shared/observation.ts';
import type { Post } from '../../shared/post.ts';
import type { Service } from '../../shared/service.ts';
import { createHouse, start, until, type House, type Opened } from './source-house.ts';

export interface SourceCase {
  readonly definition: SourceDefinition;
  readonly options: unknown;
  /** What it carries when it is told these; a source that plays its own world gives its own. Each names a service. */
  readonly carries: (posts: readonly Post[]) => readonly Post[];
  /** By what a mention is known again as its post: a source may give posts ids of its own. */
  readonly known: (of: Post | Mention) => string;
  /** Makes it so that the source reads these; `open` is there for one that must be running first. */
  readonly tell: (posts: readonly Post[], opened: Opened) => Promise<void>;
  /** before: told while it is not running. after: told while it is. */
  readonly told: 'before' | 'after';
  /** Tells things that are no posts; each must be dropped for the reason given. */
  readonly tellBad?: (opened: Opened) => Promise<readonly string[]>;
  /** The author takes this post back. */
  readonly retract?: (post: Post, opened: Opened) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** What holds for a kind of source; what does not hold is not tested. */
export interface Traits {
  /** After a restart it goes on from where it was. */
  readonly replays: boolean;
  /** It carries what it is told; otherwise it plays a world of its own. */
  readonly told: boolean;
  /** It hears when an author takes a post back. */
  readonly retracts: boolean;
  /** It asks now and then, and its time goes on in between, so that what it finds may come late. */
  readonly polls?: boolean;
  /** It gives what is dated in the future the time at which it came. */
  readonly clips?: boolean;
}

/** Posts of a flood: at two kilobytes each, far more than may wait in memory, and too few to be read in part. */
const flood = 8_000;

export function somePosts(n: number, of: (i: number) => Partial<Post> = () => ({})): Post[] {
  return Array.from({ length: n }, (_, i) => ({ id: `post-${i}`, ts: start + i, text: `whatsapp is down for me, number ${i}`, author: `author-in-plain-${i % 997}`, ...of(i) }));
}

/** Once each and nothing else, told by what differs, since lists of thousands say nothing. */
export function expectOnceEach(found: readonly string[], wanted: readonly string[]): void {
  const counts = new Map<string, number>();
  for (const one of found) counts.set(one, (counts.get(one) ?? 0) + 1);
  const wantedSet = new Set(wanted);
  expect({
    lost: wanted.filter((one) => !counts.has(one)).slice(0, 5),
    twice: [...counts].filter(([, count]) => count > 1).slice(0, 5),
    strange: [...counts.keys()].filter((one) => !wantedSet.has(one)).slice(0, 5),
    n: found.length,
  }).toEqual({ lost: [], twice: [], strange: [], n: wanted.length });
}

/** `makeCase` gets a folder for files of its own; `clock` is ingest's wall clock, ms. */
export function sourceContract(name: string, traits: Traits, services: readonly Service[], clock: () => number, makeCase: (folder: string) => Promise<SourceCase>): void {
  describe(`${name}: the source contract`, () => {
    const closers: (() => Promise<void>)[] = [];
    afterEach(async () => {
      for (const close of closers.splice(0).toReversed()) await close();
    });

    async function begin(): Promise<{ house: House; its: SourceCase; run(posts: readonly Post[]): Promise<Opened> }> {
      const house = createHouse(services, clock);
      closers.push(house.close);
      const its = await makeCase(house.folder);
      closers.push(its.close);
      return {
        house, its,
        async run(posts) {
          if (its.told === 'before') await its.tell(posts, undefined as never);
          const opened = await house.open(its.definition, its.options);
          if (its.told === 'after') await its.tell(posts, opened);
          return opened;
        },
      };
    }
    const distinctServices = (mentions: readonly Mention[], its: SourceCase) => [...new Set(mentions.map((mention) => `${mention.service} ${its.known(mention)}`))];
    /** Waits until the log holds each of these posts. */
    async function arrived(house: House, its: SourceCase, posts: readonly Post[]): Promise<void> {
      const missing = new Set(its.carries(posts).map(its.known));
      let read = 0;
      await until(() => {
        for (const mention of house.seen().slice(read)) missing.delete(its.known(mention));
        read = house.seen().length;
        return missing.size === 0;
      });
    }

    test('each post arrives once, in the order told, with its time, its text and a hashed author', async () => {
      const { house, its, run } = await begin();
      const posts = somePosts(500);
      await run(posts);
      await arrived(house, its, posts);
      const wanted = its.carries(posts);
      const mentions = await house.mentions();
      const byPost = new Map(mentions.map((mention) => [its.known(mention), mention]));
      expectOnceEach([...byPost.keys()], wanted.map(its.known));
      expect(distinctServices(mentions, its)).toHaveLength(mentions.length);
      for (const post of wanted) {
        const mention = byPost.get(its.known(post))!;
        expect({ ts: mention.ts, text: mention.text, plain: mention.author === post.author }).toEqual({ ts: post.ts, text: post.text, plain: false });
      }
      const hashes = new Map(wanted.map((post) => [post.author, byPost.get(its.known(post))!.author]));
      expect(new Set(hashes.values()).size).toBe(hashes.size);
      const seqs = wanted.map((post) => byPost.get(its.known(post))!.seq);
      expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
    });

    test('its state reaches frames and status, and a stop ends with closed frames for every partition', async () => {
      const { house, its, run } = await begin();
      const posts = somePosts(10);
      const { source } = await run(posts);
      await arrived(house, its, posts);
      // one that polls is live when it has read, so posts may come first
      await until(async () => (await house.frames()).some((frame) => frame.state === 'live'));
      await house.stop();
      await source.stop();
      expect(source.status().state).toBe('closed');
      const last = (await house.frames()).slice(-4);
      expect(last.map((frame) => frame.state)).toEqual(Array(4).fill('closed'));
    });

    test('starting and stopping twice is starting and stopping once, and nothing comes after a stop', async () => {
      const { house, its } = await begin();
      const twice: SourceDefinition = {
        ...its.definition,
        create(options, deps) {
          const inner = its.definition.create(options, deps);
          return {
            start: async () => void (await Promise.all([inner.start(), inner.start()]), await inner.start()),
            stop: async () => void (await Promise.all([inner.stop(), inner.stop()]), await inner.stop()),
          };
        },
      };
      const posts = somePosts(20);
      if (its.told === 'before') await its.tell(posts, undefined as never);
      const opened = await house.open(twice, its.options);
      if (its.told === 'after') await its.tell(posts, opened);
      await arrived(house, its, posts);
      expectOnceEach([...new Set((await house.mentions()).map(its.known))], its.carries(posts).map(its.known));
      await house.stop();
      const frames = (await house.frames()).length;
      const { posts: count } = opened.source.status();
      if (its.told === 'after') await its.tell(somePosts(5, (i) => ({ text: `whatsapp after the end ${i}` })), opened).catch(() => undefined);
      await new Promise(setImmediate);
      expect((await house.frames()).length).toBe(frames);
      expect(opened.source.status().posts).toBe(count);
    });

    test('no author is on disk in plain', async () => {
      const { house, its, run } = await begin();
      const posts = somePosts(300);
      await run(posts);
      await arrived(house, its, posts);
      await house.stop();
      await house.bus().close();
      const bytes = house.bytes();
      const wanted = its.carries(posts);
      // the texts are there, so a name in plain would be seen
      expect(bytes.includes(wanted[0]!.text.slice(0, 20))).toBe(true);
      // who is quoted by name in a text stands in that text
      const texts = wanted.map((post) => post.text).join('\n');
      const authors = [...new Set(wanted.map((post) => post.author))].filter((author) => !texts.includes(author)).slice(0, 200);
      expect(authors.length).toBeGreaterThan(100);
      expect(authors.filter((author) => bytes.includes(author))).toEqual([]);
    });

    async function interrupted(end: (house: House) => Promise<void>): Promise<void> {
      const { house, its } = await begin();
      const posts = somePosts(20_000, (i) => ({ ts: start + 2 * i, text: `whatsapp is down ${i} ${'and nobody answers me '.repeat(5)}` }));
      if (its.told === 'before') await its.tell(posts, undefined as never);
      let interruptions = 0;
      for (const after of [1, 2, 3, 2, 1]) {
        const ended: Promise<void>[] = [];
        const happened = new Promise<void>((resolve) => {
          house.onPublish((count) => {
            if (count < after || ended.length > 0) return;
            ended.push(end(house).then(resolve));
          });
        });
        const opened = await house.open(its.definition, its.options);
        if (its.told === 'after' && interruptions === 0) await its.tell(posts, opened);
        await Promise.race([happened, arrived(house, its, posts)]);
        // a fast machine may have read it all before the last interruption; the rest may also arrive while it ends
        if (ended.length === 0) break;
        await Promise.all(ended);
        interruptions += 1;
      }
      house.onPublish(() => {});
      if (interruptions === 5) await house.open(its.definition, its.options);
      await arrived(house, its, posts);
      const mentions = await house.mentions();
      expectOnceEach(mentions.map((mention) => `${mention.service} ${its.known(mention)}`), distinctServices(mentions, its));
      expectOnceEach([...new Set(mentions.map(its.known))], its.carries(posts).map(its.known));
      expect(interruptions).toBeGreaterThanOrEqual(2);
    }

    if (traits.replays) {
      test('stopped and started again it goes on from its cursor: nothing lost, nothing twice', () => interrupted((house) => house.stop()));
      test('killed and started again it goes on from its cursor: nothing lost, nothing twice', () => interrupted((house) => house.kill()));
    }

    if (!traits.told) return;

    test('while the log stalls it stops reading within bounds, and loses nothing', async () => {
      const { house, its } = await begin();
      const posts = somePosts(flood, (i) => ({ text: `whatsapp is down ${i} ${'and nobody answers me '.repeat(90)}` }));
      if (its.told === 'before') await its.tell(posts, undefined as never);
      const release = house.hold();
      const opened = await house.open(its.definition, its.options);
      const telling = its.told === 'after' ? its.tell(posts, opened) : Promise.resolve();
      let before = -1;
      await until(async () => {
        const { posts: now } = opened.source.status();
        const still = now > 0 && now === before;
        before = now;
        if (!still) await new Promise((resolve) => setTimeout(resolve, 100));
        return still;
      });
      const waiting = opened.source.status().posts;
      expect(waiting).toBeLessThan(flood / 2);
      release();
      await telling;
      await arrived(house, its, posts);
      expectOnceEach([...new Set((await house.mentions()).map(its.known))], its.carries(posts).map(its.known));
    });

    test('a late post is kept and marked, one from the future is dropped, and neither stops the others', async () => {
      const { house, run } = await begin();
      // of now: where time goes on by itself it may have done so before these come
      const now = clock();
      const posts = [
        ...somePosts(3, (i) => ({ ts: now + i })),
        { id: 'late', ts: now - 30_000, text: 'whatsapp was down half a minute ago', author: 'late' },
        { id: 'future', ts: now + 3_600_000, text: 'whatsapp will be down', author: 'future' },
        { id: 'after', ts: now + 10, text: 'whatsapp is still down', author: 'after' },
      ];
      const { source } = await run(posts);
      const arriving = traits.clips === true ? 6 : 5;
      // which is come to last is the source's affair
      await until(() => house.seen().length >= arriving && (traits.clips === true || source.status().dropped['future'] === 1));
      const mentions = await house.mentions();
      const past = mentions.filter((mention) => !mention.text.includes('will be'));
      // a source that polls may have beaten already, or may put what it found together into its order
      if (traits.polls === true) expect(past.map((mention) => mention.text.slice(9, 13)).toSorted()).toEqual(['is d', 'is d', 'is d', 'is s', 'was ']);
      else {
        expect(past.map((mention) => [mention.text.slice(9, 13), mention.late === undefined])).toEqual([
          ['is d', true], ['is d', true], ['is d', true], ['was ', false], ['is s', true],
        ]);
      }
      expect(source.status()).toMatchObject({ ...(traits.polls === true ? {} : { late: 1 }), ...(traits.clips === true ? {} : { dropped: { future: 1 } }) });
      const marks = (await house.frames()).map((frame) => frame.watermark);
      expect(Math.max(...marks)).toBeLessThanOrEqual(now + 60_000);
    });

    test('what is no post is dropped for a reason that is counted, and the posts around it arrive', async () => {
      const { house, its } = await begin();
      const first = somePosts(5);
      const later = somePosts(5, (i) => ({ id: `later-${i}`, text: `whatsapp is down later ${i}` }));
      const tellAll = async (to: Opened) => {
        await its.tell(first, to);
        const told = await its.tellBad!(to);
        await its.tell(later, to);
        return told;
      };
      let reasons = its.told === 'before' ? await tellAll(undefined as never) : [];
      const opened = await house.open(its.definition, its.options);
      if (its.told === 'after') reasons = await tellAll(opened);
      await arrived(house, its, [...first, ...later]);
      expect(reasons.length).toBeGreaterThan(3);
      const wanted: Record<string, number> = {};
      for (const reason of reasons) wanted[reason] = (wanted[reason] ?? 0) + 1;
      const dropped = () => opened.source.status().dropped;
      // some is looked up before it is dropped, and of several places one may be read later
      await until(() => Object.entries(wanted).every(([reason, times]) => (dropped()[reason] ?? 0) >= times));
      expect(dropped()).toMatchObject(wanted);
    });

    test("strangers' texts arrive as the words they are", async () => {
      const { house, its, run } = await begin();
      const texts = [
        'whatsapp <script>alert(1)</script> down', 'whatsapp <!channel> <@U1> down', 'whatsapp \u001b[31mdown\u001b[0m \u0007', '{"text":"whatsapp"} , "service":"telegram"',
        'whatsapp \u202edown\u202c \u200b', 'whatsapp ${process.exit(1)} `rm -rf` \\u0000 \\', "whatsapp'; DROP TABLE log; --", 'whatsapp \ud83d\udc4d 👩‍👩‍👧 down \n\r\n\t next line', `whatsapp ${'a'.repeat(3_000)}`, '__proto__ whatsapp constructor',
      ];
      const posts = texts.map((text, i) => ({ id: `hostile-${i}`, ts: start + i, text, author: `hostile-${i}` }));
      await run(posts);
      await arrived(house, its, posts);
      expectOnceEach([...new Set((await house.mentions()).map((mention) => mention.text))], its.carries(posts).map((post) => post.text));
    });

    if (traits.retracts) {
      test('a post that its author takes back is named in the frames of every partition, as the id under which it came', async () => {
        const { house, its, run } = await begin();
        const posts = somePosts(3);
        const opened = await run(posts);
        await arrived(house, its, posts);
        await its.retract!(posts[1]!, opened);
        await until(async () => (await house.frames()).flatMap((frame) => frame.deletions).length >= 4);
        const id = (await house.mentions()).find((mention) => its.known(mention) === its.known(posts[1]!))!.id;
        expect((await house.frames()).flatMap((frame) => frame.deletions.map((gone) => gone.id))).toEqual([id, id, id, id]);
      });
    }
  });
}
