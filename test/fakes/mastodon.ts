// A Mastodon instance on a real socket: keeps its posts, gives them by timeline and as a stream that replays nothing, and
// can be everything an instance can be when it is not well. All its posts are made up.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { cutAfter, dribble } from './cut-socket.ts';
import { listenOnLoopback } from './loopback.ts';

export const token = 'a-token-of-the-test-user';

export interface MastodonManner {
  /** Takes connections to the stream and never answers. */
  readonly mute?: boolean;
  /** Answers the upgrade with this status instead. */
  readonly refuse?: number;
  readonly retryAfterS?: number;
  /** Answers timelines with this status instead; `restMute`: with nothing. */
  readonly refuseRest?: number;
  readonly restMute?: boolean;
  /** Answers this to a subscription. */
  readonly refuseStream?: number;
  /** Neither posts nor pongs. */
  readonly silent?: boolean;
  /** Breaks the connection after so many bytes of it, wherever that falls; asked once a connection. */
  readonly cutAfterBytes?: () => number | undefined;
  /** Sends in pieces of so many bytes. */
  readonly pieceBytes?: number;
  /** Sends each post so often. */
  readonly times?: number;
  /** Posts placed before this (ms) are gone from the timelines. */
  readonly oldestMs?: number;
  /** Requests to timelines that are left in this window; then 429 until `resetMs` from now. */
  readonly requestsLeft?: number;
  readonly resetMs?: number;
  /** Compresses messages where the other side can. */
  readonly deflate?: boolean;
}

export interface FakeStatus {
  readonly id: string;
  readonly ms: number;
  readonly tags: readonly string[];
  readonly body: Record<string, unknown>;
}

export interface Mastodon {
  readonly url: string;
  /** What was subscribed to, over all connections. */
  readonly subscribed: readonly string[];
  /** Paths of the REST requests. */
  readonly asked: readonly string[];
  readonly connections: () => number;
  readonly open: () => number;
  /** Sockets of any kind that are open. */
  readonly sockets: () => number;
  /** The most streams that were open at the same time. */
  readonly most: () => number;
  /** Adds a post and sends it to who listens to it. */
  push(...statuses: FakeStatus[]): void;
  /** An edit of a post that is there, or not: in the timelines it takes its place. */
  edit(status: FakeStatus): void;
  remove(id: string): void;
  /** Sends this to everyone as it is. */
  say(...messages: (string | Buffer)[]): void;
  behave(manner: MastodonManner): void;
  /** Lets go of all but the newest `keep` posts, so that a long run needs no more memory than a short one. */
  forget(keep: number): void;
  /** Breaks all connections. */
  drop(): void;
  close(): Promise<void>;
}

const pageSize = 40;
const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');

/** The id that an instance gives to the `n`th post of the time `ms`. */
export function idAt(ms: number, n = 0): string {
  return String((BigInt(ms) << 16n) + BigInt(n % 65_536));
}

/** A post as an instance tells it. `name` is unique; `text` is escaped as servers do. */
export function fakeStatus(name: string, ms: number, author: string, text: string, more: { n?: number; tags?: readonly string[]; createdMs?: number; body?: Record<string, unknown> } = {}): FakeStatus {
  const tags = more.tags ?? ['whatsapp'];
  const address = `https://social.example/@${author}`;
  const id = idAt(ms, more.n);
  return {
    id, ms, tags,
    body: {
      id, created_at: new Date(more.createdMs ?? ms).toISOString(), in_reply_to_id: null, visibility: 'public', spoiler_text: '', language: 'en',
      uri: `https://social.example/users/${author}/statuses/${name}`, url: `${address}/${name}`, edited_at: null, reblog: null,
      content: `<p>${escape(text)}</p>`, tags: tags.map((tag) => ({ name: tag })),
      account: { id: '7', username: author, acct: `${author}@social.example`, url: address, bot: false },
      ...more.body,
    },
  };
}

