// The network between workers and broker, to be broken on purpose: Toxiproxy where Go can build it, else a small proxy of
// our own that does the same three things. Shows by a connection of its own that a fault is really there.
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { bringToxiproxy, startToxiproxy, toxiproxyVersion, type Toxiproxy } from '../../infra/local/toxiproxy.ts';

export interface Network extends Toxiproxy {
  /** What it is made of, for reports. */
  readonly kind: string;
  /** ms from a question to Kafka through the proxy to its answer; null when there is none. */
  answerMs(): Promise<number | null>;
  /** ms from a message that makes Kafka hang up until the hanging up is heard of. */
  hangUpMs(): Promise<number>;
}

/** A proxy on loopback from `port` to `upstreamPort`. */
export async function startNetwork(port: number, upstreamPort: number, say: (line: string) => void): Promise<Network> {
  const program = bringToxiproxy(say);
  const proxy = program === undefined ? await startOwnProxy(port, upstreamPort) : await startToxiproxy(program, port, `127.0.0.1:${upstreamPort}`);
  return {
    ...proxy,
    kind: program === undefined ? 'a proxy of our own' : `Toxiproxy ${toxiproxyVersion}`,
    answerMs: () => ask(port, versionsRequest, 'data'),
    async hangUpMs() {
      const ms = await ask(port, nonsense, 'close');
      if (ms === null) throw new Error('Kafka did not hang up');
      return ms;
    },
  };
}

const patienceMs = 8_000;
// ApiVersions, version 0, correlation id 1, client id null
const versionsRequest = Buffer.from('0000000a0012000000000001ffff', 'hex');
// says that it is longer than any request may be
const nonsense = Buffer.from('7fffffff00', 'hex');

function ask(port: number, words: Buffer, until: 'data' | 'close'): Promise<number | null> {
  const began = performance.now();
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port }, () => socket.write(words));
    let answered = false;
    const settle = (ms: number | null): void => {
      resolve(ms);
      socket.destroy();
    };
    socket.setTimeout(patienceMs, () => settle(null));
    socket.on('error', () => settle(until === 'close' ? performance.now() - began : null));
    socket.on('data', () => {
      answered = true;
      if (until === 'data') settle(performance.now() - began);
    });
    socket.on('close', () => settle(until === 'close' || answered ? performance.now() - began : null));
  });
}

/** The same faults without Toxiproxy. */
export async function startOwnProxy(port: number, upstreamPort: number): Promise<Toxiproxy> {
  const open = new Set<Socket>();
  let delayMs = 0;
  let closeMs = 0;
  let isCut = false;

  function pass(from: Socket, to: Socket): void {
    // one after the other: what is held up stays in order
    let turn: Promise<unknown> = Promise.resolve();
    const then = (ms: () => number, job: () => void): void => {
      const due = performance.now() + ms();
      turn = turn.then(() => wait(Math.max(0, due - performance.now()))).then(job);
    };
    from.on('data', (chunk: Buffer) => then(() => delayMs / 2, () => void (to.destroyed || to.write(chunk))));
    from.on('close', () => then(() => closeMs, () => void to.end()));
    from.on('error', () => {});
  }

  const server = createServer((near) => {
    if (isCut) return void near.on('error', () => {}).destroy();
    const far = connect({ host: '127.0.0.1', port: upstreamPort });
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('close', () => open.delete(socket));
    }
    pass(near, far);
    pass(far, near);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const hangUp = (): void => {
    for (const socket of open) socket.destroy();
  };
  return {
    async latency(ms) {
      delayMs = ms;
    },
    async cut() {
      isCut = true;
      hangUp();
    },
    async slowClose(ms) {
      closeMs = ms;
    },
    async heal() {
      delayMs = closeMs = 0;
      isCut = false;
    },
    toxics: async () => [...(delayMs > 0 ? ['latency'] : []), ...(closeMs > 0 ? ['slow_close'] : []), ...(isCut ? ['cut'] : [])],
    async stop() {
      server.close();
      hangUp();
    },
  };
}
