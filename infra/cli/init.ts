// `outcry init`: writes a commented outcry.yaml for live use that needs no account.
import { copyFileSync, constants } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { CommandProblem, defaultConfigFile } from './command.ts';

const example = join(import.meta.dirname, '..', '..', 'outcry.example.yaml');

export function addInit(program: Command): void {
  program
    .command('init')
    .argument('[file]', 'where to', defaultConfigFile)
    .description('write a commented configuration for live use that needs no account: Bluesky, Hacker News, status pages, the report button')
    .action((file: string) => {
      try {
        copyFileSync(example, file, constants.COPYFILE_EXCL);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        throw new CommandProblem(code === 'EEXIST' ? `${file} is there already: move it away or name another file` : `can't write ${file} (${code}): make its folder writable`);
      }
      process.stdout.write(`wrote ${file}: \`npm start\` now runs live with it\n`);
    });
}
