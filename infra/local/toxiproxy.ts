// A real Toxiproxy (Shopify) for tests: a proxy on loopback before one address, whose connections can be slowed, cut and
// closed late. It is built once by Go and kept in the user's cache; where there is no Go there is none.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from './child-server.ts';
import { cacheFolder } from './kafka-jars.ts';
import { freePort } from './ports.ts';
import { findProgram } from './programs.ts';

/** The version that is built. */
export const toxiproxyVersion = '2.12.0';
const builtFrom = `github.com/Shopify/toxiproxy/v2/cmd/server@v${toxiproxyVersion}`;
const readyMs = 20_000;

export interface Toxiproxy {
  /** A question and its answer take this much longer together, ms, give or take a tenth. */
  latency(ms: number): Promise<void>;
  /** Every connection is closed and none is accepted. */
  cut(): Promise<void>;
  /** A side that closes is heard of only so much later, ms. */
  slowClose(ms: number): Promise<void>;
  /** As if nothing had been. */
  heal(): Promise<void>;
  /** What it does now, as it says itself. */
  toxics(): Promise<string[]>;
  /** Idempotent. */
  stop(): Promise<void>;
}

/** Path of the program, built first where it is missing; undefined where there is no Go. Throws when it can't be built. */
export function bringToxiproxy(say: (line: string) => void, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const folder = join(cacheFolder(env), `toxiproxy-${toxiproxyVersion}`);
  const program = join(folder, 'server');
  if (existsSync(program)) return program;
  const go = findProgram('go', env);
  if (go === undefined) return undefined;
  say(`building Toxiproxy ${toxiproxyVersion} with Go, once ...`);
  const run = spawnSync(go, ['install', builtFrom], { env: { ...env, GOBIN: folder }, encoding: 'utf8' });
  if (run.status === 0) return program;
  throw new Error(`Toxiproxy could not be built from ${builtFrom}: ${run.stderr ?? run.error?.message}`);
}

/** Listens on `port` of loopback and passes on to `upstream` (host:port). */
export async function startToxiproxy(program: string, port: number, upstream: string): Promise<Toxiproxy> {
  const folder = mkdtempSync(join(tmpdir(), 'outcry-toxiproxy-'));
  const ownPort = await freePort();
  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const answer = await fetch(`http://127.0.0.1:${ownPort}${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    if (!answer.ok) throw new Error(`Toxiproxy answered ${answer.status} to ${method} ${path}: ${await answer.text()}`);
    return answer.status === 204 ? undefined : answer.json();
  };
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  const server = await startServer({
    name: 'Toxiproxy', command: program, args: ['-host', '127.0.0.1', '-port', String(ownPort)], folder, readyMs,
    answers: () => ask('GET', '/proxies').then(() => true, () => false),
  }).catch((error: unknown) => {
    remove();
    throw error;
  });
  const proxy = '/proxies/faults';
  const add = (type: string, stream: 'upstream' | 'downstream', attributes: object) => ask('POST', `${proxy}/toxics`, { name: `${type}-${stream}`, type, stream, attributes });
  const toxics = async () => (await ask('GET', `${proxy}/toxics`) as { name: string }[]).map(({ name }) => name);
  await ask('POST', '/proxies', { name: 'faults', listen: `127.0.0.1:${port}`, upstream, enabled: true });
  return {
    async latency(ms) {
      // half of it each way
      for (const stream of ['upstream', 'downstream'] as const) await add('latency', stream, { latency: Math.round(ms / 2), jitter: Math.round(ms / 10) });
    },
    async cut() {
      await ask('POST', proxy, { enabled: false });
    },
    async slowClose(ms) {
      for (const stream of ['upstream', 'downstream'] as const) await add('slow_close', stream, { delay: ms });
    },
    async heal() {
      for (const name of await toxics()) await ask('DELETE', `${proxy}/toxics/${name}`);
      await ask('POST', proxy, { enabled: true });
    },
    toxics,
    async stop() {
      await server.kill();
      remove();
    },
  };
}
