// A real Redis for development and tests: on loopback, nothing on disk. Or the one that REDIS_URL names.
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OwnServer, startOwnServer } from './child-server.ts';
import { freePort } from './ports.ts';
import { bringProgram, type Program } from './programs.ts';

export interface LocalRedisOptions {
  /** true starts one of our own even where REDIS_URL names one: for tests that freeze, fill and kill it. */
  readonly own?: boolean;
  /** Wanted port; any free one when it is taken or not given. */
  readonly port?: number;
  /** Further arguments of redis-server, such as `--maxmemory 4mb`. */
  readonly args?: readonly string[];
  /** Hears what takes a while. */
  readonly say?: (line: string) => void;
}

/** `restart` begins with an empty one. */
export interface LocalRedis extends OwnServer {
  readonly url: string;
  /** Sends one command, without login, and gives the raw answer (RESP 2): for what a client of the Store may not do. */
  command(...words: readonly string[]): Promise<string>;
}

const redisProgram: Program = {
  name: 'redis-server',
  debianPackage: 'redis-server',
  byHand:
    'Install Redis 6.2 or newer (Debian, Ubuntu: `apt-get install redis-server`; macOS: `brew install redis`), or start one elsewhere and name it, ' +
    'for instance `docker run -p 6379:6379 redis:7` and `REDIS_URL=redis://127.0.0.1:6379`.',
};
const readyMs = 20_000;

/** The program, installed where it is missing. Throws one error that says what to install. */
export const bringRedis = (say: (line: string) => void): string => bringProgram(redisProgram, say);

/** Starts a Redis, or takes the one of REDIS_URL. Throws one error that says what to install or what is unreachable. */
export async function startRedis(options: LocalRedisOptions = {}): Promise<LocalRedis> {
  const named = (process.env['REDIS_URL'] ?? '').trim();
  if (named !== '' && options.own !== true) return takeRedis(named);
  const command = bringRedis(options.say ?? (() => {}));
  const folder = mkdtempSync(join(tmpdir(), 'outcry-redis-'));
  const port = await freePort(options.port);
  const args = ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--appendonly', 'no', '--dir', folder, ...(options.args ?? [])];
  const server = await startOwnServer(
    { name: 'Redis', command, args, folder, readyMs, answers: () => answersAsRedis('127.0.0.1', port) },
    () => rmSync(folder, { recursive: true, force: true }),
  );
  return {
    ...server,
    url: `redis://127.0.0.1:${port}`,
    command: (...words) => sendCommand('127.0.0.1', port, words),
  };
}

async function takeRedis(url: string): Promise<LocalRedis> {
  const address = URL.parse(url);
  if (address === null) throw new Error('REDIS_URL is no address: write it as redis://host:port.');
  const { hostname, port, protocol } = address;
  // over TLS the first word is not ours to say: the client finds out
  if (protocol !== 'rediss:' && !(await answersAsRedis(hostname, Number(port === '' ? 6379 : port)))) {
    throw new Error(`REDIS_URL names ${hostname}:${port}, and nothing answers there as Redis: start it, or unset REDIS_URL to use a local one.`);
  }
  const refuse = (): never => {
    throw new Error('this Redis comes from REDIS_URL and is not ours to stop: ask for one with `own: true`.');
  };
  return { url, pid: () => null, command: async () => refuse(), pause: refuse, resume: refuse, end: refuse, kill: refuse, restart: refuse, stop: async () => {} };
}

/** Whether PING is answered, be it by a demand for a password. False also on silence of 2 s. */
function answersAsRedis(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const settle = (found: boolean): void => {
      socket.destroy();
      resolve(found);
    };
    socket.setTimeout(2_000, () => settle(false));
    socket.on('error', () => settle(false));
    socket.on('close', () => settle(false));
    socket.on('connect', () => socket.write('PING\r\n'));
    socket.once('data', (answer) => settle(/^(?:\+PONG|-NOAUTH)/.test(answer.toString('latin1'))));
  });
}

/** The answer to one command, without that to the QUIT which ends the connection. */
function sendCommand(host: string, port: number, words: readonly string[]): Promise<string> {
  const encode = (all: readonly string[]): string => `*${all.length}\r\n${all.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port }, () => socket.write(encode(words) + encode(['QUIT'])));
    let answer = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(answer.replace(/\+OK\r\n$/, '')));
  });
}
