// `npm run bench:kafka`: broker, ingest and detector as processes of their own on this machine, NDJSON to incidents, on an
// ordinary day (one post in twenty names a service), in the viral hour (every post names the same one, 143,199 a second of
// their own time, and a fifth report) and in a din (every post names one of 300); then how fast a detector catches
// up with a filled topic, and how long an alert takes. One line of JSON a figure. `--posts N` millions of posts a mix, 3 where
// not given, of which the first `--warm-up N` millions, a third where not given, are not counted: the broker's machine code is made
// while it runs, for a minute and on a core of its own; `--only ordinary|viral|din|catch-up|latency` one part; `--rate N` posts a
// second while the alerts are timed; `--peer FOLDER` measures another system beside the ordinary day and the viral hour
// (kafka-peer.ts).
import { closeSync, openSync, writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readCatalog } from '../../infra/config.ts';
import { tell } from './figure.ts';
import { measureLatency } from './kafka-latency.ts';
import { measurePeer } from './kafka-peer.ts';
import { cpuUs, openBenchStage, settled, sum } from './kafka-stage.ts';
import { shiftTimes, writePosts } from './posts.ts';

const { values: asked } = parseArgs({ options: { posts: { type: 'string', default: '3' }, 'warm-up': { type: 'string' }, only: { type: 'string' }, rate: { type: 'string', default: '143199' }, peer: { type: 'string' } } });
const posts = Math.round(Number(asked.posts) * 1_000_000);
const warmUp = asked['warm-up'] === undefined ? posts / 3 : Number(asked['warm-up']) * 1_000_000;
const services = readCatalog().slice(0, 300);
const partPosts = 100_000;
const parts = 5;
const startMs = Date.UTC(2026, 0, 5, 12);

interface Mix {
  readonly mentionShare: number;
  readonly services: typeof services;
  /** Of the posts' own time. */
  readonly postsPerSecond: number;
  /** From this share of each part on a fifth report. */
  readonly outageFrom: number;
}

const mixes = {
  ordinary: { mentionShare: 0.05, services, postsPerSecond: 2_000, outageFrom: 1 },
  // the highest rate that Twitter ever reported for one second
  viral: { mentionShare: 1, services: services.slice(0, 1), postsPerSecond: 143_199, outageFrom: 0 },
  din: { mentionShare: 1, services, postsPerSecond: 2_000, outageFrom: 1 },
} satisfies Record<string, Mix>;

/** Writes the file of a mix: a few parts with people and words of their own, again and again at later times. */
function writeFile(file: string, { mentionShare, services, postsPerSecond, outageFrom }: Mix): void {
  const spanMs = Math.ceil((partPosts / postsPerSecond) * 1_000);
  const made = Array.from({ length: Math.min(parts, posts / partPosts) }, (_, part) =>
    writePosts({ count: partPosts, postsPerSecond, startMs: startMs + part * spanMs, mentionShare, services, outageFrom }));
  const out = openSync(file, 'w');
  for (let part = 0; part < posts / partPosts; part++) {
    const lines = made[part % made.length]!;
    if (part >= made.length) shiftTimes(lines, made.length * spanMs);
    writeSync(out, lines);
  }
  closeSync(out);
}

async function measure(mix: keyof typeof mixes, bar?: number): Promise<void> {
  const stage = await openBenchStage(services, 'max');
  try {
    writeFile(stage.posts, mixes[mix]);
    const detector = await stage.start('detector');
    const ingest = await stage.start('ingest');
    const processes = { broker: stage.brokerPid, ingest: ingest.pid, detector: detector.pid };
    let read = 0;
    while (read <= warmUp) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      read = sum(await ingest.metric('outcry_source_posts'));
    }
    const began = performance.now();
    const before = Object.values(processes).map(cpuUs);
    const from = read;
    const heardFrom = sum(await detector.metric('outcry_detector_mentions'));
    const reached = await settled(async () => sum(await ingest.metric('outcry_source_posts')) === posts && sum(await detector.metric('outcry_role_lag_records')) === 0, 3);
    const seconds = (reached - began) / 1_000;
    const spent = Object.values(processes).map(cpuUs);
    const through = posts - from;
    tell(`kafka.${mix}.per-second`, through / seconds, 'posts/s', bar === undefined ? {} : { least: bar });
    tell(`kafka.${mix}.seconds`, seconds, 's');
    Object.keys(processes).forEach((name, i) => tell(`kafka.${mix}.${name}.post`, (spent[i]! - before[i]!) / through, 'us'));
    tell(`kafka.${mix}.mentions`, sum(await detector.metric('outcry_detector_mentions')) - heardFrom, 'mentions', { least: 1 });
  } finally {
    await stage.close();
  }
}

/** A detector that finds the whole mix in the topic: from its start until nothing is left. */
async function measureCatchUp(mix: keyof typeof mixes): Promise<void> {
  const stage = await openBenchStage(services, 'max');
  try {
    writeFile(stage.posts, mixes[mix]);
    const ingest = await stage.start('ingest');
    await settled(async () => sum(await ingest.metric('outcry_source_posts')) === posts, 10);
    const began = performance.now();
    const detector = await stage.start('detector');
    const reached = await settled(async () => sum(await detector.metric('outcry_role_lag_records')) === 0 && sum(await detector.metric('outcry_detector_mentions')) > 0, 3);
    tell(`kafka.${mix}.catch-up.per-second`, posts / ((reached - began) / 1_000), 'posts/s');
    tell(`kafka.${mix}.catch-up.mentions`, sum(await detector.metric('outcry_detector_mentions')), 'mentions', { least: 1 });
    tell(`kafka.${mix}.catch-up.detector.post`, cpuUs(detector.pid) / posts, 'us');
  } finally {
    await stage.close();
  }
}

const wanted = (part: string): boolean => asked.only === undefined || asked.only === part;
for (const [mix, bar] of [['ordinary', 300_000], ['viral', 143_199]] as const) {
  if (!wanted(mix)) continue;
  await measure(mix, bar);
  if (asked.peer !== undefined) await measurePeer(asked.peer, mix, services, posts, warmUp, (file) => writeFile(file, mixes[mix]));
}
if (wanted('din')) await measure('din');
for (const mix of ['ordinary', 'viral', 'din'] as const) if (wanted('catch-up')) await measureCatchUp(mix);
if (wanted('latency')) await measureLatency(services, Number(asked.rate));
