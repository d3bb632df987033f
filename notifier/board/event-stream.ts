// Server-sent events: numbered, resumable from a ring, kept alive, and never buffered without bound for a slow client.
// What the events say is board.ts's.
// Source: WHATWG HTML, 9.2 Server-sent events.
import type { ServerResponse } from 'node:http';

export interface StreamOptions {
  /** Tells this start of the process from others, so that an id of an earlier one is never taken for ours. */
  readonly boot: string;
  readonly maxClients: number;
  /** How many events can be made good after a lost connection. */
  readonly ringSize: number;
  /** A client with more unread bytes than this is cut off; it comes back by itself and resumes. */
  readonly maxBehindBytes: number;
}
export const streamLimits: Omit<StreamOptions, 'boot'> = { maxClients: 500, ringSize: 1_000, maxBehindBytes: 512 * 1024 };

/** Whom an event is for: everyone, or those who look at one service. */
export type Scope = { readonly service: string } | 'all';

export interface EventStream {
  /** Takes over a response and streams to it. False, with nothing written, when there are too many clients or the end has come. */
  connect(response: ServerResponse, service: string | null, lastEventId: string | null): boolean;
  /** An event that a client gets even if it was away for a while. */
  send(type: string, scope: Scope, data: unknown): void;
  /** An event that is worthless later. */
  pass(type: string, data: unknown): void;
  /** A comment that keeps proxies from closing the connection. */
  heartbeat(): void;
  clients(): number;
  /** Ends all connections and takes no more, so that a client that comes back at once can't hold up a stop. */
  close(): void;
}

interface Kept {
  readonly number: number;
  readonly scope: Scope;
  readonly text: string;
}

export function createEventStream(options: StreamOptions): EventStream {
  const clients = new Map<ServerResponse, string | null>();
  const ring: Kept[] = [];
  let number = 0;
  let closed = false;

  function write(response: ServerResponse, text: string): void {
    response.write(text);
    if (response.writableLength > options.maxBehindBytes) {
      clients.delete(response);
      response.destroy();
    }
  }

  function resume(response: ServerResponse, service: string | null, lastEventId: string | null): void {
    if (lastEventId === null) return;
    const last = lastEventId.startsWith(`${options.boot}-`) ? Number(lastEventId.slice(options.boot.length + 1)) : Number.NaN;
    const oldest = ring[0]?.number ?? number + 1;
    // Too long away, or from another start: what was missed can't be told one by one.
    const known = Number.isSafeInteger(last) && last <= number && last >= oldest - 1;
    const missed = known ? ring.filter((kept) => kept.number > last && isFor(kept.scope, service)) : [];
    const bytes = missed.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
    // Written in one turn, more than it may be behind would cut it off, and it would come back and miss the same again.
    if (!known || bytes > options.maxBehindBytes / 2) {
      write(response, frame('reload', {}, `${options.boot}-${number}`));
      return;
    }
    for (const { text } of missed) if (clients.has(response)) write(response, text);
  }

  return {
    connect(response, service, lastEventId) {
      if (closed || clients.size >= options.maxClients) return false;
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
        'x-content-type-options': 'nosniff',
        // Kept alive after its end it would hold up the server's stop for the keep-alive time.
        connection: 'close',
      });
      clients.set(response, service);
      response.on('close', () => clients.delete(response));
      response.on('error', () => clients.delete(response));
      write(response, `retry: 5000\nid: ${options.boot}-${number}\nevent: hello\ndata: {}\n\n`);
      resume(response, service, lastEventId);
      return true;
    },
    send(type, scope, data) {
      number += 1;
      const text = frame(type, data, `${options.boot}-${number}`);
      ring.push({ number, scope, text });
      if (ring.length > options.ringSize) ring.shift();
      for (const [response, service] of clients) if (isFor(scope, service)) write(response, text);
    },
    pass(type, data) {
      const text = frame(type, data, null);
      for (const response of clients.keys()) write(response, text);
    },
    heartbeat() {
      for (const response of clients.keys()) write(response, ':\n\n');
    },
    clients: () => clients.size,
    close() {
      closed = true;
      for (const response of clients.keys()) response.end();
      clients.clear();
    },
  };
}

function isFor(scope: Scope, service: string | null): boolean {
  return scope === 'all' || scope.service === service;
}

// JSON holds no raw line break, so a stranger's text can't begin a line of the stream.
function frame(type: string, data: unknown, id: string | null): string {
  return `${id === null ? '' : `id: ${id}\n`}event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}
