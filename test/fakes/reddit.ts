// Reddit's API on a real socket, in the shape of recorded answers: tokens that end, listings from the newest that end after
// 1,000, pages behind `after`, a quota in its headers, subreddits that are closed or not there.
import { openPolledServer, type Asked, type PolledServer, type Told } from './polled-server.ts';

export interface FakeThing {
  /** ms. */
  readonly ts: number;
  readonly title?: string;
  readonly text?: unknown;
  readonly author?: string;
  readonly subreddit?: string;
  readonly more?: Readonly<Record<string, unknown>>;
}

export interface Reddit extends PolledServer {
  readonly tokenUrl: string;
  /** A new post; its fullname. */
  post(thing: FakeThing): string;
  comment(thing: FakeThing): string;
  /** Appears among the posts as exactly this, at the newest end. */
  raw(child: unknown): void;
  /** Posts that appear one portion at a time, each once a listing was read from its newest end. */
  flow(things: readonly FakeThing[], portion: number): void;
  /** Changes what is listed under a fullname. */
  change(fullname: string, data: Readonly<Record<string, unknown>>): void;
  /** No longer listed at all. */
  unlist(fullname: string): void;
  /** Every token given so far is worth nothing. */
  revoke(): void;
  readonly tokens: () => number;
  /** Closed or absent subreddits, each with the status of a question for it. */
  readonly closed: Map<string, number>;
  /** What is left of the quota, and seconds until it is full. */
  quota: { left: number; resetSeconds: number } | undefined;
}

const client = `Basic ${Buffer.from('client:secret-of-the-client').toString('base64')}`;
const listed = 1_000;

export async function openReddit(): Promise<Reddit> {
  const listings: Record<'t3' | 't1', { fullname: string; child: unknown }[]> = { t3: [], t1: [] };
  let waiting: { things: FakeThing[]; portion: number } = { things: [], portion: 0 };
  let number = Number.parseInt('1abcd0', 36);
  let tokens = 0;
  let revoked = 0;
  const closed = new Map<string, number>();

  function childOf(kind: 't3' | 't1', { ts, title, text, author = 'someone', subreddit = 'outages', more = {} }: FakeThing): { fullname: string; child: unknown } {
    number += 1;
    const id = number.toString(36);
    const data = {
      id, name: `${kind}_${id}`, subreddit, author, created_utc: ts / 1000, stickied: false, score: 1,
      permalink: `/r/${subreddit}/comments/${id}/a_title/`,
      ...(kind === 't3' ? { title: title ?? '', selftext: text ?? '', is_self: true } : { body: text, parent_id: 't3_1abcd0', link_id: 't3_1abcd0' }),
      ...more,
    };
    return { fullname: `${kind}_${id}`, child: { kind, data } };
  }
  const add = (kind: 't3' | 't1', thing: FakeThing): string => {
    const one = childOf(kind, thing);
    listings[kind].push(one);
    return one.fullname;
  };

  function list({ path, query }: Asked): Told {
    const [, names = '', which] = /^\/r\/([\w+]+)\/(new|comments|about)$/.exec(path) ?? [];
    const shut = names.split('+').map((name) => closed.get(name)).find((status) => status !== undefined);
    if (shut === 302) return { status: 302, headers: { location: '/subreddits/search' } };
    if (shut !== undefined) return { status: shut, body: JSON.stringify({ message: 'Forbidden', error: shut, reason: 'private' }) };
    if (which === 'about') return { body: JSON.stringify({ kind: 't5', data: { display_name: names } }) };
    const newestFirst = listings[which === 'comments' ? 't1' : 't3'].toReversed().slice(0, listed);
    const after = query.get('after');
    const start = after === null ? 0 : newestFirst.findIndex(({ fullname }) => fullname === after) + 1;
    const page = newestFirst.slice(start, start + Number(query.get('limit') ?? 25));
    if (after === null && which === 'new') for (const thing of waiting.things.splice(0, waiting.portion)) add('t3', thing);
    return { body: JSON.stringify({ kind: 'Listing', data: { after: start + page.length < newestFirst.length ? page.at(-1)?.fullname : null, before: null, children: page.map(({ child }) => child) } }) };
  }

  const server = await openPolledServer((asked) => {
    if (asked.path === '/api/v1/access_token') {
      if (asked.headers.authorization !== client) return { status: 401, body: '{"message":"Unauthorized","error":401}' };
      if (asked.body.includes('password=wrong')) return { body: '{"error":"invalid_grant"}' };
      tokens += 1;
      return { body: JSON.stringify({ access_token: `token-${tokens}`, token_type: 'bearer', expires_in: 3600, scope: '*' }) };
    }
    const token = Number(/^Bearer token-(\d+)$/.exec(asked.headers.authorization ?? '')?.[1]);
    if (!(token > revoked && token <= tokens)) return { status: 401, body: '{"message":"Unauthorized","error":401}' };
    const headers: Record<string, string> = { 'content-type': 'application/json; charset=UTF-8' };
    if (reddit.quota !== undefined) Object.assign(headers, { 'x-ratelimit-used': '1', 'x-ratelimit-remaining': `${reddit.quota.left}.0`, 'x-ratelimit-reset': String(reddit.quota.resetSeconds) });
    if (asked.path !== '/api/info') return { headers, ...list(asked) };
    const wanted = new Set((asked.query.get('id') ?? '').split(','));
    const children = [...listings.t3, ...listings.t1].filter(({ fullname }) => wanted.has(fullname)).map(({ child }) => child);
    return { headers, body: JSON.stringify({ kind: 'Listing', data: { after: null, children } }) };
  });

  const reddit: Reddit = {
    ...server,
    tokenUrl: `${server.url}/api/v1/access_token`,
    quota: undefined,
    closed,
    tokens: () => tokens,
    post: (thing) => add('t3', thing),
    comment: (thing) => add('t1', thing),
    raw: (child) => void listings.t3.push({ fullname: '', child }),
    flow(things, portion) {
      waiting = { things: [...waiting.things, ...things], portion };
    },
    change(fullname, data) {
      for (const listing of Object.values(listings)) {
        const at = listing.findIndex((one) => one.fullname === fullname);
        const { kind, data: old } = (listing[at]?.child ?? {}) as { kind?: string; data?: object };
        if (at !== -1) listing[at] = { fullname, child: { kind, data: { ...old, ...data } } };
      }
    },
    unlist(fullname) {
      for (const listing of Object.values(listings)) {
        const at = listing.findIndex((one) => one.fullname === fullname);
        if (at !== -1) listing.splice(at, 1);
      }
    },
    revoke() {
      revoked = tokens;
    },
  };
  return reddit;
}
