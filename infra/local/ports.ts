// Ports on loopback for servers that are killed and come back to the same address.
import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:net';

// Below the range from which Linux gives ports to outgoing connections (32768 and up): while a server is down, a client
// that keeps trying could otherwise be given its port, or even connect to itself.
const lowest = 15_000;
const twins = 23_500;

/**
 * A port on 127.0.0.1 that nobody listens on: `wanted` where it is free, else any, which no caller of this function is
 * given again on this machine while this process lives, whether its server has begun to listen, runs, or is down.
 */
export async function freePort(wanted?: number): Promise<number> {
  if (wanted !== undefined && (await isFree(wanted))) return wanted;
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(lowest, twins);
    // who listens on the twin of a port has the port: the system lets one only, and lets go when that one ends
    const twin = await listen(port - lowest + twins);
    if (twin === undefined) continue;
    if (await isFree(port)) {
      twin.unref();
      return port;
    }
    twin.close();
  }
  throw new Error(`no free port between ${lowest} and ${twins} on 127.0.0.1: end what holds them.`);
}

async function isFree(port: number): Promise<boolean> {
  const probe = await listen(port);
  if (probe === undefined) return false;
  await new Promise((resolve) => probe.close(resolve));
  return true;
}

function listen(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
