// `outcry check`: every problem of the configuration at once, each with its line and what to write instead.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { CommandProblem, deafness, defaultConfigFile, problemLine } from './command.ts';

export function addCheck(program: Command): void {
  program
    .command('check')
    .argument('[file]', 'configuration file', defaultConfigFile)
    .description('check the configuration: every problem at once, with its line')
    .action((file: string) => {
      if (!existsSync(file)) throw new CommandProblem(`there is no ${file}: \`outcry init\` writes one`);
      const read = readConfig(resolve(file), process.env);
      if ('problems' in read) throw new CommandProblem(`${read.problems.length} problems\n${read.problems.map((problem) => problemLine(file, problem)).join('\n')}`);
      const { sources, channels, services, routes } = read.config;
      process.stdout.write(`${file} is fine: ${services.length} services, ${sources.length} sources, ${channels.length} channels, ${routes.length} routes\n`);
      const deaf = deafness(read.config);
      if (deaf !== null) process.stderr.write(`outcry: ${deaf}\n`);
    });
}
