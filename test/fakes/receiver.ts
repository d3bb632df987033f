// A webhook receiver on a real socket that can be well, wrong, slow or down, and remembers what it was sent.
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The status it was answered with; null while it hangs. */
  readonly status: number | null;
}

/** How to answer: a status with headers and text; `hang` never answers; `cut` breaks the connection; `flood` never ends its body. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly text?: string;
  readonly manner?: 'hang' | 'cut' | 'flood';
}

export interface Receiver {
  readonly url: string;
  readonly received: readonly Received[];
  /** Connections that were ever opened. */
  readonly connections: () => number;
  /** Changes how it answers from now on. */
  behave(answer: (body: string, headers: IncomingHttpHeaders) => Answer): void;
  /** Resolves once what it has received makes `enough` true. */
  until(enough: (received: readonly Received[]) => boolean): Promise<void>;
  /** Resolves once all that a sender who is gone still had on its way has come. */
  rest(): Promise<void>;
  close(): Promise<void>;
}

/** Listens on a free loopback port; answers 200 until told otherwise. */
export async function openReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  const watchers = new Set<() => void>();
  let opened = 0;
  let answer: (body: string, headers: IncomingHttpHeaders) => Answer = () => ({});

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const { status = 200, headers = {}, text = 'ok', manner } = answer(body, request.headers);
      received.push({ headers: request.headers, body, status: manner === 'hang' || manner === 'cut' ? null : status });
      if (manner === 'cut') request.socket.destroy();
      else if (manner === 'flood') {
        response.writeHead(status, headers);
        const pour = (): void => {
          while (!response.destroyed && response.write('x'.repeat(16_384)));
        };
        response.on('drain', pour);
        pour();
      } else if (manner !== 'hang') response.writeHead(status, headers).end(text);
      for (const look of watchers) look();
    });
  });
  server.on('connection', (socket) => {
    opened += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
  });
  await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    connections: () => opened,
    behave(next) {
      answer = next;
    },
    until: (enough) =>
      new Promise((settle) => {
        const look = (): void => {
          if (!enough(received)) return;
          watchers.delete(look);
          settle();
        };
        watchers.add(look);
        look();
      }),
    async rest() {
      // who knocks now is let in after all that knocked before
      await new Promise<void>((settle) => connect(port, '127.0.0.1').on('error', () => {}).on('close', () => settle()).resume().end());
      while (sockets.size > 0) await new Promise((settle) => setTimeout(settle, 5));
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((settle) => server.close(settle));
    },
  };
}
