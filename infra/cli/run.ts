// `outcry run`: the main job. With an outcry.yaml it runs live; without one it plays the demonstration.
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import pino from 'pino';
import { refuseHalf } from '../backends/carry/mark.ts';
import { databaseFile, openBackend } from '../backends/index.ts';
import { parseConfig, readConfig, type Config } from '../config.ts';
import { warmUpMinutes } from '../../detector/baseline.ts';
import { authorKeyOf, demonstrationFolder } from '../data-folder.ts';
import { listenHindrance } from '../listen-hindrance.ts';
import { workerRoles, type WorkerRole } from '../part.ts';
import type { Pipeline } from '../pipeline.ts';
import { drained } from '../drained.ts';
import { version } from '../version.ts';
import { CommandProblem, configOption, deafness, defaultConfigFile, loadConfig, portOption, problemLine, speed } from './command.ts';

interface Options {
  readonly config?: string;
  readonly demo?: true;
  readonly data?: string;
  readonly speed?: number | 'max';
  readonly exit?: true;
  readonly port?: number;
  readonly role?: readonly WorkerRole[];
  readonly instance?: string;
}

const demoMark = 'demonstration-played.txt';
/** Of the demonstration: seconds of the evening a second. */
const usualSpeed = 60;
const lookAtConfigEveryMs = 1_000;

function demoConfig(options: Options): Config {
  const data = options.data ?? demonstrationFolder;
  const text = JSON.stringify({
    data,
    listen: options.port === undefined ? {} : { port: options.port },
    sources: { demonstration: { type: 'demo', speed: options.speed ?? usualSpeed } },
    channels: { console: { type: 'console' } },
    logLevel: 'warn',
  });
  const read = parseConfig(text, null, {});
  if ('problems' in read) throw new CommandProblem(read.problems.map((problem) => problem.message).join('\n'));
  return read.config;
}

export function addRun(program: Command): void {
  program
    .command('run')
    .addOption(configOption())
    .option('--demo', 'play the demonstration although there is a configuration')
    .option('--data <folder>', 'demonstration: where to keep its data')
    .option('--speed <n>', 'demonstration: seconds a second, or max (default: 60)', speed)
    .addOption(portOption())
    .addOption(new Option('--role <role...>', 'what this worker does, where several share the work').choices(workerRoles))
    .option('--instance <name>', "this worker's name, the same after a restart (default: the host's)")
    .option('--exit', 'end when every source has come to its end and all is delivered')
    .description('listen, detect, notify and show: live with an outcry.yaml, else the demonstration')
    .action(async (options: Options) => {
      const file = options.config ?? (existsSync(defaultConfigFile) ? defaultConfigFile : undefined);
      const demo = options.demo === true || file === undefined;
      const passedOver = demo ? undefined : (['data', 'speed'] as const).find((name) => options[name] !== undefined);
      if (passedOver !== undefined) throw new CommandProblem(`--${passedOver} is the demonstration's: set \`${passedOver}\` in ${file}${passedOver === 'speed' ? ', at the source that plays a file' : ''}`);
      await run(demo ? demoConfig(options) : loadConfig(file), demo, demo ? null : resolve(file!), options);
    });
}

