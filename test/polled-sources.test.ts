// What all sources that poll share: their answers break off at random bytes, hundreds of times, and no post is lost or
// taken twice.
import { afterEach, expect, test } from 'vitest';
import { createChance } from '../ingest/demo/chance.ts';
import type { SourceDefinition } from '../ingest/source.ts';
import feed from '../ingest/sources/feed.ts';
import hackerNews from '../ingest/sources/hacker-news.ts';
import reddit from '../ingest/sources/reddit.ts';
import telegram from '../ingest/sources/telegram.ts';
import { serviceSchema } from '../shared/service.ts';
import { expectOnceEach } from './contracts/source-contract.ts';
import { createHouse, start, until } from './contracts/source-house.ts';
import { openPublisher } from './fakes/feed.ts';
import { openHackerNews } from './fakes/hacker-news.ts';
import type { PolledServer } from './fakes/polled-server.ts';
import { openReddit } from './fakes/reddit.ts';
import { openTelegram } from './fakes/telegram.ts';

const services = [serviceSchema.parse({ id: 'whatsapp', name: 'WhatsApp' })];
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

interface Case {
  readonly definition: unknown;
  readonly options: unknown;
  readonly server: PolledServer;
  readonly tell: (i: number) => void;
  /** One answer in so many breaks. */
  readonly oneIn: number;
}

const text = (i: number) => `whatsapp is down ${i}`;
const cases: Readonly<Record<string, (words: (i: number) => string) => Promise<Case>>> = {
  async 'hacker-news'(words) {
    const server = await openHackerNews();
    return { definition: hackerNews, options: { ...hackerNews.options.parse({ apiUrl: server.url, catchUpItems: 100_000 }), everyMs: 5 }, server, oneIn: 40, tell: (i) => void server.push({ ts: start, text: words(i) }) };
  },
  async reddit(words) {
    const server = await openReddit();
    const options = reddit.options.parse({ subreddits: ['outages'], clientId: 'client', clientSecret: 'secret-of-the-client', userAgent: 'server:outcry-test:1 (by /u/nobody)', apiUrl: server.url, tokenUrl: server.tokenUrl });
    return { definition: reddit, options: { ...options, everyMs: 5 }, server, oneIn: 3, tell: (i) => void (i % 3 === 0 ? server.comment({ ts: start, text: words(i) }) : server.post({ ts: start, text: words(i) })) };
  },
  async feed(words) {
    const server = await openPublisher();
    const one = server.feed('/a', 'rss', 1_000);
    return { definition: feed, options: { ...feed.options.parse({ urls: [one.url] }), everyMs: 5 }, server, oneIn: 3, tell: (i) => one.push({ key: `urn:${i}`, ts: start, text: words(i) }) };
  },
  async telegram(words) {
    const server = await openTelegram();
    return { definition: telegram, options: { ...telegram.options.parse({ token: server.token, apiUrl: server.url }), holdMs: 0 }, server, oneIn: 5, tell: (i) => server.write({ ts: start, text: words(i) }) };
  },
};

test('of a place that is about one service, a post that names none is about that; doctor knows whether it is watched', async () => {
  for (const [name, more] of [['reddit', { about: { Outages: 'whatsapp' } }], ['feed', { service: 'whatsapp' }], ['telegram', { service: 'whatsapp' }]] as const) {
    const { definition, options, server, tell } = await cases[name]!((i) => `is it down for you as well? ${i}`);
    closers.push(server.close);
    const house = createHouse(services, () => start);
    closers.push(house.close);
    const { source } = await house.open(definition as SourceDefinition, { ...(options as object), ...more });
    await until(() => source.status().state === 'live');
    tell(0);
    await until(() => house.seen().length === 1);
    expect((await house.mentions())[0]).toMatchObject({ service: 'whatsapp', by: 'field' });
    expect((await (definition as SourceDefinition).check({ ...(options as object), ...more }, [])).detail).toContain('not watched: whatsapp');
  }
});

for (const [name, make] of Object.entries(cases)) {
  // a feed's times are its authors' affair: what is dated ahead counts for now
  if (name !== 'feed') {
    test(`${name}: while the clocks are minutes apart it is blind, says so, and reads what waits once they agree`, async () => {
      const { definition, options, server, tell } = await make(text);
      closers.push(server.close);
      const house = createHouse(services, () => start);
      closers.push(house.close);
      const { source } = await house.open(definition as SourceDefinition, options);
      await until(() => source.status().state === 'live');
      server.tellTime(start + 600_000);
      await until(() => source.status().state === 'blind');
      expect(source.status().detail).toBe("this machine's clock is 10 min behind theirs: nothing is read until it is put right");
      for (let i = 0; i < 3; i++) tell(i);
      server.tellTime(start + 120_000);
      await until(() => source.status().state === 'live' && house.seen().length === 3);
      expect(source.status().detail).toContain("clock is 2 min behind theirs");
    });
  }

  test(`${name}: 2,000 posts through answers that break at random bytes are taken once each`, async () => {
    const { definition, options, server, tell, oneIn } = await make(text);
    closers.push(server.close);
    const house = createHouse(services, () => start);
    closers.push(house.close);
    const chance = createChance(name);
    const { source } = await house.open(definition as SourceDefinition, options);
    await until(() => source.status().state === 'live');
    let broken = 0;
    server.behave(() => {
      if (chance.below(oneIn) !== 0) return undefined;
      broken += 1;
      return { cutAfter: chance.below(200), gzip: chance.below(2) === 0 };
    });
    const portions = name === 'telegram' ? 4 : 100;
    const portion = 2_000 / portions;
    for (let told = 0; told < 2_000; told += portion) {
      for (let i = told; i < told + portion; i++) tell(i);
      await until(() => house.seen().length >= told + portion);
    }
    expectOnceEach((await house.mentions()).map((mention) => mention.text), Array.from({ length: 2_000 }, (_, i) => text(i)));
    expect(broken).toBeGreaterThan(name === 'telegram' ? 3 : 20);
  });
}
