// A Jetstream on a real socket (v1 dialect): keeps its events, replays them from a cursor, goes on live, and can be
// everything a server can be when it is not well. Real events come from test/data/jetstream, the rest is made up.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { WebSocketServer, type WebSocket } from 'ws';
import { cutAfter } from './cut-socket.ts';

export const goldenEvents: readonly string[] = readFileSync(join(import.meta.dirname, '../data/jetstream/golden_v1.jsonl'), 'utf8').trimEnd().split('\n');

export interface Manner {
  /** Takes the connection and never answers. */
  readonly mute?: boolean;
  /** Answers the upgrade with this status instead. */
  readonly refuse?: number;
  /** Neither events nor pings. */
  readonly silent?: boolean;
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
  /** Appends an event to the stream and sends it to whoever listens. A Buffer goes out as a binary frame. */
  push(...events: (string | Buffer)[]): void;
  behave(manner: Manner): void;
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

/** Listens on a free loopback port. */
export async function openJetstream(): Promise<Jetstream> {
  const events: (string | Buffer)[] = [];
  const asked: URLSearchParams[] = [];
  const clients = new Set<WebSocket>();
  const sockets = new Set<Socket>();
  let manner: Manner = {};
  let pings = 0;
  let most = 0;
  const server = createServer((_request, response) => response.writeHead(404).end());
  const upgrader = new WebSocketServer({ noServer: true });

  function send(client: WebSocket, event: string | Buffer): void {
    for (let i = 0; i < (manner.times ?? 1); i++) client.send(event, { binary: typeof event !== 'string' });
  }

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
    asked.push(new URL(request.url ?? '/', 'http://localhost').searchParams);
    if (manner.mute === true) return;
    if (manner.refuse !== undefined) {
      socket.end(`HTTP/1.1 ${manner.refuse} No\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const bytes = manner.cutAfterBytes?.();
    if (bytes !== undefined) cutAfter(socket, bytes);
    upgrader.handleUpgrade(request, socket, head, (client) => {
      clients.add(client);
      most = Math.max(most, clients.size);
      const { pingMs } = manner;
      const pinging = pingMs === undefined ? undefined : setInterval(() => {
        client.ping();
        pings += 1;
      }, pingMs);
      client.on('close', () => {
        clearInterval(pinging);
        clients.delete(client);
      });
      client.on('error', () => {});
      if (manner.silent !== true) play(client, asked.at(-1)!.get('cursor'));
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
  });
  await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle));
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
  };

  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/subscribe`,
    asked,
    connections: () => asked.length,
    open: () => clients.size,
    most: () => most,
    pings: () => pings,
    push(...more) {
      for (const event of more) {
        events.push(event);
        if (manner.silent !== true) for (const client of clients) send(client, event);
      }
    },
    behave(next) {
      manner = next;
    },
    drop,
    async close() {
      drop();
      upgrader.close();
      await new Promise((settle) => server.close(settle));
    },
  };
}
