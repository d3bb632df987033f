// `outcry replay`: a file of posts through the whole pipeline, board included, in a throwaway folder. Alerts go to the
// console only.
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import pino from 'pino';
import { readStatuses } from '../../notifier/board/source-view.ts';
import { sourceStatusPrefix, type SourceStatus } from '../../shared/source-status.ts';
import { openBackend } from '../backends/index.ts';
import { parseConfig } from '../config.ts';
import { authorKeyOf } from '../data-folder.ts';
import { drained } from '../drained.ts';
import { listenHindrance } from '../listen-hindrance.ts';
import { workerRoles } from '../part.ts';
import { CommandProblem, configOption, droppedLines, loadConfig, portOption, speed } from './command.ts';

interface Options {
  readonly config?: string;
  readonly speed: number | 'max';
  readonly stay?: true;
  readonly port?: number;
}

/** What was read of the file; posts that stand far behind later ones are evidence, and too late to open anything. */
function readLines(sources: readonly SourceStatus[]): string[] {
  return sources.flatMap(({ posts, late, dropped }) => [
    `${posts} posts read${late === 0 ? '' : `, ${late} of them late: a replay takes the file as it stands, \`outcry backtest\` puts it in order of time`}`,
    ...droppedLines(dropped),
  ]);
}

export function addReplay(program: Command): void {
  program
    .command('replay')
    .argument('<file>', 'NDJSON posts')
    .option('--speed <n>', 'seconds a second, or `max`', speed, 'max')
    .option('--stay', 'keep the board up after the last post')
    .addOption(portOption())
    .addOption(configOption())
    .description('play a file of posts through the whole pipeline with its board; alerts go to the console only')
    .action(async (file: string, options: Options) => {
      try {
        if (file !== '-') accessSync(file, constants.R_OK);
      } catch (error) {
        throw new CommandProblem(`can't read ${file}: ${(error as NodeJS.ErrnoException).code}`);
      }
      const base = loadConfig(options.config);
      const { startPipeline } = await import('../pipeline.ts');
      const play = parseConfig(JSON.stringify({ sources: { replay: { type: 'lines', file: file === '-' ? file : resolve(file), speed: options.speed } }, channels: { console: { type: 'console' } } }), null, {});
      if ('problems' in play) throw new CommandProblem(play.problems.map((problem) => problem.message).join('\n'));
      const data = mkdtempSync(join(tmpdir(), 'outcry-replay-'));
      const wanted = options.port === undefined ? base.listen : { ...base.listen, port: options.port };
      // beside a running Outcry its address is taken
      const listen = (await listenHindrance(wanted)) === null ? wanted : { ...wanted, port: 0 };
      const config = { ...base, backend: 'embedded' as const, data, maxBytes: null, listen, sources: play.config.sources, channels: play.config.channels, routes: [], logLevel: 'warn' };
      const log = pino({ level: 'warn' }, pino.destination({ dest: 2, sync: true }));
      const backend = await openBackend(config, 'own', log);
      let broken: Error | undefined;
      let ended = false;
      let wake = () => {};
      const stopped = new Promise<void>((resolve) => {
        wake = () => {
          ended = true;
          resolve();
        };
      });
      process.once('SIGINT', wake);
      process.once('SIGTERM', wake);
      const failed = (error: Error) => {
        broken = error;
        wake();
      };
      try {
        const pipeline = await startPipeline(config, { backend, roles: workerRoles, log, out: process.stdout, authorKey: authorKeyOf(data, base.authorKey), demo: false, simulated: true, configError: () => null, failed });
        process.stderr.write(`Board: ${pipeline.url}\n`);
        await Promise.race([stopped, pipeline.done.then(() => drained(backend.bus, () => ended)).then(() => (options.stay === true ? stopped : undefined))]);
        await pipeline.stop();
        process.stderr.write(`${readLines(readStatuses(await backend.store.entries(sourceStatusPrefix))).join('\n')}\n`);
      } finally {
        await backend.close();
        rmSync(data, { recursive: true, force: true });
      }
      if (broken !== undefined) throw broken;
    });
}
