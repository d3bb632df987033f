// The workers of a fault run as child processes, by their instance's name: started, killed, frozen, asked how they are.
import { setTimeout as wait } from 'node:timers/promises';
import { startOutcry, type Child } from '../child.ts';

export type Role = 'ingest' | 'detector' | 'notifier';

export interface Crew {
  /** Starts a worker, or starts it again after its end. */
  start(role: Role, instance: string): void;
  child(instance: string): Child;
  instances(): string[];
  /** Where it answers requests; null until it does. */
  address(instance: string): string | null;
  /** Sends a signal and gives how the process ended. */
  end(instance: string, signal: 'SIGKILL' | 'SIGTERM'): Promise<number | string>;
  /** Ended on purpose, and not to be asked any more. */
  dismiss(instance: string): Promise<number | string>;
  /** Its metrics; null while it does not answer. */
  metrics(instance: string): Promise<string | null>;
  /** Parts of a role that it works at, live. */
  parts(instance: string, role: string): Promise<string[]>;
  /** Records that its folds have before them; null while it does not answer or is not ready. */
  lag(instance: string): Promise<number | null>;
  /** Lines of all its lives that hold the words. */
  said(instance: string, words: string): number;
  /** What it wrote to its log in all its lives. */
  log(instance: string): string;
  /** Workers that ended by themselves and were started again, as a supervisor does, with their last words. */
  fallen(): readonly string[];
  stop(): Promise<void>;
}

const askMs = 2_000;
const againMs = 1_000;
const endMs = 45_000;

/** What workers on one broker and one Redis are configured alike; sources, services and channels are the test's. */
export const crewConfig = (brokers: readonly string[], redisUrl: string) => ({
  data: './data', listen: { port: 0 }, logLevel: 'info', backend: 'kafka',
  kafka: { brokers, replicationFactor: 1, minInsyncReplicas: 1 },
  redis: { url: redisUrl },
  privacy: { authorKey: 'one key for all the workers' },
});

/** `configs`: the file for each role. */
export function createCrew(cwd: string, configs: Readonly<Record<Role, string>>): Crew {
  const workers = new Map<string, { role: Role; child: Child; before: string; onPurpose: boolean }>();
  const fallen: string[] = [];

  function start(role: Role, instance: string): void {
    const former = workers.get(instance);
    const args = ['run', '--config', configs[role], '--role', role, '--instance', instance, '--port', '0', ...(role === 'ingest' ? ['--exit'] : [])];
    const child = startOutcry(args, { cwd });
    const worker = { role, child, before: former === undefined ? '' : former.before + former.child.errors(), onPurpose: false };
    workers.set(instance, worker);
    void child.ended.then(async (how) => {
      if (how === 0 || worker.onPurpose) return;
      fallen.push(`${instance} ended with ${how}: ${child.errors().trimEnd().split('\n').at(-1)?.slice(0, 200)}`);
      await wait(againMs);
      if (!worker.onPurpose && workers.get(instance) === worker) start(role, instance);
    });
  }

  const address = (instance: string): string | null => /^(?:Board|Health and metrics): (\S+)$/m.exec(workers.get(instance)?.child.output() ?? '')?.[1] ?? null;

  async function ask(instance: string, path: string): Promise<Response | null> {
    const at = address(instance);
    if (at === null) return null;
    return fetch(`${at}${path}`, { signal: AbortSignal.timeout(askMs) }).catch(() => null);
  }

  async function metrics(instance: string): Promise<string | null> {
    const answer = await ask(instance, '/metrics');
    return answer === null ? null : answer.text().catch(() => null);
  }

  function logOf(instance: string): string {
    const worker = workers.get(instance);
    return worker === undefined ? '' : worker.before + worker.child.errors();
  }

  const end = async (instance: string, signal: 'SIGKILL' | 'SIGTERM'): Promise<number | string> => {
    const worker = workers.get(instance)!;
    const { child } = worker;
    worker.onPurpose = true;
    child.process.kill(signal);
    const late = wait(endMs, undefined, { ref: false }).then(() => {
      child.process.kill('SIGKILL');
      throw new Error(`${instance} did not end within ${endMs / 1000} s of ${signal}`);
    });
    return Promise.race([child.ended, late]);
  };

  return {
    start, metrics, end, address,
    child: (instance) => workers.get(instance)!.child,
    instances: () => [...workers.keys()],
    async dismiss(instance) {
      const how = await end(instance, 'SIGTERM');
      workers.delete(instance);
      return how;
    },
    async parts(instance, role) {
      const text = (await metrics(instance)) ?? '';
      return [...text.matchAll(/^outcry_role_live\{role="([^"]*)",part="([^"]*)"\} 1$/gm)].filter(([, of]) => of === role).map(([, , part]) => part!);
    },
    async lag(instance) {
      if ((await ask(instance, '/readyz'))?.ok !== true) return null;
      const text = await metrics(instance);
      return text === null ? null : [...text.matchAll(/^outcry_role_lag_records\{.*\} (\S+)$/gm)].reduce((sum, [, lag]) => sum + Number(lag), 0);
    },
    said: (instance, words) => logOf(instance).split('\n').filter((line) => line.includes(words)).length,
    log: logOf,
    fallen: () => fallen,
    async stop() {
      for (const worker of workers.values()) worker.onPurpose = true;
      for (const { child } of workers.values()) child.process.kill('SIGKILL');
      await Promise.all([...workers.values()].map(({ child }) => child.ended));
    },
  };
}

/** Asks again and again; throws with `what` when it does not come true in time. */
export async function until(what: string, patienceMs: number, holds: () => boolean | Promise<boolean>): Promise<number> {
  const began = performance.now();
  while (!(await holds())) {
    if (performance.now() - began > patienceMs) throw new Error(`${what} did not come within ${patienceMs / 1000} s`);
    await wait(100);
  }
  return performance.now() - began;
}
