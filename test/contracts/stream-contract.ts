// What every source that holds a connection open must bear from its server, as a function that is run with each of them and
// its fake. What a source does with what it reads is in source-contract.ts.
import { afterEach, describe, expect, test } from 'vitest';
import type { SourceDefinition } from '../../ingest/source.ts';
import { serviceSchema } from '../../shared/service.ts';
import { expectOnceEach } from './source-contract.ts';
import { createHouse, start, until, type House, type Opened } from './source-house.ts';

export interface StreamManner {
  /** Sends in pieces of so many bytes. */
  readonly pieceBytes?: number;
  /** Sends nothing at all on connections that are open. */
  readonly silent?: boolean;
  /** Packs what it sends where the other side can unpack it. */
  readonly deflate?: boolean;
  /** Answers with this status instead of the stream. */
  readonly refuse?: number;
  /** Takes connections and never answers. */
  readonly mute?: boolean;
  /** Takes what is asked beside the stream, for what was missed, and never answers. */
  readonly muteMissed?: boolean;
  /** Sends each post so often. */
  readonly times?: number;
}

export interface StreamPost {
  readonly n: number;
  readonly ms: number;
  readonly text: string;
}

/** A stream's server, seen alike for all of them. */
export interface StreamServer {
  readonly definition: SourceDefinition;
  /** Quick ones, with these on top. */
  readonly options: (more?: { readonly silenceMs?: number; readonly connectMs?: number; readonly deflate?: boolean }) => unknown;
  push(posts: readonly StreamPost[]): void;
  /** The author takes this post back; undefined where the stream does not say so. */
  readonly remove: ((post: StreamPost) => void) | undefined;
  /** The author writes it anew; undefined where the stream does not say so. */
  readonly edit: ((post: StreamPost, text: string) => void) | undefined;
  /** A message of five megabytes that is no post. */
  sayLong(): void;
  behave(manner: StreamManner): void;
  /** Connects so far that asked for the stream. */
  readonly connects: () => number;
  /** Streams that are open. */
  readonly open: () => number;
  /** Sockets of any kind that are open. */
  readonly sockets: () => number;
  drop(): void;
  close(): Promise<void>;
}

const services = [serviceSchema.parse({ id: 'whatsapp', name: 'WhatsApp' })];

