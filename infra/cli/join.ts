// How a command beside a running Outcry reads and writes its log.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import pino from 'pino';
import { databaseFile, openBackend, type Backend } from '../backends/index.ts';
import { demonstrationFolder } from '../data-folder.ts';
import { CommandProblem, loadConfig, notBeside } from './command.ts';

/** The configured log and store, without taking them over. */
export async function joinBackend(file: string | undefined): Promise<Backend> {
  const config = loadConfig(file, notBeside);
  const log = pino({ level: 'warn' }, pino.destination({ dest: 2, sync: true }));
  if (config.backend !== 'embedded') return openBackend(config, 'join', log);
  // without a configuration what ran here was the demonstration
  const data = config.file === null ? resolve(demonstrationFolder) : config.data;
  const database = databaseFile(data);
  if (!existsSync(database)) throw new CommandProblem(`there is no ${database} yet: start Outcry first, or name its configuration with --config`);
  return openBackend({ ...config, data }, 'join', log);
}