/** The file as it stands; empty where it can't be read, which readConfig tells. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

async function run(first: Config, demo: boolean, file: string | null, { exit: exitAtEnd, role: roles = workerRoles, instance, port: ownPort, speed: demoSpeed = usualSpeed }: Options): Promise<void> {
  // a change that comes while we start is one
  let known = file === null ? '' : textOf(file);
  const withOwnPort = (read: Config): Config => (ownPort === undefined ? read : { ...read, listen: { ...read.listen, port: ownPort } });
  let config = withOwnPort(first);
  if (config.backend === 'embedded' && workerRoles.some((role) => !roles.includes(role))) {
    throw new CommandProblem('--role shares the work among processes, and the embedded backend has only one: leave it out, or set `backend: kafka`');
  }
  // who only asks for help waits for no web server
  const { startPipeline } = await import('../pipeline.ts');
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const log = pino({ level: config.logLevel, base: { app: 'outcry' } }, pino.destination({ dest: 2, sync: true }));
  const hindrance = await listenHindrance(config.listen);
  if (hindrance !== null) {
    if (!demo) throw new CommandProblem(`${hindrance}: stop what uses it, or change \`listen\``);
    config = { ...config, listen: { ...config.listen, port: 0 } };
  }
  const authorKey = authorKeyOf(config.data, config.authorKey);
  const open = () => openBackend(config, 'own', log, instance);
  let begun = existsSync(databaseFile(config.data));
  let backend = await open();
  // a move to this cluster, or to another number of partitions, that was cut off has to be ended first
  await refuseHalf(backend.bus).catch((error: unknown) =>
    backend.close().then(() => {
      throw error;
    }),
  );
  if (demo && existsSync(join(config.data, demoMark))) {
    // only now is it sure that no other process shows that evening
    await backend.close();
    const database = databaseFile(config.data);
    for (const file of [database, `${database}-wal`, `${database}-shm`, join(config.data, demoMark)]) rmSync(file, { force: true });
    backend = await open();
    begun = false;
  }
  let configError: string | null = null;
  let ending = false;
  let looking: NodeJS.Timeout | undefined;
  let pipeline: Pipeline | undefined;

  const end = async (why: string, code: number): Promise<void> => {
    if (ending) return;
    ending = true;
    if (code !== 0) process.stderr.write(`outcry: ${why}\n`);
    else say(why);
    process.exitCode = code;
    clearInterval(looking);
    process.removeAllListeners('SIGHUP');
    try {
      await pipeline?.stop();
    } catch (error) {
      // what the log still refuses is read again from its source at the next start
      process.stderr.write(`outcry: stopped before everything was written: ${(error as Error).message}\n`);
      process.exitCode = 1;
    }
    await backend.close();
  };
  const failed = (error: Error) => {
    log.fatal({ err: error }, 'stopping: a part broke');
    void inTurn(() => end(error.message, 1));
  };
  const start = () =>
    startPipeline(config, { backend, roles, log, out: process.stdout, authorKey, demo, simulated: demo, configError: () => configError, failed });

  let working = Promise.resolve();
  const inTurn = (job: () => Promise<void>) => {
    working = working.then(job, job);
    return working;
  };

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void inTurn(() => end('stopping ...', 0)));
  }

  try {
    await inTurn(async () => {
      pipeline = await start();
    });
  } catch (error) {
    await backend.close();
    throw error;
  }
  // stopped by a signal or a broken part before it was up
  if (ending || pipeline === undefined) return;

  /** What follows once every source of a pipeline is read to its end; nothing for one that a new configuration replaced. */
  const untilItsEnd = async (own: Pipeline): Promise<void> => {
    const over = () => ending || pipeline !== own;
    await own.done;
    if (config.sources.length === 0) return;
    await drained(backend.bus, over);
    if (over()) return;
    if (demo) writeFileSync(join(config.data, demoMark), 'The next start of the demonstration begins anew.\n');
    if (exitAtEnd === true) return inTurn(() => end('every source is read to its end', 0));
    if (demo) say(`The evening is over. The board stays at ${own.url} until you stop it (Ctrl-C).`);
  };

  /** Why a changed configuration can't be taken while this process runs, or null. */
  const refusal = async (next: Config): Promise<string | null> => {
    const fixed = next.data !== config.data || next.partitions !== config.partitions || next.maxBytes !== config.maxBytes || next.authorKey !== config.authorKey || next.backend !== config.backend;
    if (fixed) return '`backend`, `data`, `partitions`, `storage` and `privacy` change only with a restart';
    const samePort = pipeline !== undefined && next.listen.port === Number(new URL(pipeline.url).port);
    return samePort ? null : listenHindrance(next.listen);
  };

  const reload = async (): Promise<void> => {
    if (file === null || ending) return;
    known = textOf(file);
    const found = readConfig(file, process.env);
    const read = 'config' in found ? { config: withOwnPort(found.config) } : found;
    const hindered = 'problems' in read ? null : await refusal(read.config);
    const refused = 'problems' in read ? read.problems.map((problem) => problemLine(file, problem)).join('\n') : hindered === null ? null : `${file}: ${hindered}`;
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
    log.level = config.logLevel;
    pipeline = await start();
    pipeline.metrics.configReload(true);
    if (new URL(pipeline.url).port !== port) say(`Board: ${pipeline.url}`);
    log.info('the changed configuration is in force');
    void untilItsEnd(pipeline).catch(failed);
  };
  if (file !== null) {
    // a signal that came with the change has taken it already: a second stop and start would only turn callers away
    const reloadIfNew = async () => (textOf(file) === known ? undefined : reload());
    looking = setInterval(() => void inTurn(reloadIfNew).catch(failed), lookAtConfigEveryMs).unref();
    process.on('SIGHUP', () => void inTurn(reload).catch(failed));
  }

  say(`Outcry ${version}`);
  if (demo) {
    say(`This is a demonstration: the simulated evening of 3 May 2017, ${demoSpeed === usualSpeed ? 'sixty times faster' : `at --speed ${demoSpeed}`}. Nothing in it is real.`);
    const next = begun ? 'It goes on where it was stopped.' : demoSpeed === usualSpeed ? 'WhatsApp will fail after about 20 seconds.' : 'WhatsApp will fail after 20 of its minutes.';
    say(`${next} For live use: npm run -s outcry -- init`);
  }
  say(roles.includes('notifier') ? `Board: ${pipeline.url}` : `Health and metrics: ${pipeline.url}`);

  if (!demo && config.backend === 'embedded' && !begun) say(`In its first ${warmUpMinutes} minutes it only learns what is normal: no alert comes in them.`);
  const deaf = deafness(config);
  if (deaf !== null && roles.includes('ingest')) process.stderr.write(`outcry: ${deaf}\n`);

  void untilItsEnd(pipeline).catch(failed);
}
