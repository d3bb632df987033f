// `x` against an X API on a real socket that is unwell in every way that such a server can be.
import { afterEach, expect, test } from 'vitest';
import { createChance } from '../ingest/demo/chance.ts';
import type { SourceDefinition } from '../ingest/source.ts';
import xSource from '../ingest/sources/x.ts';
import type { Mention } from '../shared/observation.ts';
import type { Post } from '../shared/post.ts';
import { serviceSchema } from '../shared/service.ts';
import { expectOnceEach, sourceContract } from './contracts/source-contract.ts';
import { createHouse, start, until, type House } from './contracts/source-house.ts';
import { aTweet, openX, operationalDisconnect, tooManyConnections, xId, xToken, type XFake, type XMessage } from './fakes/x.ts';

const x = xSource as unknown as SourceDefinition;
const services = [{ id: 'whatsapp', name: 'WhatsApp' }, { id: 'telegram', name: 'Telegram' }].map((one) => serviceSchema.parse(one));
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const generous = { perDay: 1e6, perMonth: 1e6 };
const optionsFor = (server: XFake, more: object = {}) =>
  x.options.parse({
    bearerToken: xToken, apiUrl: server.url, languages: ['en'], retryMs: 1, settleMs: 0, connects: 100_000, spend: generous, gapFillPosts: 1_000_000, gapFillRequests: 100_000, ...more,
  });
async function aServer(): Promise<XFake> {
  const server = await openX();
  closers.push(server.close);
  return server;
}
function aHouse(clock: () => number = () => start, watched = services): House {
  const house = createHouse(watched, clock);
  closers.push(house.close);
  return house;
}
const open = (house: House, server: XFake, more: object = {}) => house.open(x, optionsFor(server, more));
const aPost = (i: number, ms = start + i) => aTweet(ms, `whatsapp is down ${i}`, { n: i % 4_096 });
const texts = (n: number) => Array.from({ length: n }, (_, i) => `whatsapp is down ${i}`);
const textsOf = (mentions: readonly Mention[]) => mentions.map((mention) => mention.text);

// numbers, as X's authors are
const authorOf = (author: string) => `7700000000${author.replace(/\D/g, '').padStart(5, '0')}${[...author].reduce((sum, letter) => sum + letter.charCodeAt(0), 0)}`;

sourceContract('x', { replays: true, told: true, retracts: false }, services, () => start + 60_000, async () => {
  const server = await openX();
  server.behave({ now: () => start + 120_000 });
  let told = 0;
  const tweetOf = (post: Post): XMessage => aTweet(post.ts, post.text, { n: told++ % 4_096, author_id: authorOf(post.author) });
  return {
    definition: x, options: optionsFor(server),
    carries: (posts) => posts.map((post) => ({ ...post, author: authorOf(post.author) })), known: (of) => of.text, told: 'after',
    async tell(posts, { source }) {
      if (source.status().state !== 'closed') await until(() => server.open() > 0);
      server.push(...posts.map(tweetOf));
    },
    async tellBad() {
      const tweet = aTweet(start + 4, 'whatsapp');
      const bad = (data: object | undefined, more: object = {}) => `${JSON.stringify({ ...(data === undefined ? {} : { data }), ...more })}\r\n`;
      server.push(
        'not json\r\n', '[1]\r\n', '"text"\r\n', '{}\r\n', bad({ ...tweet.data, id: '../../etc' }), bad({ ...tweet.data, id: 7 }), bad({ ...tweet.data, text: ['whatsapp'] }),
        bad({ id: '1', text: 'whatsapp' }, { matching_rules: [{ id: '1', tag: 'somebody' }] }),
        bad(undefined, { errors: [{ title: 'x', type: 'https://api.x.com/2/problems/resource-not-found' }] }), bad(undefined, { errors: [null, { type: '<script>' }] }),
        bad({ ...tweet.data, text: `whatsapp ${'y'.repeat(5_000_000)}` }),
      );
      return ['not-json', 'not-an-object', 'not-an-object', 'no-post', 'no-id', 'no-id', 'no-text', 'other-rule', 'problem-resource-not-found', 'problem-other', 'problem-other', 'too-long'];
    },
    close: server.close,
  };
});
