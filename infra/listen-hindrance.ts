// Whether the web server can listen where it is told to: asked before anything is started or stopped for it.
import { createServer } from 'node:net';

/** Why the board can't listen there, or null. Port 0 takes any free one. */
export function listenHindrance({ host, port }: { readonly host: string; readonly port: number }): Promise<string | null> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code === 'EADDRINUSE' ? `port ${port} on ${host} is taken` : `can't listen on ${host} port ${port} (${code})`));
    probe.listen(port, host, () => probe.close(() => resolve(null)));
  });
}
