// `npm run bench:kafka`: broker, ingest and detector as processes of their own on this machine, NDJSON to incidents, on an
// ordinary day (one post in twenty names a service) and in the viral hour (every post does). One line of JSON a figure:
// posts a second by the clock, and CPU a post by process. `--posts N` millions of posts a mix, 3 where not given.
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { createTopics } from '../../infra/backends/kafka/index.ts';
import { loadConfig } from '../../infra/cli/command.ts';
import { readCatalog } from '../../infra/config.ts';
import { startKafka } from '../../infra/local/kafka.ts';
import { startRedis } from '../../infra/local/redis.ts';
import { startOutcry, type Child } from '../child.ts';
import { tell } from './figure.ts';
import { shiftTimes, writePosts } from './posts.ts';

const asked = process.argv.indexOf('--posts');
const posts = Math.round((asked === -1 ? 3 : Number(process.argv[asked + 1])) * 1_000_000);
const services = readCatalog().slice(0, 300);
const postsPerSecond = 2_000;
const partPosts = 100_000;
const parts = 5;
const startMs = Date.UTC(2026, 0, 5, 12);
const lookMs = 200;

/** Writes the file of a mix: a few parts with people and words of their own, again and again at later times. */
function writeFile(file: string, mentionShare: number): void {
  const spanMs = (partPosts / postsPerSecond) * 1_000;
  const made = Array.from({ length: Math.min(parts, posts / partPosts) }, (_, part) =>
    writePosts({ count: partPosts, postsPerSecond, startMs: startMs + part * spanMs, mentionShare, services, outageFrom: 1 }));
  const out = openSync(file, 'w');
  for (let part = 0; part < posts / partPosts; part++) {
    const lines = made[part % made.length]!;
    if (part >= made.length) shiftTimes(lines, made.length * spanMs);
    writeSync(out, lines);
  }
  closeSync(out);
}

/** CPU of a process so far, µs: its own and the kernel's for it. */
function cpuUs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  // in ticks of a hundredth of a second
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

async function metricOf(url: string, name: string): Promise<number[]> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return [...text.matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, 'gm'))].map(([, value]) => Number(value));
}

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);
const urlOf = async (child: Child): Promise<string> => (await child.line(/^Health and metrics: (\S+)$/m))[1]!;
const pause = () => new Promise((resolve) => setTimeout(resolve, lookMs));

async function measure(mix: string, mentionShare: number, bar: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'outcry-bench-'));
  const kafka = await startKafka({ own: true, heapMegabytes: 1_024, longLived: true });
  const redis = await startRedis({ own: true });
  const children: Child[] = [];
  try {
    const file = join(folder, 'posts.ndjson');
    writeFile(file, mentionShare);
    const config = join(folder, 'outcry.yaml');
    writeFileSync(config, JSON.stringify({
      backend: 'kafka', kafka: { brokers: kafka.brokers, replicationFactor: 1, minInsyncReplicas: 1 }, redis: { url: redis.url },
      privacy: { authorKey: 'the key of a bench' }, listen: { port: 0 }, services: { mode: 'replace', list: services.map(({ id }) => ({ id })) },
      sources: { posts: { type: 'lines', file, speed: 'max' } }, channels: {}, logLevel: 'error',
    }));
    const { kafka: settings, partitions } = loadConfig(config);
    await createTopics({ settings: settings!, partitions, log: pino({ level: 'silent' }) });
    const detector = startOutcry(['run', '--role', 'detector', '--instance', 'det', '--port', '0'], { cwd: folder });
    children.push(detector);
    const detectorUrl = await urlOf(detector);
    while (!(await fetch(`${detectorUrl}/readyz`)).ok) await pause();
    const ingest = startOutcry(['run', '--role', 'ingest', '--instance', 'in', '--port', '0'], { cwd: folder });
    children.push(ingest);
    const ingestUrl = await urlOf(ingest);
    const processes = { broker: kafka.pid()!, ingest: ingest.process.pid!, detector: detector.process.pid! };
    let read = 0;
    while (read === 0) read = sum(await metricOf(ingestUrl, 'outcry_source_posts'));
    const began = performance.now();
    const before = Object.values(processes).map(cpuUs);
    const from = read;
    const heardFrom = sum(await metricOf(detectorUrl, 'outcry_detector_mentions'));
    for (let calm = 0; calm < 3; ) {
      await pause();
      const left = sum(await metricOf(detectorUrl, 'outcry_role_lag_records'));
      read = sum(await metricOf(ingestUrl, 'outcry_source_posts'));
      calm = read === posts && left === 0 ? calm + 1 : 0;
    }
    // the looks that only make sure are not counted
    const seconds = (performance.now() - began) / 1_000 - (2 * lookMs) / 1_000;
    const spent = Object.values(processes).map(cpuUs);
    const through = posts - from;
    tell(`kafka.${mix}.per-second`, through / seconds, 'posts/s', { least: bar });
    tell(`kafka.${mix}.seconds`, seconds, 's');
    Object.keys(processes).forEach((name, i) => tell(`kafka.${mix}.${name}.post`, (spent[i]! - before[i]!) / through, 'us'));
    tell(`kafka.${mix}.mentions`, sum(await metricOf(detectorUrl, 'outcry_detector_mentions')) - heardFrom, 'mentions', { least: 1 });
  } finally {
    for (const child of children) child.process.kill('SIGKILL');
    await Promise.all([kafka.stop(), redis.stop()]);
    rmSync(folder, { recursive: true, force: true });
  }
}

await measure('ordinary', 0.05, 300_000);
await measure('viral', 1, 143_199);
