// The stream sources with their servers, ready to be tortured.
import { sources } from '../../ingest/sources/index.ts';
import { commitEvent, openJetstream } from '../fakes/jetstream.ts';
import { fakeStatus, openMastodon, token } from '../fakes/mastodon.ts';
import { aTweet, openX, xToken } from '../fakes/x.ts';
import { textOf, timeOf, type TorturedStream } from './torture.ts';

/** So many posts are asked for again at most: those of the rewound time, and those of the longest break. */
const kept = 20_000;

async function bluesky(more: object = {}): Promise<TorturedStream> {
  const server = await openJetstream();
  // as many posts a second as the whole network has
  const spacingMs = 20;
  const definition = sources['bluesky']!;
  return {
    name: 'bluesky', definition, options: definition.options.parse({ urls: [server.url], retryMs: 1, ...more }), spacingMs, postBytes: 330,
    // a minute and a bit: less than a minute without an event may be a quiet moment
    lossPosts: 3_500,
    push(from, to) {
      for (let n = from; n < to; n++) server.push(commitEvent(timeOf(n, spacingMs) * 1000, `did:plc:a${n % 997}`, `k${n}`, { text: textOf(n), langs: ['en'] }));
    },
    behave: (how, cut, lostBefore) => server.behave(how === 'away' ? { refuse: 503 } : how === 'lossy' ? { oldestUs: lostBefore * 1000 } : { cutAfterBytes: cut }),
    forget: () => server.forget(kept),
    connections: server.connections, sockets: server.sockets, drop: server.drop, close: server.close,
  };
}

async function mastodon(clock: () => number): Promise<TorturedStream> {
  const server = await openMastodon(clock);
  // a busy set of hashtags
  const spacingMs = 200;
  const definition = sources['mastodon']!;
  return {
    name: 'mastodon', definition, options: definition.options.parse({ instance: server.url, accessToken: token, streams: ['public'], retryMs: 1, settleMs: 0 }), spacingMs, postBytes: 1_150,
    // what is missed at the end is found after the next break, since a minute before each is looked at again
    lossPosts: 600,
    push(from, to) {
      for (let n = from; n < to; n++) server.push(fakeStatus(`n${n}`, timeOf(n, spacingMs), `a${n % 997}`, textOf(n)));
    },
    behave: (how, cut) => server.behave(how === 'away' ? { refuse: 503 } : how === 'lossy' ? { refuseRest: 422 } : { cutAfterBytes: cut }),
    forget: () => server.forget(kept),
    connections: server.connections, sockets: server.sockets, drop: server.drop, close: server.close,
  };
}

async function x(clock: () => number): Promise<TorturedStream> {
  const server = await openX();
  const spacingMs = 100;
  const definition = sources['x']!;
  return {
    name: 'x', spacingMs, postBytes: 330, definition,
    options: definition.options.parse({
      bearerToken: xToken, apiUrl: server.url, languages: ['en'], retryMs: 1, settleMs: 0, connects: 100_000, spend: { perDay: 1e6, perMonth: 1e6 }, gapFillPosts: 1_000_000, gapFillRequests: 100_000,
    }),
    lossPosts: 600,
    push(from, to) {
      server.push(...Array.from({ length: to - from }, (_, i) => aTweet(timeOf(from + i, spacingMs), textOf(from + i), { n: (from + i) % 4_096, author_id: `77${(from + i) % 997}` })));
    },
    behave(how, cut) {
      const refused = how === 'away' ? { call: 'stream', status: 503 } : { call: 'search', status: 400 };
      server.behave({ now: () => clock() + 60_000, ...(how === 'well' ? { cutAfterBytes: cut } : { refuse: (call) => (call === refused.call ? { status: refused.status, body: {} } : undefined) }) });
    },
    forget: () => server.forget(kept),
    connections: server.connections, sockets: server.sockets, drop: server.drop, close: server.close,
  };
}

/** Every stream source by its name. `clock` is the servers' clock, ms. */
export const torturedStreams: Readonly<Record<string, (clock: () => number) => Promise<TorturedStream>>> = {
  bluesky: () => bluesky(),
  mastodon,
  x,
};
