// The same posts through another system on the same broker and machine: a job on Kafka Streams that finds services and phrases and
// counts authors in windows, with a producer of its own (PeerProducer.java). It lives elsewhere and is given as a folder in which
// `mvn package dependency:copy-dependencies -DoutputDirectory=target/lib` was run, and in its folder load `node gen.mjs`.
import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Kafka, logLevel } from 'kafkajs';
import type { Service } from '../../shared/service.ts';
import { tell } from './figure.ts';
import { cpuUs, openBenchStage } from './kafka-stage.ts';

const partitions = 4;

interface Job {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Lines that it printed so far. */
  readonly lines: string[];
}

function run(classPath: string, heap: string, args: readonly string[]): Job {
  const child = spawn('java', [`-Xmx${heap}`, '-cp', classPath, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  createInterface({ input: child.stdout! }).on('line', (line) => lines.push(line));
  // what began it waits for lines that would never come
  child.once('exit', (code) => {
    if (code !== 0 && code !== null) throw new Error(`the peer's ${args[0]} ended with ${code}`);
  });
  return { child, pid: child.pid!, lines };
}

/** Measures the peer on a mix: `write` makes the file of `posts` posts, of which the first `warmUp` are not counted. */
export async function measurePeer(folder: string, mix: string, services: readonly Service[], posts: number, warmUp: number, write: (file: string) => void): Promise<void> {
  const jar = readdirSync(join(folder, 'target')).find((name) => name.endsWith('.jar'));
  const classPath = [join(folder, 'target', jar ?? ''), join(folder, 'target', 'lib', '*')].join(':');
  const stage = await openBenchStage(services, 'max');
  const jobs: Job[] = [];
  try {
    write(stage.posts);
    const watchlist = join(stage.folder, 'watchlist.tsv');
    writeFileSync(watchlist, services.flatMap(({ id, name, names }) => [name, ...names].map((one) => `${id}\t${one.toLowerCase()}\n`)).join(''));
    const { brokers } = stage.config.kafka!;
    const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    await admin.createTopics({ topics: ['posts', 'signals'].map((topic) => ({ topic, numPartitions: partitions, replicationFactor: 1 })) });
    await admin.disconnect();
    const streams = run(classPath, '1g', ['peer.Peer', 'mode=papi', `brokers=${brokers.join(',')}`, 'in=posts', 'out=signals', `n=${posts}`, `watchlist=${watchlist}`, `phrases=${join(folder, 'load', 'phrases.txt')}`, 'idle-ms=60000']);
    const producer = run(classPath, '512m', [new URL('PeerProducer.java', import.meta.url).pathname, brokers.join(','), 'posts', stage.posts]);
    jobs.push(streams, producer);
    const sent = (): number => Number(producer.lines.at(-1) ?? 0);
    const look = () => new Promise((resolve) => setTimeout(resolve, 50));
    while (sent() <= warmUp) await look();
    const processes = { broker: () => cpuUs(stage.brokerPid), producer: cpuOf(producer), streams: cpuOf(streams) };
    const began = performance.now();
    const before = Object.values(processes).map((cpu) => cpu());
    const through = posts - sent();
    // its last line tells that all were read
    while (streams.lines.length === 0) {
      await look();
      for (const cpu of Object.values(processes)) cpu();
    }
    const seconds = (performance.now() - began) / 1_000;
    const spent = Object.values(processes).map((cpu) => cpu());
    tell(`peer.${mix}.per-second`, through / seconds, 'posts/s');
    tell(`peer.${mix}.seconds`, seconds, 's');
    Object.keys(processes).forEach((name, i) => tell(`peer.${mix}.${name}.post`, (spent[i]! - before[i]!) / through, 'us'));
    console.log(streams.lines[0]);
  } finally {
    for (const { child } of jobs) child.kill('SIGKILL');
    await stage.close();
  }
}

/** What a job has used so far, µs; once it is gone, what it had when it was last asked. */
function cpuOf({ child, pid }: Job): () => number {
  let used = 0;
  return () => (used = child.exitCode === null ? cpuUs(pid) : used);
}
