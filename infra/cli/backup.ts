// `outcry backup` and `outcry restore`: copies of the embedded database, taken while it runs.
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { backupFile, databaseFile, restoreFile } from '../backends/index.ts';
import { configOption, loadConfig } from './command.ts';

export function addBackup(program: Command): void {
  program
    .command('backup')
    .argument('<to>', 'new file')
    .addOption(configOption())
    .description('copy the database to a new file, also while Outcry runs')
    .action((to: string, options: { config?: string }) => {
      backupFile(databaseFile(loadConfig(options.config).data), to);
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
      const { data, partitions } = loadConfig(options.config);
      const file = databaseFile(data);
      const former = existsSync(file);
      restoreFile(from, file, partitions);
      process.stdout.write(`restored ${from}${former ? `; the former database is ${file}.before-restore` : ''}\n`);
    });
}
