// A Jetstream on a real socket, in both dialects: keeps its events, replays them from a cursor, goes on live, and can be
// everything a server can be when it is not well. Real events come from test/data/jetstream, the rest is made up.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { WebSocketServer, type WebSocket } from 'ws';
import { cutAfter, dribble } from './cut-socket.ts';
import { listenOnLoopback } from './loopback.ts';

export const goldenEvents: readonly string[] = readFileSync(join(import.meta.dirname, '../data/jetstream/golden_v1.jsonl'), 'utf8').trimEnd().split('\n');

export const dictionaryFile = join(import.meta.dirname, '../data/jetstream/made-up.zstd-dictionary');
const dictionary = readFileSync(dictionaryFile);
const dictionaryId = 7;
const v2Path = '/xrpc/network.bsky.jetstream.subscribeEvents';

export interface Manner {
  /** Takes the connection and never answers. */
  readonly mute?: boolean;
  /** Answers the upgrade with this status instead. */
  readonly refuse?: number;
  /** With `refuse`: asks to be left alone for so long. */
  readonly retryAfterS?: number;
  /** Neither events nor pings, and no answer to a ping. */
  readonly silent?: boolean;
  /** Sends in pieces of so many bytes. */
  readonly pieceBytes?: number;
  /** Compresses messages where the other side can. */
  readonly deflate?: boolean;
  /** Has given its dictionary up for another. */
  readonly retired?: boolean;
  /** ms between pings. */
  readonly pingMs?: number;
  /** Breaks the connection after so many bytes of it, wherever that falls; asked once a connection. */
  readonly cutAfterBytes?: () => number | undefined;
  /** Events before this (microseconds) are gone: an older cursor begins here, without a word. */
  readonly oldestUs?: number;
  /** Begins so much earlier than the cursor asks, as the real one may. */
  readonly earlyUs?: number;
  /** Sends each event so often. */
  readonly times?: number;
}

export interface Jetstream {
  readonly url: string;
  /** What each connection asked for. */
  readonly asked: readonly URLSearchParams[];
  readonly connections: () => number;
  readonly open: () => number;
  /** The most that were open at the same time. */
  readonly most: () => number;
  /** Pings sent so far. */
  readonly pings: () => number;
  /** Answers to pings sent so far. */
  readonly pongs: () => number;
  /** Sockets of any kind that are open. */
  readonly sockets: () => number;
  /** Bytes of messages sent, as they went out. */
  readonly bytes: () => number;
  /** Sends this to everyone as it is, and keeps nothing of it. */
  say(message: string): void;
  /** Appends an event to the stream and sends it to whoever listens. A Buffer goes out as a binary frame. */
  push(...events: (string | Buffer)[]): void;
  behave(manner: Manner): void;
  /** Lets go of all but the newest `keep` events, so that a long run needs no more memory than a short one. */
  forget(keep: number): void;
  /** Breaks all connections. */
  drop(): void;
  close(): Promise<void>;
}

const timeOf = (event: string | Buffer): number => {
  const found = typeof event === 'string' ? /"time_us":(\d+)/.exec(event.slice(0, 500)) : null;
  return found === null ? 0 : Number(found[1]);
};

/** A commit event as the server would send it. `post` undefined makes a deletion. */
export function commitEvent(timeUs: number, did: string, rkey: string, post: { text: unknown; langs?: readonly string[]; reply?: string } | undefined, extra: Readonly<Record<string, unknown>> = {}): string {
  const commit = {
    rev: `r${timeUs}`, operation: post === undefined ? 'delete' : 'create', collection: 'app.bsky.feed.post', rkey,
    ...(post === undefined ? {} : {
      record: {
        $type: 'app.bsky.feed.post', createdAt: '2011-11-11T11:11:11.111Z', text: post.text,
        ...(post.langs === undefined ? {} : { langs: post.langs }),
        ...(post.reply === undefined ? {} : { reply: { parent: { cid: 'c', uri: post.reply }, root: { cid: 'c', uri: post.reply } } }),
      },
      cid: 'bafy',
    }),
    ...extra,
  };
  return JSON.stringify({ did, time_us: timeUs, kind: 'commit', commit });
}

const isoOf = (us: number): string => `${new Date(Math.floor(us / 1000)).toISOString().slice(0, -1)}${String(us % 1000).padStart(3, '0')}Z`;

/** A v1 event as the v2 dialect tells it; what is none stays as it is. */
function inV2(event: string, seq: number): string {
  let told: { did?: string; time_us?: number; kind?: string; commit?: Record<string, unknown> };
  try {
    told = JSON.parse(event) as typeof told;
  } catch {
    return event;
  }
  if (typeof told?.time_us !== 'number') return event;
  const { did, time_us: timeUs, kind, commit } = told;
  // an import of old times changes one, and not the other
  const times = { time: '2011-11-11T11:11:11.111111Z', witnessedAt: isoOf(timeUs) };
  return JSON.stringify({ $type: 'message', payload: { $type: `network.bsky.jetstream.subscribeEvents#${kind}`, seq, did, ...times, ...(kind === 'commit' ? commit : {}) } });
}

