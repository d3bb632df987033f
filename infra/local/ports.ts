// Ports on loopback for servers that are killed and come back to the same address.
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

// Below the range from which Linux gives ports to outgoing connections (32768 and up): while a server is down, a client
// that keeps trying could otherwise be given its port, or even connect to itself.
const lowest = 15_000;
const past = 32_000;

/**
 * A port on 127.0.0.1 that nobody listens on: `wanted` where it is free, else any. No caller on this machine is given it
 * again while we live, whether its server has begun to listen, runs, or is down.
 */
export async function freePort(wanted?: number): Promise<number> {
  if (wanted !== undefined && (await isFree(wanted))) {
    // asked for by its number it may well be ours already
    await claim(wanted);
    return wanted;
  }
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(lowest, past);
    // first the claim: to look whether a port is free takes it for a moment, and its owner may want it just then
    if ((await claim(port)) && (await isFree(port))) return port;
  }
  throw new Error(`no free port between ${lowest} and ${past} on 127.0.0.1: end what holds them.`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

/** Marks a port as given out: false where it is. The mark is its UDP side, which no server here uses, and ends with our process. */
function claim(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const mark = createSocket('udp4');
    mark.on('error', () => {
      mark.close();
      resolve(false);
    });
    mark.bind({ port, address: '127.0.0.1', exclusive: true }, () => {
      mark.unref();
      resolve(true);
    });
  });
}
