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

const port = (text: string): number => {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < 0 || value > 65_535) throw new CommandProblem(`--port takes a whole number from 0 to 65535, not ${text}`);
  return value;
};

export const portOption = (): Option => new Option('--port <n>', "port of the board (default: the configuration's)").argParser(port);

/** How fast to play, for an option's `argParser`: a factor of the posts' own time, or as fast as it goes. */
export const speed = (text: string): number | 'max' => {
  const value = Number(text);
  if (text !== 'max' && !(value > 0)) throw new CommandProblem(`--speed takes a number over 0 or max, not ${text}`);
  return text === 'max' ? text : value;
};

/** What is wrong where nothing can be heard with a configuration, since none of its sources brings posts; null else. */
export function deafness({ sources }: Config): string | null {
  if (sources.some(({ definition }) => (definition.carries ?? 'posts') === 'posts')) return null;
  return 'no source of posts, so nothing will be heard: name one under `sources` (`outcry init` writes some that need no account)';
}

/** A problem on one line: place, what, mend. */
export function problemLine(file: string, { line, message }: Problem): string {
  return `${file}:${line}: ${message}`;
}

/** Sections that a command beside a running Outcry does not read: it opens no source and no channel, so their secrets need not be at hand. */
export const notBeside: readonly string[] = ['sources', 'channels', 'routes'];
/** Sections that a command does not read which works on files alone. */
export const notOnFiles: readonly string[] = [...notBeside, 'backend', 'kafka', 'redis', 'privacy', 'data', 'storage', 'listen', 'publicUrl'];

/** The configuration of --config, else of ./outcry.yaml, else the defaults, without the sections `unread`. Throws a CommandProblem with every problem. */
export function loadConfig(file: string | undefined, unread: readonly string[] = []): Config {
  const path = file ?? (existsSync(defaultConfigFile) ? defaultConfigFile : undefined);
  const read = path === undefined ? parseConfig('', null, process.env) : readConfig(resolve(path), process.env, unread);
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

/** What could not be read, by reason. */
export const droppedLines = (dropped: Readonly<Record<string, number>>): string[] => Object.entries(dropped).map(([reason, count]) => `${count} lines dropped: ${reason}`);