/** Listens on a free loopback port. `clock` is the instance's, ms. */
export async function openMastodon(clock: () => number): Promise<Mastodon> {
  /** In the order of their ids. */
  const statuses: FakeStatus[] = [];
  const clients = new Map<WebSocket, Set<string>>();
  const subscribed: string[] = [];
  const asked: string[] = [];
  let manner: MastodonManner = {};
  let connections = 0;
  let most = 0;
  let requests = 0;

  const compare = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
  /** Index of the first post with an id greater than this. */
  function behind(id: string): number {
    let low = 0;
    let high = statuses.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compare(statuses[middle]!.id, id) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function timeline(url: URL): FakeStatus[] {
    const tag = /^\/api\/v1\/timelines\/tag\/(.+)$/.exec(url.pathname)?.[1];
    const tags = tag === undefined ? undefined : new Set([decodeURIComponent(tag), ...url.searchParams.getAll('any[]')]);
    const limit = Math.min(pageSize, Number(url.searchParams.get('limit') ?? 20));
    const found: FakeStatus[] = [];
    for (let i = behind(url.searchParams.get('min_id') ?? '0'); i < statuses.length && found.length < limit; i++) {
      const one = statuses[i]!;
      if (one.ms >= (manner.oldestMs ?? 0) && (tags === undefined || one.tags.some((name) => tags.has(name)))) found.push(one);
    }
    return found.toReversed();
  }

  function answer(response: ServerResponse, status: number, body: unknown, more: Record<string, string> = {}): void {
    const left = manner.requestsLeft === undefined ? 300 : Math.max(0, manner.requestsLeft - requests);
    response.sendDate = false;
    response.writeHead(status, {
      'content-type': 'application/json', date: new Date(clock()).toUTCString(),
      'x-ratelimit-limit': '300', 'x-ratelimit-remaining': String(left), 'x-ratelimit-reset': new Date(clock() + (manner.resetMs ?? 300_000)).toISOString(), ...more,
    }).end(JSON.stringify(body));
  }

  function serve(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://localhost');
    asked.push(url.pathname + url.search);
    if (url.pathname === '/api/v2/instance') return answer(response, 200, { domain: 'social.example', configuration: { urls: { streaming: address('ws') } } });
    if (request.headers.authorization !== `Bearer ${token}`) return answer(response, 401, { error: 'The access token is invalid' });
    if (manner.restMute === true) return;
    if (manner.refuseRest !== undefined) return answer(response, manner.refuseRest, { error: 'no' }, manner.retryAfterS === undefined ? {} : { 'retry-after': String(manner.retryAfterS) });
    if (!url.pathname.startsWith('/api/v1/timelines/')) return answer(response, 404, { error: 'Record not found' });
    if (manner.requestsLeft !== undefined && requests >= manner.requestsLeft) return answer(response, 429, { error: 'Too many requests' });
    requests += 1;
    answer(response, 200, timeline(url).map((one) => one.body));
  }

  const server = createServer(serve);
  const upgrader = new WebSocketServer({ noServer: true, autoPong: false, perMessageDeflate: { threshold: 0 } });
  const flat = new WebSocketServer({ noServer: true, autoPong: false });

  function subscribe(client: WebSocket, channels: Set<string>, text: string): void {
    const { type, stream, tag } = JSON.parse(text) as { type: string; stream: string; tag?: string };
    if (type !== 'subscribe') return;
    if (manner.refuseStream !== undefined) return client.send(JSON.stringify({ error: 'Unknown stream type', status: manner.refuseStream }));
    const channel = stream === 'hashtag' ? `hashtag ${tag ?? ''}` : stream;
    channels.add(channel);
    subscribed.push(channel);
  }

  function tell(event: string, payload: string, status?: FakeStatus): void {
    if (manner.silent === true) return;
    for (const [client, channels] of clients) {
      const heard = [...channels].filter((channel) => status === undefined || !channel.startsWith('hashtag ') || status.tags.includes(channel.slice('hashtag '.length)));
      for (const channel of status === undefined ? heard.slice(0, 1) : heard) {
        const message = JSON.stringify({ stream: channel.split(' '), event, payload });
        for (let i = 0; i < (manner.times ?? 1); i++) client.send(message);
      }
    }
  }

  server.on('upgrade', (request, socket: Socket, head) => {
    connections += 1;
    // it reads on, so that it sees the other side leave
    if (manner.mute === true) return void socket.on('end', () => socket.destroy()).resume();
    const refuse = manner.refuse ?? (request.headers.authorization === `Bearer ${token}` ? undefined : 401);
    if (refuse !== undefined) {
      const wait = manner.retryAfterS === undefined ? '' : `retry-after: ${manner.retryAfterS}\r\n`;
      socket.end(`HTTP/1.1 ${refuse} No\r\n${wait}connection: close\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const bytes = manner.cutAfterBytes?.();
    if (bytes !== undefined) cutAfter(socket, bytes);
    if (manner.pieceBytes !== undefined) dribble(socket, manner.pieceBytes);
    (manner.deflate === true ? upgrader : flat).handleUpgrade(request, socket, head, (client) => {
      const channels = new Set<string>();
      clients.set(client, channels);
      most = Math.max(most, clients.size);
      client.on('ping', (word) => {
        if (manner.silent !== true) client.pong(word);
      });
      client.on('message', (data) => subscribe(client, channels, (data as Buffer).toString('utf8')));
      client.on('close', () => clients.delete(client));
      client.on('error', () => {});
    });
  });
  const { host, sockets, drop, close } = await listenOnLoopback(server);
  const address = (scheme: string): string => `${scheme}://${host}`;

  function keep(status: FakeStatus): void {
    const last = statuses.at(-1);
    if (last === undefined || compare(last.id, status.id) < 0) statuses.push(status);
    else statuses.splice(behind(status.id), 0, status);
  }

  return {
    url: address('http'),
    subscribed, asked,
    connections: () => connections,
    open: () => [...clients.values()].filter((channels) => channels.size > 0).length,
    sockets,
    most: () => most,
    push(...more) {
      for (const status of more) {
        keep(status);
        tell('update', JSON.stringify(status.body), status);
      }
    },
    edit(status) {
      const at = statuses.findIndex((one) => one.id === status.id);
      if (at !== -1) statuses[at] = status;
      tell('status.update', JSON.stringify(status.body), status);
    },
    remove(id) {
      const at = statuses.findIndex((one) => one.id === id);
      if (at !== -1) statuses.splice(at, 1);
      tell('delete', id);
    },
    say(...messages) {
      for (const client of clients.keys()) for (const message of messages) client.send(message, { binary: typeof message !== 'string' });
    },
    behave(next) {
      manner = next;
      requests = 0;
    },
    forget(keep) {
      statuses.splice(0, Math.max(0, statuses.length - keep));
    },
    drop,
    async close() {
      upgrader.close();
      flat.close();
      await close();
    },
  };
}
