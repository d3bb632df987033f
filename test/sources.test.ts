// Every source against the source contract, and what only one of them can suffer.
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createWorld } from '../ingest/demo/world.ts';
import { createMatcher } from '../ingest/match.ts';
import type { SourceDefinition } from '../ingest/source.ts';
import { demoStartMs } from '../ingest/sources/demo.ts';
import { sources } from '../ingest/sources/index.ts';
import type { Post } from '../shared/post.ts';
import { serviceSchema } from '../shared/service.ts';
import { sourceContract } from './contracts/source-contract.ts';
import { createHouse, start, until } from './contracts/source-house.ts';
import { commitEvent, openJetstream } from './fakes/jetstream.ts';

const services = [{ id: 'whatsapp', name: 'WhatsApp' }, { id: 'telegram', name: 'Telegram' }].map((one) => serviceSchema.parse(one));
const minuteLater = () => start + 60_000;
const byText = (of: { text: string }) => of.text;
const unchanged = (posts: readonly Post[]) => posts;

sourceContract('lines', { replays: true, told: true, retracts: false }, services, minuteLater, async (folder) => {
  const file = join(folder, 'posts.ndjson');
  const write = (lines: readonly string[]) => appendFileSync(file, lines.map((line) => `${line}\n`).join(''));
  return {
    definition: sources['lines']!, options: { file, speed: 'max' },
    carries: unchanged, known: byText, told: 'before',
    async tell(posts) {
      write(posts.map((post) => JSON.stringify(post)));
    },
    async tellBad() {
      write([
        'not json', '[1]', '"text"', 'null', '{"id":"a","text":"whatsapp","ts":"yesterday"}', '{"id":"a","ts":1}', '{"text":"whatsapp","ts":1}', '{"id":"a","text":"whatsapp"}',
        `{"id":"a","text":"whatsapp","ts":1,"x":"${'y'.repeat(2_000_000)}"}`, `"${'z'.repeat(13_000_000)}"`, '',
      ]);
      return ['not-json', 'not-an-object', 'not-an-object', 'not-an-object', 'bad-ts', 'no-text', 'no-id', 'no-ts', 'too-long', 'too-long'];
    },
    close: async () => {},
  };
});

test('lines: another file under the name of a source, or one cut and filled anew, is read from its start, and that is told', async () => {
  const house = createHouse(services, minuteLater);
  const lines = sources['lines']!;
  const told: string[] = [];
  const listening: SourceDefinition = {
    ...lines,
    create: (options, deps) => lines.create(options, { ...deps, intake: { ...deps.intake, state: (state, detail, gap) => (told.push(detail.replace(house.folder, '')), deps.intake.state(state, detail, gap)) } }),
  };
  try {
    for (const [name, ...ids] of [['a', 'a1', 'a2'], ['b', 'b1', 'b2', 'b3'], ['b', 'c1', 'c2', 'c3', 'c4'], ['b', 'd1'], ['b', 'd1', 'd2']] as const) {
      const file = join(house.folder, name);
      writeFileSync(file, ids.map((id) => `${JSON.stringify({ id, ts: start, text: `whatsapp is down ${id}`, author: id })}\n`).join(''));
      const { source } = await house.open(listening, { file, speed: 'max' });
      await source.done;
      await house.stop();
    }
    expect((await house.mentions()).map((mention) => mention.id)).toEqual(['a1', 'a2', 'b1', 'b2', 'b3', 'c1', 'c2', 'c3', 'c4', 'd1', 'd2']);
    expect(told).toEqual([
      'reading /a', 'reading /b from its start: it is another file than before', 'reading /b from its start: it begins otherwise than before',
      'reading /b from its start: it is shorter than what was read of it before', 'reading /b',
    ]);
  } finally {
    await house.close();
  }
});

const didOf = (author: string) => `did:plc:${author.replaceAll('-', '')}`;
const eventOf = (post: Post) => commitEvent(post.ts * 1000, didOf(post.author), post.id, { text: post.text });

