// An address that stays while the server behind it goes and comes back: a port that is let go for a moment may be somebody
// else's when it is wanted again.
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface Front {
  readonly url: string;
  /** Leads what comes from now on to this server; null: nobody is there, and what is open breaks. */
  lead(url: string | null): void;
  close(): Promise<void>;
}

export async function openFront(): Promise<Front> {
  const open = new Set<Socket>();
  let port: number | null = null;
  const breakAll = (): void => {
    for (const socket of open) socket.destroy();
  };
  const server = createServer((near) => {
    if (port === null) return void near.on('error', () => {}).destroy();
    const far = connect(port, '127.0.0.1');
    for (const [one, other] of [[near, far], [far, near]] as const) {
      open.add(one);
      one.on('error', () => {}).on('close', () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lead(url) {
      port = url === null ? null : Number(new URL(url).port);
      if (port === null) breakAll();
    },
    async close() {
      breakAll();
      await new Promise((settle) => server.close(settle));
    },
  };
}
