// A server as a child process: ready when it answers, stopped when its parent is gone, its faults at hand for tests
// (freeze, kill). What the server is belongs to kafka.ts and redis.ts.
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freeze } from './freeze.ts';

export interface ServerCommand {
  /** In messages. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The server's own folder: its log is written there; the watchdog removes the folder when the parent dies. */
  readonly folder: string;
  /** Whether the server answers over the wire. */
  readonly answers: () => Promise<boolean>;
  /** How long it may take to answer, ms. */
  readonly readyMs: number;
}

export interface ChildServer {
  readonly pid: number;
  /** Freezes the process as it stands (SIGSTOP); resolves when all of it does. */
  pause(): Promise<void>;
  resume(): void;
  /** SIGTERM; resolves when the process is gone. */
  end(): Promise<void>;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
}

/** A server that can be broken on purpose, and started again at its address. */
export interface OwnServer {
  /** Process of the server; null while there is none, and for one that is not ours. */
  pid(): number | null;
  /** SIGSTOP: connections stay open and nothing answers. Resolves when nothing does. */
  pause(): Promise<void>;
  resume(): void;
  /** SIGTERM; resolves when the process has ended in order. */
  end(): Promise<void>;
  /** SIGKILL; resolves when the process is gone. The address stays for `restart`. */
  kill(): Promise<void>;
  /** Kills it if it runs, starts it again at its address, and waits until it answers. */
  restart(): Promise<void>;
  /** Ends it and removes its folder. Idempotent; one that is not ours is left alone. */
  stop(): Promise<void>;
}

/** Prepares and starts a server of our own; `remove` takes its folder away, also where it does not start. */
export async function startOwnServer(server: ServerCommand, remove: () => void, prepare: () => Promise<void> = async () => {}): Promise<OwnServer> {
  let running: ChildServer | undefined;
  const start = async (): Promise<void> => {
    running = await startServer(server);
  };
  try {
    await prepare();
    await start();
  } catch (error) {
    remove();
    throw error;
  }
  return {
    pid: () => running?.pid ?? null,
    pause: async () => running?.pause(),
    resume: () => running?.resume(),
    end: async () => running?.end(),
    kill: async () => running?.kill(),
    async restart() {
      await running?.kill();
      await start();
    },
    async stop() {
      await running?.kill();
      running = undefined;
      remove();
    },
  };
}

/** Starts the server and waits until it answers. Throws with the end of its log when it ends or stays silent. */
export async function startServer(server: ServerCommand): Promise<ChildServer> {
  const log = join(server.folder, 'server.log');
  const output = openSync(log, 'a');
  // its own process group: Ctrl-C in a terminal reaches us, and we stop it in order
  const child = spawn(server.command, server.args, { cwd: server.folder, stdio: ['ignore', output, output], detached: true });
  closeSync(output);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  let how: string | undefined;
  void ended.then((reason) => (how = reason));
  const watchdog = child.pid === undefined ? undefined : watch(child.pid, server.folder);
  const kill = async (): Promise<void> => {
    // first the watchdog: the number of an ended process may soon be another's
    watchdog?.kill('SIGKILL');
    if (how === undefined) child.kill('SIGKILL');
    await ended;
  };
  const end = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  const fail = async (reason: string): Promise<never> => {
    await kill();
    throw new Error(`${server.name} did not start: ${reason}.\n${readFileSync(log, 'utf8').split('\n').slice(-25).join('\n')}`);
  };
  const deadline = Date.now() + server.readyMs;
  while (how === undefined) {
    if (await server.answers()) return { pid: child.pid!, end, kill, pause: () => freeze(child.pid!), resume: () => void child.kill('SIGCONT') };
    if (Date.now() > deadline) return fail(`no answer within ${server.readyMs} ms`);
    await Promise.race([wait(50), ended]);
  }
  return fail(how);
}

/**
 * A shell that waits for its standard input to end, which happens when we die, however we die; then it kills the server
 * and removes its folder. In a session of its own, so that no signal meant for us ends it before.
 */
function watch(pid: number, folder: string): ChildProcess {
  // gone for 10 s at most: where nobody reaps the dead, a killed process looks alive for ever
  const script = 'cat >/dev/null; kill -9 "$1"; n=0; while kill -0 "$1" 2>/dev/null && [ $n -lt 100 ]; do n=$((n+1)); sleep 0.1; done; rm -rf "$2"';
  const watchdog = spawn('/bin/sh', ['-c', script, 'sh', String(pid), folder], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  watchdog.on('error', () => {});
  watchdog.stdin.on('error', () => {});
  // neither the shell nor its pipe keeps us alive: the server itself does, until it is stopped
  watchdog.unref();
  (watchdog.stdin as typeof watchdog.stdin & { unref(): void }).unref();
  return watchdog;
}
