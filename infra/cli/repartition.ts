// `outcry topics repartition`: cuts a stopped installation on Kafka into another number of partitions, by way of a file
// that holds all of it until the cluster does again.
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import pino, { type Logger } from 'pino';
import { carriedRoles, fence, fill, guardCarryFile, lookAt, onCluster, openCarryFile, partitionsIn, partsOf, pour, removeCarryFile, settle, type Cluster, type Look } from '../backends/carry/index.ts';
import { readLatest } from '../backends/kafka/read-through.ts';
import { openRedisStore } from '../backends/redis/redis-store.ts';
import { dealStates, settlingRoles } from '../carry-states.ts';
import type { Config } from '../config.ts';
import { topics } from '../../shared/topics.ts';
import { CommandProblem, configOption, loadConfig } from './command.ts';

const mostPartitions = 256;
const probeMs = 1_000;

/** Adds it under `outcry topics`. */
export function addRepartition(program: Command): void {
  const parent = program.commands.find((one) => one.name() === 'topics') ?? program.command('topics');
  parent
    .command('repartition')
    .argument('<partitions>', 'how many the log shall have')
    .addOption(configOption())
    .description('cut the log into another number of partitions; every worker must be stopped')
    .action(async (wanted: string, _own: object, command: Command) => {
      // `outcry topics` has the same option and takes it first
      const config = loadConfig(command.optsWithGlobals<{ config?: string }>().config);
      if (config.backend !== 'kafka' || config.kafka === null) throw new CommandProblem('`outcry topics repartition` is for `backend: kafka`; to change an embedded installation, move it with `outcry migrate`');
      const partitions = Number(wanted);
      if (!Number.isInteger(partitions) || partitions < 1 || partitions > mostPartitions) throw new CommandProblem(`${wanted.slice(0, 20)} is no number of partitions: 1 to ${mostPartitions}`);
      mkdirSync(config.data, { recursive: true });
      const path = join(config.data, 'repartition.db');
      const guard = guardCarryFile(path);
      const log = pino({ level: 'warn' }, pino.destination({ dest: 2, sync: true }));
      try {
        await onCluster(config.kafka, log, '', (cluster) => repartition(cluster, { config, partitions, path, log, say }));
      } finally {
        guard.release();
      }
      process.stdout.write(`the log has ${partitions} partitions: set \`partitions: ${partitions}\` for every worker and start them\n`);
    });
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);

export interface Repartition {
  readonly config: Config;
  /** How many there are to be. */
  readonly partitions: number;
  /** The file by way of which all goes. */
  readonly path: string;
  readonly log: Logger;
  /** Told of each step. */
  readonly say: (line: string) => void;
}

/** The whole of it, on a cluster on which nobody works: from the start, or from where an earlier try was cut off. */
export async function repartition(cluster: Cluster, wish: Repartition): Promise<void> {
  const { config, partitions, path, log, say: tell } = wish;
  const said = (topic: string, records: number): void => tell(`${topic}: ${records} records`);
  const look = await lookAt(cluster);
  if (!goesOn(look, path)) {
    if (look.partitions === null) throw new CommandProblem('the cluster has no topics of ours: run `outcry topics`');
    if (look.partitions === partitions) throw new CommandProblem(`the log has ${partitions} partitions already`);
    await shutOut(cluster, config, look.partitions, log);
    removeCarryFile(path);
    await copyOut(cluster, config, look.partitions, path, said);
  }
  const from = partitionsIn(path);
  const file = openCarryFile(path, from);
  try {
    const states = dealStates(new Map(carriedRoles.map(({ name }) => [name, file.states(name)])), from, partitions);
    tell(`everything is in ${path}, which stays until the cluster has it again`);
    await pour(cluster, { file, partitions, states, replace: true, look: await lookAt(cluster), clock: Date.now, said, mark: { v: 1, kind: 'repartition', id: file.id, file: path, host: hostname() } }).catch((error: unknown) => {
      tell(`${path} holds all of it: run the same command again, it goes on from there`);
      throw error;
    });
  } finally {
    file.close();
  }
  removeCarryFile(path);
}

/** Whether the file at `path` is that of a move which was cut off, and which goes on. Throws where that file is missing. */
function goesOn({ mark }: Look, path: string): boolean {
  if (mark?.state !== 'writing') return false;
  if (mark.kind === 'migrate') throw new CommandProblem('the cluster holds half of a move: run `outcry migrate` again first');
  if (existsSync(path)) {
    const file = openCarryFile(path, partitionsIn(path));
    file.close();
    if (file.id === mark.id) return true;
  }
  throw new CommandProblem(`a move was cut off, and its file ${mark.file} on ${mark.host} holds the installation: run this there, or put that file at ${path}`);
}

/** Everything from the cluster into the file, whole under its name only when every role has read to its end. */
async function copyOut(cluster: Cluster, config: Config, partitions: number, path: string, said: (topic: string, records: number) => void): Promise<void> {
  const part = `${path}.part`;
  removeCarryFile(part);
  const file = openCarryFile(part, partitions);
  try {
    await fill(cluster, partitions, file, said);
  } finally {
    file.close();
  }
  await settle(part, partitions, settlingRoles(config, partitions, Date.now));
  renameSync(part, path);
}

/**
 * Refuses while a worker reads a source or tells a channel, which its lease tells of: it may be in no group. Then fences
 * whoever ever worked here, so that a worker that sleeps now never writes into what is made anew.
 */
async function shutOut(cluster: Cluster, config: Config, partitions: number, log: Logger): Promise<void> {
  const { link, place, group, namespace } = cluster;
  const cursors = await readLatest({ link, topic: topics.cursors.name, place: place(topics.cursors.name), partitions: [0] });
  const held = [...new Set([...cursors.keys(), ...config.sources.map(({ name }) => name)].map((name) => `source/${name}`)), 'outbox', ...config.channels.map(({ name }) => `outbox/${name}`)];
  const redis = await openRedisStore(config.redis, { log });
  const holder = `repartition/${process.pid}`;
  try {
    await redis.check();
    for (const name of held) {
      if (!(await redis.store.lease(name, holder, probeMs))) throw new CommandProblem(`a worker holds ${name}: stop every worker first. One that was killed is forgotten within ten seconds.`);
      await redis.store.release(name, holder);
    }
  } finally {
    await redis.close();
  }
  const parts = carriedRoles.flatMap((role) => partsOf(role, partitions).map((part) => `${group(role.name)}-${part}`));
  await fence(cluster, [...parts, ...held.map((name) => `${namespace}outcry-writer-${name}`)]);
}
