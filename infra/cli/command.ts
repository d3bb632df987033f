// What the commands share: the configuration they work with, files they read, and how they say what is wrong.
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { SingleBar } from 'cli-progress';
import { Option } from 'commander';
import { parseConfig, readConfig, type Config } from '../config.ts';
import type { Problem } from '../config-place.ts';

/** Something a person can mend; its message says what and how. Printed without a stack. */
export class CommandProblem extends Error {}

export const defaultConfigFile = 'outcry.yaml';

export const configOption = (): Option => new Option('--config <file>', `configuration file (default: ${defaultConfigFile}, if there is one)`);

/** A problem on one line: place, what, mend. */
export function problemLine(file: string, { line, message }: Problem): string {
  return `${file}:${line}: ${message}`;
}

/** The configuration of --config, else of ./outcry.yaml, else the defaults. Throws a CommandProblem with every problem. */
export function loadConfig(file: string | undefined): Config {
  const path = file ?? (existsSync(defaultConfigFile) ? defaultConfigFile : undefined);
  const read = path === undefined ? parseConfig('', null, process.env) : readConfig(resolve(path), process.env);
  if ('config' in read) return read.config;
  throw new CommandProblem(`the configuration can't be used:\n${read.problems.map((problem) => problemLine(path ?? 'defaults', problem)).join('\n')}`);
}

/** A whole file, or standard input for `-`. */
export function readInput(file: string): Buffer {
  try {
    return readFileSync(file === '-' ? 0 : file);
  } catch (error) {
    throw new CommandProblem(`can't read ${file}: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`);
  }
}

/** A progress bar on a terminal; nothing elsewhere. */
export function createProgress(what: string): { to(done: number, of: number): void; end(): void } {
  if (!process.stderr.isTTY) return { to() {}, end() {} };
  const bar = new SingleBar({ format: `${what} {bar} {percentage} % | {value}/{total} | {eta_formatted} left`, stream: process.stderr, clearOnComplete: true });
  let started = false;
  return {
    to(done, of) {
      if (!started) bar.start(of, done);
      else bar.update(done);
      started = true;
    },
    end() {
      if (started) bar.stop();
    },
  };
}

/** ISO 8601 UTC, or null. */
export const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** Local time with its zone, for people. */
export const local = (ms: number): string => new Date(ms).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'long' });
