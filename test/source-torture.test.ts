// Every source that holds a connection open: what it must bear from its server, and its connection broken at random bytes.
// The long torture, a million posts and a thousand breaks each, is `node test/torture/run.ts`, or OUTCRY_TORTURE=long here.
import { expect, test } from 'vitest';
import { sources } from '../ingest/sources/index.ts';
import { streamContract } from './contracts/stream-contract.ts';
import { commitEvent, openJetstream } from './fakes/jetstream.ts';
import { fakeStatus, openMastodon, token } from './fakes/mastodon.ts';
import { aTweet, openX, xToken, type XCall } from './fakes/x.ts';
import { torturedStreams } from './torture/streams.ts';
import { torture } from './torture/torture.ts';

for (const dialect of ['v1', 'v2']) {
  streamContract(`bluesky ${dialect}`, async () => {
    const server = await openJetstream();
    const event = ({ n, ms, text }: { n: number; ms: number; text: string }, more: object = {}) => commitEvent(ms * 1000, `did:plc:a${n}`, `k${n}`, { text, langs: ['en'] }, { rev: `r${n}`, ...more });
    return {
      definition: sources['bluesky']!,
      options: ({ deflate, ...more } = {}) => sources['bluesky']!.options.parse({ urls: [server.url], retryMs: 1, dialect, ...(deflate === true ? { compress: true } : {}), ...more }),
      push: (posts) => server.push(...posts.map((post) => event(post))),
      remove: ({ n, ms }) => server.push(commitEvent(ms * 1000 + 1, `did:plc:a${n}`, `k${n}`, undefined, { rev: 'gone' })),
      // posts can't be edited there
      edit: undefined,
      sayLong: () => server.say(`"${'x'.repeat(5_000_000)}"`),
      behave: (manner) => server.behave(manner),
      connects: server.connections, open: server.open, sockets: server.sockets, drop: server.drop, close: server.close,
    };
  });
}

streamContract('mastodon', async (clock) => {
  const server = await openMastodon(clock);
  const status = ({ n, ms, text }: { n: number; ms: number; text: string }, body: Record<string, unknown> = {}) => fakeStatus(`n${n}`, ms, `a${n}`, text, { n, body });
  return {
    definition: sources['mastodon']!,
    // whether messages are packed is the server's choice
    options: ({ silenceMs = 60_000, connectMs = 10_000 } = {}) => sources['mastodon']!.options.parse({ instance: server.url, accessToken: token, retryMs: 1, settleMs: 0, hashtags: ['whatsapp'], silenceMs, connectMs }),
    push: (posts) => server.push(...posts.map((post) => status(post))),
    remove: (post) => server.remove(status(post).id),
    edit: (post, text) => server.edit(status({ ...post, text }, { edited_at: new Date(clock()).toISOString() })),
    sayLong: () => server.say(`"${'x'.repeat(5_000_000)}"`),
    behave: ({ muteMissed, ...manner }) => server.behave({ ...manner, ...(muteMissed === true ? { restMute: true } : {}) }),
    connects: server.connections, open: server.open, sockets: server.sockets, drop: server.drop, close: server.close,
  };
});

streamContract('x', async (clock) => {
  const server = await openX();
  const tweet = ({ n, ms, text }: { n: number; ms: number; text: string }) => aTweet(ms, text, { n, author_id: `77${n}` });
  const usual = { now: () => clock() + 60_000, date: clock };
  server.behave(usual);
  return {
    definition: sources['x']!,
    options: ({ silenceMs = 28_000, connectMs = 15_000 } = {}) => sources['x']!.options.parse({
      bearerToken: xToken, apiUrl: server.url, languages: ['en'], retryMs: 1, settleMs: 0, connects: 100_000, spend: { perDay: 1e6, perMonth: 1e6 }, gapFillPosts: 100_000, gapFillRequests: 10_000, silenceMs, connectMs,
    }),
    push: (posts) => server.push(...posts.map(tweet)),
    remove: undefined,
    edit: undefined,
    sayLong: () => server.push(`{"data":"${'x'.repeat(5_000_000)}"}\r\n`),
    behave({ mute, muteMissed, refuse, ...manner }) {
      const muted: XCall[] = [...(mute === true ? ['stream' as const] : []), ...(muteMissed === true ? ['search' as const] : [])];
      // its limit is over at once
      const headers = { 'x-rate-limit-reset': String(Math.floor(clock() / 1000)) };
      server.behave({ ...usual, ...manner, mute: muted, refuse: (call) => (call === 'stream' && refuse !== undefined ? { status: refuse, body: {}, headers: refuse === 429 ? headers : {} } : undefined) });
    },
    connects: () => server.asked('stream').length, open: server.open, sockets: server.sockets, drop: server.drop, close: server.close,
  };
});

const long = process.env['OUTCRY_TORTURE'] === 'long';
const size = long ? { posts: 1_000_000, cuts: 1_000, losses: 10 } : { posts: 50_000, cuts: 100, losses: 2 };

for (const [name, make] of Object.entries(torturedStreams)) {
  test(`${name}: ${size.cuts} breaks at random bytes over ${size.posts} posts: each is taken once, or lies in a gap that is told`, { timeout: long ? 3_600_000 : 300_000 }, async () => {
    const outcome = await torture(make, { ...size, seed: name });
    expect(outcome).toMatchObject({ cuts: size.cuts, twice: 0, lost: 0, left: 0, gaps: size.losses });
    expect(outcome.connections).toBeGreaterThanOrEqual(size.cuts);
    expect(outcome.once + outcome.missing).toBe(outcome.pushed);
  });
}
