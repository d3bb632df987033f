// `outcry migrate`: takes a stopped embedded installation to an empty Kafka cluster, with baselines, open incidents, what
// was told and what is still to be told. The source is only read.
import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import pino, { type Logger } from 'pino';
import { databaseFile } from '../backends/index.ts';
import { carriedRoles, copyStopped, lookAt, onCluster, openCarryFile, partitionsIn, pour, removeCarryFile, settle, type CarryFile, type Cluster } from '../backends/carry/index.ts';
import { openRedisStore } from '../backends/redis/redis-store.ts';
import type { RedisSettings } from '../backends/redis/settings.ts';
import { dealStates, settlingRoles } from '../carry-states.ts';
import type { Config } from '../config.ts';
import { CommandProblem, configOption, loadConfig } from './command.ts';

export function addMigrate(program: Command): void {
  program
    .command('migrate')
    .option('--from <folder>', "data folder of the embedded installation (default: the configuration's `data`)")
    .addOption(configOption())
    .description('take a stopped embedded installation to the Kafka cluster of the configuration')
    .action(async (options: { from?: string; config?: string }) => {
      const config = loadConfig(options.config);
      if (config.backend !== 'kafka' || config.kafka === null) throw new CommandProblem('the configuration says `backend: embedded`: set `backend: kafka` with `kafka`, `redis` and `privacy.authorKey`, leave `data` as it is, and run this again');
      const folder = options.from === undefined ? config.data : resolve(options.from);
      const source = databaseFile(folder);
      if (!existsSync(source)) throw new CommandProblem(`there is no ${source}: name the data folder of the embedded installation with --from`);
      const log = pino({ level: 'warn' }, pino.destination({ dest: 2, sync: true }));
      await onCluster(config.kafka, log, '', (cluster) => migrate(cluster, { config, folder, log, say }));
      process.stdout.write(`moved ${source} to ${config.kafka.brokers.join(', ')} with ${config.partitions} partitions; it is untouched, and must not be started again beside the cluster\n`);
    });
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);

export interface Migration {
  /** As the workers will have it. */
  readonly config: Config;
  /** Data folder of the embedded installation. */
  readonly folder: string;
  readonly log: Logger;
  /** Told of each step. */
  readonly say: (line: string) => void;
}

/** The whole of it, to a cluster that is empty or holds half of an earlier try. */
export async function migrate(cluster: Cluster, { config, folder, log, say: tell }: Migration): Promise<void> {
  const source = databaseFile(folder);
  const copy = join(folder, 'migrating.db');
  const partitions = partitionsIn(source);
  const replace = await refuseFull(cluster);
  const guard = copyStopped(source, copy);
  let file: CarryFile | undefined;
  try {
    await settle(copy, partitions, settlingRoles(config, partitions, Date.now));
    file = openCarryFile(copy, partitions);
    const states = new Map(carriedRoles.map(({ name }) => [name, file!.states(name)]));
    await pour(cluster, {
      file, partitions: config.partitions, states: dealStates(states, partitions, config.partitions), replace, look: await lookAt(cluster), clock: Date.now,
      mark: { v: 1, kind: 'migrate', id: file.id, file: source, host: hostname() },
      said: (topic, records) => tell(`${topic}: ${records} records`),
    });
    await carryEntries(file, config.redis, log, tell);
    tellKey(folder, config.authorKey, tell);
  } catch (error) {
    tell(`${source} is untouched: run the same command again, it begins anew`);
    throw error;
  } finally {
    file?.close();
    removeCarryFile(copy);
    guard.release();
  }
}

/** Whether half of an earlier try is there, which is replaced. Throws where anything else is. */
async function refuseFull(cluster: Cluster): Promise<boolean> {
  const { mark, filled } = await lookAt(cluster);
  if (mark?.state === 'writing' && mark.kind === 'migrate') return true;
  if (mark?.state === 'writing') throw new CommandProblem(`the cluster holds half of another move: run \`outcry topics repartition\` on ${mark.host}, where ${mark.file} is`);
  if (mark?.state === 'done' && mark.kind === 'migrate') throw new CommandProblem(`${mark.file} on ${mark.host} was moved here on ${new Date(mark.at).toISOString()}: start the workers`);
  if (filled.length > 0) throw new CommandProblem(`the cluster is not empty: ${filled.join(', ')} hold records. Delete our topics there if nobody needs them, or give another cluster.`);
  return false;
}

/** What may be forgotten goes along as far as Redis answers: so a message that is edited in place stays one. */
async function carryEntries(file: CarryFile, settings: RedisSettings, log: Logger, tell: (line: string) => void): Promise<void> {
  const redis = await openRedisStore(settings, { log });
  try {
    await redis.check();
    const entries = file.entries(Date.now());
    for (const { key, value, ttlMs } of entries) await redis.store.set(key, value, ttlMs);
  } catch (error) {
    tell(`Redis does not take what it may forget, which stays behind: ${(error as Error).message}`);
  } finally {
    await redis.close();
  }
}

function tellKey(folder: string, key: string | null, tell: (line: string) => void): void {
  const own = join(folder, 'author.key');
  if (existsSync(own) && (key === null || !readFileSync(own).equals(Buffer.from(key)))) {
    tell('authors are hashed with another key from now on: one who has reported in the last hour and reports again counts a second time, once');
  }
}
