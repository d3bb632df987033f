// `outcry run`: the main job. With an outcry.yaml it runs live; without one it plays the demonstration.
import { existsSync, rmSync, watchFile, unwatchFile, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import pino from 'pino';
import { openEmbedded } from '../backends/index.ts';
import { parseConfig, readConfig, type Config } from '../config.ts';
import { authorKeyOf, databaseFile, demonstrationFolder } from '../data-folder.ts';
import { startPipeline, type Pipeline } from '../pipeline.ts';
import { drained } from '../drained.ts';
import { version } from '../version.ts';
import { CommandProblem, configOption, defaultConfigFile, loadConfig, problemLine } from './command.ts';

interface Options {
  readonly config?: string;
  readonly demo?: true;
  readonly data?: string;
  readonly speed?: string;
  readonly exit?: true;
  readonly port?: string;
}

const demoMark = 'demonstration-played.txt';
const lookAtConfigEveryMs = 1_000;

function demoConfig(options: Options): Config {
  const data = options.data ?? demonstrationFolder;
  const speed = options.speed ?? '60';
  const text = JSON.stringify({
    data,
    listen: options.port === undefined ? {} : { port: Number(options.port) },
    sources: { demonstration: { type: 'demo', speed: speed === 'max' ? 'max' : Number(speed) } },
    channels: { console: { type: 'console' } },
    logLevel: 'warn',
  });
  const read = parseConfig(text, null, {});
  if ('problems' in read) throw new CommandProblem(read.problems.map((problem) => problem.message).join('\n'));
  return read.config;
}

const portIsFree = (host: string, port: number) =>
  new Promise<boolean>((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });

export function addRun(program: Command): void {
  program
    .command('run')
    .addOption(configOption())
    .option('--demo', 'play the demonstration although there is a configuration')
    .option('--data <folder>', 'demonstration: where to keep its data')
    .option('--speed <n>', 'demonstration: seconds a second, or max (default: 60)')
    .option('--port <n>', 'demonstration: port of the board')
    .option('--exit', 'end when every source has come to its end and all is delivered')
    .description('listen, detect, notify and show: live with an outcry.yaml, else the demonstration')
    .action(async (options: Options) => {
      const file = options.config ?? (existsSync(defaultConfigFile) ? defaultConfigFile : undefined);
      const demo = options.demo === true || file === undefined;
      await run(demo ? demoConfig(options) : loadConfig(file), demo, demo ? null : resolve(file!), options.exit === true);
    });
}

async function run(first: Config, demo: boolean, file: string | null, exitAtEnd: boolean): Promise<void> {
  let config = first;
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const log = pino({ level: config.logLevel, base: { app: 'outcry' } }, pino.destination({ dest: 2, sync: true }));
  if (demo && existsSync(join(config.data, demoMark))) {
    for (const name of ['outcry.db', 'outcry.db-wal', 'outcry.db-shm', demoMark]) rmSync(join(config.data, name), { force: true });
  }
  if (config.listen.port !== 0 && !(await portIsFree(config.listen.host, config.listen.port))) {
    if (!demo) throw new CommandProblem(`port ${config.listen.port} on ${config.listen.host} is taken: stop what uses it, or set \`listen.port\``);
    config = { ...config, listen: { ...config.listen, port: 0 } };
  }
  const authorKey = authorKeyOf(config.data, config.authorKey);
  const { bus, store } = openEmbedded({ file: databaseFile(config.data), partitions: config.partitions, mode: 'own', maxBytes: config.maxBytes });
  let configError: string | null = null;
  let ending = false;
  let pipeline: Pipeline | undefined;

  const end = async (why: string, code: number): Promise<void> => {
    if (ending) return;
    ending = true;
    if (code !== 0) process.stderr.write(`outcry: ${why}\n`);
    else say(why);
    process.exitCode = code;
    if (file !== null) unwatchFile(file);
    process.removeAllListeners('SIGHUP');
    try {
      await pipeline?.stop();
    } catch (error) {
      // what the log still refuses is read again from its source at the next start
      process.stderr.write(`outcry: stopped before everything was written: ${(error as Error).message}\n`);
      process.exitCode = 1;
    }
    await bus.close();
  };
  const failed = (error: Error) => {
    log.fatal({ err: error }, 'stopping: a part broke');
    void end(error.message, 1);
  };
  const start = () =>
    startPipeline(config, { bus, store, log, out: process.stdout, authorKey, demo, simulated: demo, configError: () => configError, failed });

  let working = Promise.resolve();
  const inTurn = (job: () => Promise<void>) => {
    working = working.then(job, job);
    return working;
  };

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void inTurn(() => end('stopping ...', 0)));
  }

  try {
    pipeline = await start();
  } catch (error) {
    await bus.close();
    throw error;
  }

  /** What follows once every source of a pipeline is read to its end; nothing for one that a new configuration replaced. */
  const untilItsEnd = async (own: Pipeline): Promise<void> => {
    const over = () => ending || pipeline !== own;
    await own.done;
    if (config.sources.length === 0) return;
    await drained(bus, over);
    if (over()) return;
    if (exitAtEnd) return inTurn(() => end('every source is read to its end', 0));
    if (demo) writeFileSync(join(config.data, demoMark), 'The next start of the demonstration begins anew.\n');
    if (demo) say(`The evening is over. The board stays at ${own.url} until you stop it (Ctrl-C).`);
  };

  const isListenable = async ({ host, port }: Config['listen']): Promise<boolean> => {
    const own = pipeline !== undefined && host === config.listen.host && port === Number(new URL(pipeline.url).port);
    return own || port === 0 || portIsFree(host, port);
  };

  const reload = async (): Promise<void> => {
    if (file === null || ending) return;
    const read = readConfig(file, process.env);
    const refused =
      'problems' in read
        ? read.problems.map((problem) => problemLine(file, problem)).join('\n')
        : read.config.data !== config.data || read.config.partitions !== config.partitions
          ? `${file}: \`data\` and \`partitions\` change only with a restart`
          : (await isListenable(read.config.listen))
            ? null
            : `${file}: port ${read.config.listen.port} on ${read.config.listen.host} is taken`;
    configError = refused;
    if (refused !== null || 'problems' in read) {
      pipeline?.metrics.configReload(false);
      log.error({ problems: refused }, 'the changed configuration is refused: the former one stays');
      return;
    }
    const former = pipeline;
    const { port } = new URL(former!.url);
    pipeline = undefined;
    await former?.stop();
    config = { ...read.config, listen: config.listen.port === 0 || read.config.listen.port === 0 ? { ...read.config.listen, port: Number(port) } : read.config.listen };
    pipeline = await start();
    pipeline.metrics.configReload(true);
    if (new URL(pipeline.url).port !== port) say(`Board: ${pipeline.url}`);
    log.info('the changed configuration is in force');
    void untilItsEnd(pipeline).catch(failed);
  };
  if (file !== null) {
    watchFile(file, { interval: lookAtConfigEveryMs }, () => void inTurn(reload).catch(failed));
    process.on('SIGHUP', () => void inTurn(reload).catch(failed));
  }

  say(`Outcry ${version}`);
  if (demo) {
    say('This is a demonstration: the simulated evening of 3 May 2017, sixty times faster. Nothing in it is real.');
    say('WhatsApp will fail after about 20 seconds. For live use: npm run -s outcry -- init');
  }
  say(`Board: ${pipeline.url}`);

  void untilItsEnd(pipeline).catch(failed);
}
