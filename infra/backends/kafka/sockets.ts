// The sockets of one link to the cluster, so that they can be cut: what hangs on a lost connection must not hold us up,
// and what we have given up must not reach the cluster later.
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';

const keepAliveMs = 60_000;

/** As kafkajs asks for a socket. */
interface Wish {
  readonly host: string;
  readonly port: number;
  readonly ssl?: boolean | ConnectionOptions | null;
  readonly onConnect: () => void;
}

export interface Sockets {
  readonly factory: (wish: Wish) => Socket;
  /** Cuts what is still open. Nothing can be opened after it. */
  cut(): void;
}

export function createSockets(): Sockets {
  const open = new Set<Socket>();
  let givenUp = false;
  return {
    factory({ host, port, ssl, onConnect }) {
      // kafkajs dials on in the background whoever has let go of it: nobody would ever close that socket
      if (givenUp) throw new Error('this connection was given up');
      const options = typeof ssl === 'object' && ssl !== null ? ssl : {};
      const encrypted = ssl !== undefined && ssl !== null && ssl !== false;
      const socket = !encrypted ? connectPlain({ host, port }, onConnect) : connectTls({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}), ...options }, onConnect);
      socket.setKeepAlive(true, keepAliveMs);
      // requests follow each other on one connection: none waits for the former one's acknowledgement
      socket.setNoDelay(true);
      open.add(socket);
      socket.once('close', () => open.delete(socket));
      return socket;
    },
    cut() {
      givenUp = true;
      for (const socket of open) socket.destroy(new Error('this connection was given up'));
    },
  };
}
