// How a command beside a running Outcry reads and writes its log.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Bus } from '../../shared/bus.ts';
import { openEmbedded } from '../backends/index.ts';
import { databaseFile, demonstrationFolder } from '../data-folder.ts';
import { CommandProblem, loadConfig } from './command.ts';

/** The log of the configured data folder, without taking it over. */
export function joinBus(config: string | undefined): Bus {
  const { file: configured, data, partitions } = loadConfig(config);
  // without a configuration what ran here was the demonstration
  const file = databaseFile(configured === null ? resolve(demonstrationFolder) : data);
  if (!existsSync(file)) throw new CommandProblem(`there is no ${file} yet: start Outcry first, or name its configuration with --config`);
  return openEmbedded({ file, partitions, mode: 'join', maxBytes: null }).bus;
}