interface Client {
  readonly v2: boolean;
  readonly packed: boolean;
}

/** Listens on a free loopback port. */
export async function openJetstream(): Promise<Jetstream> {
  const events: (string | Buffer)[] = [];
  const asked: URLSearchParams[] = [];
  const clients = new Map<WebSocket, Client>();
  let manner: Manner = {};
  let pings = 0;
  let most = 0;
  let pongs = 0;
  let bytes = 0;
  let seq = 0;
  const server = createServer((request, response) => {
    if (!request.url?.startsWith('/xrpc/network.bsky.jetstream.getZstdDictionary')) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(dictionary);
  });
  const options = { noServer: true, autoPong: false, handleProtocols: (offered: Set<string>) => (offered.has('xrpc.v1.json') ? 'xrpc.v1.json' : false) };
  const flat = new WebSocketServer(options);
  const deflating = new WebSocketServer({ ...options, perMessageDeflate: { threshold: 0 } });

  function send(client: WebSocket, event: string | Buffer): void {
    const { v2, packed } = clients.get(client)!;
    const text = v2 && typeof event === 'string' ? inV2(event, ++seq) : event;
    const message = packed && typeof text === 'string' ? zstdCompressSync(Buffer.from(text), { dictionary }) : text;
    for (let i = 0; i < (manner.times ?? 1); i++) {
      bytes += Buffer.byteLength(message);
      client.send(message, { binary: typeof message !== 'string' });
    }
  }

  const refuse = (socket: Socket, status: number, body: string, wait = ''): void =>
    void socket.end(`HTTP/1.1 ${status} No\r\n${wait}connection: close\r\ncontent-length: ${body.length}\r\n\r\n${body}`);

  function play(client: WebSocket, cursor: string | null): void {
    if (cursor === null) return;
    const fromUs = Math.max(Number(cursor) - (manner.earlyUs ?? 0), manner.oldestUs ?? 0);
    // a message without a time stands where it was pushed: after the last one that has one
    let lastUs = 0;
    for (const event of events) {
      lastUs = timeOf(event) || lastUs;
      if (lastUs >= fromUs) send(client, event);
    }
  }

  server.on('upgrade', (request, socket: Socket, head) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const v2 = url.pathname === v2Path;
    asked.push(url.searchParams);
    // it reads on, so that it sees the other side leave
    if (manner.mute === true) return void socket.on('end', () => socket.destroy()).resume();
    if (manner.refuse !== undefined) return refuse(socket, manner.refuse, '', manner.retryAfterS === undefined ? '' : `retry-after: ${manner.retryAfterS}\r\n`);
    const wished = url.searchParams.get('zstdDictionary');
    if (v2 && [...url.searchParams.keys()].some((key) => key.startsWith('wanted'))) return refuse(socket, 400, '{"error":"InvalidRequest","message":"unknown parameter"}');
    if (wished !== null && (manner.retired === true || Number(wished) !== dictionaryId)) return refuse(socket, 400, '{"error":"UnknownZstdDictionary","message":"9"}');
    const left = manner.cutAfterBytes?.();
    if (left !== undefined) cutAfter(socket, left);
    if (manner.pieceBytes !== undefined) dribble(socket, manner.pieceBytes);
    (manner.deflate === true ? deflating : flat).handleUpgrade(request, socket, head, (client) => {
      clients.set(client, { v2, packed: wished !== null || url.searchParams.get('compress') === 'true' });
      most = Math.max(most, clients.size);
      const { pingMs } = manner;
      const pinging = pingMs === undefined ? undefined : setInterval(() => {
        client.ping();
        pings += 1;
      }, pingMs);
      client.on('ping', (word) => {
        if (manner.silent === true) return;
        client.pong(word);
        pongs += 1;
      });
      client.on('close', () => {
        clearInterval(pinging);
        clients.delete(client);
      });
      client.on('error', () => {});
      if (manner.silent !== true) play(client, asked.at(-1)!.get('cursor'));
    });
  });
  const { host, sockets, drop, close } = await listenOnLoopback(server);

  return {
    url: `ws://${host}/subscribe`,
    asked,
    connections: () => asked.length,
    open: () => clients.size,
    most: () => most,
    pings: () => pings,
    pongs: () => pongs,
    sockets,
    bytes: () => bytes,
    say(message) {
      for (const client of clients.keys()) client.send(message);
    },
    push(...more) {
      for (const event of more) {
        events.push(event);
        if (manner.silent !== true) for (const client of clients.keys()) send(client, event);
      }
    },
    behave(next) {
      manner = next;
    },
    forget(keep) {
      events.splice(0, Math.max(0, events.length - keep));
    },
    drop,
    async close() {
      flat.close();
      deflating.close();
      await close();
    },
  };
}
