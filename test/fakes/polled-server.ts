// What the fakes of services that are polled have in common: a web server on a real socket that answers as it is told, or
// is unwell in the ways that a server can be.
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { gzipSync } from 'node:zlib';
import { listenOnLoopback } from './loopback.ts';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Told {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface Unwell {
  /** Takes the question and never answers. */
  readonly mute?: boolean;
  /** Begins an answer and never ends it. */
  readonly endless?: boolean;
  /** Answers this instead. */
  readonly instead?: Told;
  /** Breaks the connection after so many bytes of the body. */
  readonly cutAfter?: number;
  /** Sends the body packed. */
  readonly gzip?: boolean;
}

export interface PolledServer {
  readonly url: string;
  /** What its clock shows, ms, in each answer; undefined: it does not say. */
  tellTime(nowMs: number | undefined): void;
  readonly asked: readonly Asked[];
  /** Connections that are open now. */
  readonly open: () => number;
  /** How it is from now on, asked for each question; undefined: well. */
  behave(how: (asked: Asked) => Unwell | undefined): void;
  close(): Promise<void>;
}

/** Listens on a free loopback port and answers by `answer` while it is well. */
export async function openPolledServer(answer: (asked: Asked) => Told): Promise<PolledServer> {
  const asked: Asked[] = [];
  let clockMs: number | undefined;
  let behaviour: (asked: Asked) => Unwell | undefined = () => undefined;

  const server = createServer((request, response) => {
    response.sendDate = false;
    if (clockMs !== undefined) response.setHeader('date', new Date(clockMs).toUTCString());
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://localhost');
      const one: Asked = { method: request.method ?? '', path: url.pathname, query: url.searchParams, headers: request.headers, body: Buffer.concat(chunks).toString('utf8') };
      asked.push(one);
      const unwell = behaviour(one) ?? {};
      if (unwell.mute === true) return;
      const { status = 200, headers = {}, body = '' } = unwell.instead ?? answer(one);
      const bytes = unwell.gzip === true ? gzipSync(body) : Buffer.from(body);
      const packed = unwell.gzip === true ? { 'content-encoding': 'gzip' } : {};
      if (unwell.endless === true) {
        response.writeHead(status, { ...headers, ...packed });
        response.write(bytes.subarray(0, 100));
      } else if (unwell.cutAfter !== undefined) {
        response.writeHead(status, { ...headers, ...packed, 'content-length': bytes.length });
        response.write(bytes.subarray(0, unwell.cutAfter), () => request.socket.destroy());
      } else response.writeHead(status, { ...headers, ...packed }).end(bytes);
    });
  });
  const { host, sockets, close } = await listenOnLoopback(server);

  return {
    url: `http://${host}`,
    asked,
    open: sockets,
    tellTime(nowMs) {
      clockMs = nowMs;
    },
    behave(how) {
      behaviour = how;
    },
    close,
  };
}
