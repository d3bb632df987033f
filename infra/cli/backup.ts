// `outcry backup` and `outcry restore`: copies of the embedded database, taken while it runs.
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { backupFile, databaseFile, restoreFile } from '../backends/index.ts';
import type { Config } from '../config.ts';
import { CommandProblem, configOption, loadConfig, notBeside } from './command.ts';

/** The configuration of an installation that has a database; another's may still name the folder of one that it has left. */
function embedded(command: string, file: string | undefined): Config {
  const config = loadConfig(file, notBeside);
  if (config.backend !== 'embedded') throw new CommandProblem(`this installation keeps its log on Kafka: \`outcry ${command}\` is for \`backend: embedded\``);
  return config;
}

export function addBackup(program: Command): void {
  program
    .command('backup')
    .argument('<to>', 'new file')
    .addOption(configOption())
    .description('copy the database to a new file, also while Outcry runs')
    .action((to: string, options: { config?: string }) => {
      backupFile(databaseFile(embedded('backup', options.config).data), to);
      process.stdout.write(`wrote ${to}\n`);
    });
}

export function addRestore(program: Command): void {
  program
    .command('restore')
    .argument('<from>', 'file that `outcry backup` wrote')
    .addOption(configOption())
    .description('put a backup in the place of the database; the old one stays beside it')
    .action((from: string, options: { config?: string }) => {
      const { data, partitions } = embedded('restore', options.config);
      const file = databaseFile(data);
      const former = existsSync(file);
      restoreFile(from, file, partitions);
      process.stdout.write(`restored ${from}${former ? `; the former database is ${file}.before-restore` : ''}\n`);
    });
}
