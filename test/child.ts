// Outcry as a child process, as a person starts it: the same command line, its output, its end.
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

const main = join(import.meta.dirname, '..', 'infra', 'cli', 'main.ts');

export interface Child {
  readonly process: ChildProcess;
  readonly output: () => string;
  readonly errors: () => string;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  /** Resolves with the first line that matches; rejects when the process ends before. */
  line(pattern: RegExp): Promise<RegExpExecArray>;
}

/** Starts `outcry ARGS` in `cwd`; `uid` to run as another user. */
export function startOutcry(args: readonly string[], options: { cwd: string; env?: NodeJS.ProcessEnv; uid?: number; stdin?: string }): Child {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning', main, ...args], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: [options.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
  });
  if (options.stdin !== undefined) child.stdin!.end(options.stdin);
  let output = '';
  let errors = '';
  const watchers = new Set<() => void>();
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    for (const look of watchers) look();
  });
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.on('close', (code, signal) => resolve(code ?? signal!));
  });
  return {
    process: child,
    output: () => output,
    errors: () => errors,
    ended,
    line(pattern) {
      return new Promise((resolve, reject) => {
        const look = (): void => {
          const found = pattern.exec(output);
          if (found === null) return;
          watchers.delete(look);
          resolve(found);
        };
        watchers.add(look);
        look();
        void ended.then((how) => reject(new Error(`outcry ended (${how}) before ${pattern}: ${output.slice(-2_000)}${errors.slice(-2_000)}`)));
      });
    },
  };
}

/** Runs `outcry ARGS` to its end. */
export async function runOutcry(args: readonly string[], options: { cwd: string; env?: NodeJS.ProcessEnv; uid?: number; stdin?: string }): Promise<{ code: number | NodeJS.Signals; output: string; errors: string }> {
  const child = startOutcry(args, options);
  const code = await child.ended;
  return { code, output: child.output(), errors: child.errors() };
}