/** `make` opens a server of its own; its clock, and ours, is `clock`. */
export function streamContract(name: string, make: (clock: () => number) => Promise<StreamServer>): void {
  describe(`${name}: the stream contract`, () => {
    const closers: (() => Promise<void>)[] = [];
    afterEach(async () => {
      for (const close of closers.splice(0).toReversed()) await close();
    });

    const clock = () => start + 5_000;
    const post = (n: number, ms = start + n): StreamPost => ({ n, ms, text: `whatsapp is down ${n}` });
    const posts = (n: number, from = 0): StreamPost[] => Array.from({ length: n }, (_, i) => post(from + i));

    async function begin(serverClock = clock): Promise<{ server: StreamServer; house: House; open(more?: object): Promise<Opened> }> {
      const server = await make(serverClock);
      closers.push(server.close);
      const house = createHouse(services, clock);
      closers.push(house.close);
      return { server, house, open: (more) => house.open(server.definition, server.options(more)) };
    }
    async function live({ source }: Opened, server: StreamServer): Promise<void> {
      await until(() => source.status().state === 'live' && server.open() > 0);
    }
    async function turns(count: number): Promise<void> {
      for (let i = 0; i < count; i++) await new Promise(setImmediate);
    }
    async function arrived(house: House, wanted: readonly StreamPost[]): Promise<void> {
      await until(() => house.seen().length >= wanted.length);
      expectOnceEach((await house.mentions()).map((mention) => mention.text), wanted.map(({ text }) => text));
    }

    test('characters that are split across chunks at any byte are whole', async () => {
      for (const pieceBytes of [1, 2, 3, 7]) {
        const { server, house, open } = await begin();
        server.behave({ pieceBytes });
        await live(await open(), server);
        const said = ['whatsapp ダウンしてる 👩‍👩‍👧', 'whatsapp лежит ✊🏽', 'whatsapp çöktü 😭😭', 'واتساب whatsapp معطل'].map((text, n) => ({ n, ms: start + n, text }));
        server.push(said);
        await arrived(house, said);
      }
    });

    test('a connection that is half open is found silent, left, and nothing is lost by it', async () => {
      const { server, house, open } = await begin();
      await live(await open(), server);
      server.push(posts(5));
      await until(() => house.seen().length === 5);
      // from here on it knows its place, and loses nothing where it finds silence that is none
      await house.stop();
      await live(await open({ silenceMs: 150 }), server);
      server.behave({ silent: true });
      const before = server.connects();
      server.push(posts(5, 5));
      await until(() => server.connects() > before);
      server.behave({});
      await arrived(house, posts(10));
      // once where it begins, in each life, and once where it was silent
      await until(async () => (await house.frames()).filter((frame) => frame.state === 'blind').length >= 12);
    });

    test('a server that packs what it sends changes nothing', async () => {
      const { server, house, open } = await begin();
      server.behave({ deflate: true });
      await live(await open({ deflate: true }), server);
      server.push(posts(300));
      await arrived(house, posts(300));
    });

    test('a storm of 429 and 5xx is outlasted, and what was posted meanwhile comes', async () => {
      const { server, house, open } = await begin();
      const opened = await open();
      await live(opened, server);
      server.push(posts(3));
      await until(() => house.seen().length === 3);
      for (const refuse of [503, 429, 500, 502, 504, 429, 503]) {
        const before = server.connects();
        server.behave({ refuse });
        server.drop();
        await until(() => server.connects() > before && opened.source.status().state === 'blind');
      }
      server.push(posts(30, 3));
      server.behave({});
      await arrived(house, posts(33));
      await live(opened, server);
      expect(await gapsOf(house)).toEqual([]);
    });

    test('a server that takes connections and never answers is given up, said, and tried again', async () => {
      const { server, house, open } = await begin();
      server.behave({ mute: true });
      const { source } = await open({ connectMs: 200 });
      await until(() => server.connects() > 2);
      expect(source.status().state).toBe('blind');
      server.behave({});
      // those that it took it never answers
      await until(() => source.status().state === 'live' && server.open() > 0);
      server.push(posts(3));
      await arrived(house, posts(3));
    });

    test('posts out of order and more than once come once each, and none is late that came in time', async () => {
      const { server, house, open } = await begin();
      server.behave({ times: 3 });
      const { source } = await open();
      await live({ source } as Opened, server);
      const shuffled = Array.from({ length: 400 }, (_, i) => post((i * 7 + 3) % 400));
      server.push(shuffled);
      await arrived(house, posts(400));
      server.drop();
      await until(() => source.status().state === 'live' && server.open() > 0);
      server.push([post(400)]);
      await arrived(house, posts(401));
      expect(source.status().late).toBe(0);
    });

    test('a message of five megabytes is counted and dropped, and the posts around it come', async () => {
      const { server, house, open } = await begin();
      const { source } = await open();
      await live({ source } as Opened, server);
      server.push([post(0)]);
      server.sayLong();
      server.push([post(1)]);
      await arrived(house, posts(2));
      expect(source.status().dropped).toEqual({ 'too-long': 1 });
      expect(server.connects()).toBe(1);
    });

    test('a server whose clock is ten minutes off brings its posts once each, or says why not: it is never live and calm', async () => {
      for (const offMs of [600_000, -600_000]) {
        const { server, house, open } = await begin(() => clock() + offMs);
        const { source } = await open();
        await live({ source } as Opened, server);
        let n = 0;
        await until(() => {
          for (let i = 0; i < 5; i++, n++) server.push([post(n, start + offMs + n)]);
          return house.seen().length >= 60 || source.status().state !== 'live';
        });
        const taken = (await house.mentions()).map((mention) => mention.text);
        expect(new Set(taken).size).toBe(taken.length);
        const marks = (await house.frames()).map((frame) => frame.watermark);
        expect(Math.max(...marks)).toBeLessThanOrEqual(clock() + 300_000);
      }
    });

    test('a post that is taken back or written anew is named as such, under the id with which it came', async () => {
      const { server, house, open } = await begin();
      if (server.remove === undefined && server.edit === undefined) return;
      await live(await open(), server);
      server.push(posts(2));
      await until(() => house.seen().length === 2);
      const ids = (await house.mentions()).map((mention) => mention.id);
      server.remove?.(post(0));
      server.edit?.(post(1), 'whatsapp works again');
      const deleted = async () => new Set((await house.frames()).flatMap((frame) => frame.deletions.map((gone) => gone.id)));
      await until(async () => (server.remove === undefined || (await deleted()).has(ids[0]!)) && (server.edit === undefined || house.seen().length === 3));
      if (server.edit === undefined) return;
      const [, before, after] = await house.mentions();
      expect(after).toMatchObject({ text: 'whatsapp works again', author: before!.author });
    });

    test('a stop while it connects, waits, listens or looks for what it missed leaves nothing open and asks nothing more', async () => {
      for (const manner of [{}, { mute: true }, { refuse: 503 }, { silent: true }, { muteMissed: true }] satisfies StreamManner[]) {
        const { server, house, open } = await begin();
        const opened = await open();
        await live(opened, server);
        server.push(posts(2));
        await until(() => house.seen().length === 2);
        const before = server.connects();
        server.behave(manner);
        server.drop();
        await until(() => server.connects() > before);
        await house.stop();
        expect(opened.source.status().state).toBe('closed');
        await until(() => server.open() === 0 && server.sockets() === 0);
        // what was on its way when it stopped the server may still come to see
        await turns(50);
        await until(() => server.open() === 0 && server.sockets() === 0);
        const after = server.connects();
        // tried again after a few milliseconds it would have been
        for (let i = 0; i < 20; i++) await new Promise((resolve) => setTimeout(resolve, 5));
        expect(server.connects()).toBe(after);
      }
    });
  });
}

/** The gaps that its frames tell, each once. */
export async function gapsOf(house: House): Promise<{ from: number; to: number }[]> {
  return [...new Map((await house.frames()).flatMap((frame) => (frame.gap === undefined ? [] : [[JSON.stringify(frame.gap), frame.gap] as const]))).values()];
}