sourceContract('bluesky', { replays: true, told: true, retracts: true }, services, minuteLater, async () => {
  const server = await openJetstream();
  return {
    definition: sources['bluesky']!, options: sources['bluesky']!.options.parse({ urls: [server.url], retryMs: 5 }),
    carries: (posts) => posts.map((post) => ({ ...post, author: didOf(post.author) })), known: byText, told: 'after',
    async tell(posts, { source }) {
      if (source.status().state !== 'closed') await until(() => server.open() > 0);
      server.push(...posts.map(eventOf));
    },
    async tellBad() {
      const timeUs = start * 1000 + 4_500;
      server.push(
        'not json', '[]', 'null', '{}', '{"time_us":"soon"}', Buffer.from('{"kind":"commit"}'), `"${'x'.repeat(5_000_000)}"`,
        commitEvent(timeUs, 'nobody', 'k', { text: 'whatsapp' }), commitEvent(timeUs, 'did:plc:a', '../k?', { text: 'whatsapp' }), commitEvent(timeUs, 'did:plc:a', 'k', { text: 7 }),
        commitEvent(timeUs, 'did:plc:a', 'k', { text: 'whatsapp' }, { operation: 'update' }), commitEvent(timeUs, 'did:plc:a', 'k', { text: 'whatsapp' }, { collection: 'app.bsky.feed.like' }),
        JSON.stringify({ did: 'did:plc:a', time_us: timeUs, kind: 'identity' }), JSON.stringify({ did: 'did:plc:a', time_us: timeUs, kind: 'account' }), JSON.stringify({ did: 'did:plc:a', time_us: timeUs, kind: 'commit', commit: [] }),
      );
      return [
        'not-json', 'not-an-event', 'not-an-event', 'no-time', 'no-time', 'binary', 'too-long', 'bad-author', 'bad-key', 'no-text', 'update', 'other-collection', 'identity', 'account', 'other-collection',
      ];
    },
    async retract(post) {
      server.push(commitEvent(post.ts * 1000 + 60_000, didOf(post.author), post.id, undefined));
    },
    close: server.close,
  };
});

sourceContract('http', { replays: false, told: true, retracts: true }, services, () => start, async () => {
  const send = async (address: string, body: string): Promise<void> => {
    for (;;) {
      const answer = await fetch(`${address}/v1/posts`, { method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body });
      await answer.text();
      if (answer.status !== 503) return;
    }
  };
  return {
    definition: sources['http']!, options: sources['http']!.options.parse({ requestsPerMinute: 1_000_000 }),
    carries: unchanged, known: byText, told: 'after',
    async tell(posts, { address }) {
      const batches = Array.from({ length: Math.ceil(posts.length / 500) }, (_, i) => posts.slice(i * 500, (i + 1) * 500));
      await Promise.all(batches.map((batch) => send(address, batch.map((post) => JSON.stringify(post)).join('\n'))));
    },
    async tellBad({ address }) {
      await send(address, ['not json', '[1]', '"text"', '{"id":"a","text":"whatsapp","ts":"yesterday"}', '{"id":"a","text":"whatsapp","ts":1777836600}', '{"id":"a"}', '{"id":"a","text":"x","author":{}}', '{"id":"","text":"x"}', '', '{'].join('\n'));
      return ['not-json', 'not-json', 'not-an-object', 'not-an-object', 'bad-ts', 'ts-in-seconds', 'no-text', 'bad-author', 'no-id'];
    },
    async retract(post, { address }) {
      const answer = await fetch(`${address}/v1/posts?id=${encodeURIComponent(post.id)}`, { method: 'DELETE' });
      expect(answer.status).toBe(202);
    },
    close: async () => {},
  };
});

sourceContract('demo', { replays: true, told: false, retracts: false }, services, minuteLater, async () => {
  const matcher = createMatcher(services);
  const played = [...createWorld({ seed: 2017, start: demoStartMs }).posts()];
  const named = played.filter((post) => matcher.matchText(post.text).length > 0);
  return {
    definition: sources['demo']!, options: { seed: 2017, speed: 'max' },
    carries: () => named, known: (of) => of.id, told: 'before',
    tell: async () => {},
    close: async () => {},
  };
});

test('a person who is heard through two sources of one network is one person, through two networks two', async () => {
  const authorsOf = async (network: string | undefined): Promise<number> => {
    const house = createHouse(services, minuteLater);
    const file = join(house.folder, 'posts.ndjson');
    writeFileSync(file, `${JSON.stringify({ id: 'a', ts: start, text: 'whatsapp is down', author: 'the same person' })}\n`);
    const definition: SourceDefinition = { ...sources['lines']!, ...(network === undefined ? {} : { network }) };
    await house.open(definition, definition.options.parse({ file }));
    await house.openBeside(definition, definition.options.parse({ file }));
    await until(() => house.seen().length === 2);
    const authors = new Set((await house.mentions()).map(({ author }) => author));
    await house.close();
    return authors.size;
  };
  expect([await authorsOf('net'), await authorsOf(undefined)]).toEqual([1, 2]);
});
