// A server on a free port of this machine, with its connections known: so that a fake can break them all, and a test can see
// that none was left open.
import type { Server } from 'node:http';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface Loopback {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** Connections that stand. */
  readonly sockets: () => number;
  /** Breaks all connections. */
  drop(): void;
  /** Breaks all connections and listens no more. */
  close(): Promise<void>;
}

export async function listenOnLoopback(server: Server): Promise<Loopback> {
  const sockets = new Set<Socket>();
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
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    sockets: () => sockets.size,
    drop,
    async close() {
      drop();
      await new Promise((settle) => server.close(settle));
    },
  };
}

/**
 * A port of this machine at which nobody listens until it is let go. One that was merely free a moment ago may be somebody
 * else's by now; this one is taken, by our own end of a connection.
 */
export async function holdDeafPort(): Promise<{ readonly port: number; letGo(): void }> {
  const server = createServer();
  await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle));
  const accepted = new Promise<Socket>((settle) => server.on('connection', settle));
  const held = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const other = await accepted;
  for (const one of [held, other]) one.on('error', () => {});
  return {
    port: other.remotePort!,
    letGo() {
      held.destroy();
      other.destroy();
      server.close();
    },
  };
}
