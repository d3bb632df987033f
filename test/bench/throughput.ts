// How many posts a second one core takes from an NDJSON file to incidents, with 300 services of the catalogue and one post
// in twenty naming one: over the Bus with its file on disk, and beside it without the Bus, scanning alone and parsing alone.
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCatalog } from '../../infra/config.ts';
import { createLineScanner } from '../../ingest/line.ts';
import { createMatcher } from '../../ingest/match.ts';
import { openChain, type Through } from './chain.ts';
import { leastUs, short, tell, timed } from './figure.ts';
import { writePosts } from './posts.ts';

const count = short ? 60_000 : 180_000;
const parts = 5;
const rounds = short ? 1 : 3;
// So that the outage, in the last part, comes when the detector has listened for a quarter of an hour, as long as it asks for.
const postsPerSecond = short ? 240 : 300;
const startMs = Date.UTC(2026, 0, 5, 12);
const posts = count * parts;

const services = readCatalog().slice(0, 300);
const folder = mkdtempSync(join(tmpdir(), 'outcry-bench-'));
const file = join(folder, 'posts.ndjson');

async function measure(through: Through): Promise<number> {
  let least = { cpuUs: Infinity, wallUs: Infinity };
  let incidents = 0;
  for (let round = 0; round < rounds; round++) {
    const chain = await openChain(services, through);
    const spent = await timed(async () => {
      await chain.read(file);
      await chain.drained();
    });
    if (chain.intake.counts.posts !== posts) throw new Error(`${chain.intake.counts.posts} of ${posts} posts came through`);
    incidents = chain.incidents();
    await chain.close();
    if (spent.cpuUs < least.cpuUs) least = spent;
  }
  tell(`chain.${through}.per-core-second`, (posts / least.cpuUs) * 1e6, 'posts/s', through === 'bus' ? { least: 250_000 } : undefined);
  tell(`chain.${through}.per-second`, (posts / least.wallUs) * 1e6, 'posts/s');
  tell(`chain.${through}.post`, least.cpuUs / posts, 'us');
  tell(`chain.${through}.incidents`, incidents, 'services', { least: 1, most: 1 });
  return least.cpuUs / posts;
}

try {
  const spanMs = (count / postsPerSecond) * 1_000;
  // Other people and other words in each part: the same ones again within the hour would not count.
  const write = (part: number): Buffer => writePosts({ count, postsPerSecond, startMs: startMs + part * spanMs, mentionShare: 0.05, services, outageFrom: part === parts - 1 ? 0.2 : 1 });
  const buf = write(0);
  for (let part = 0; part < parts; part++) appendFileSync(file, part === 0 ? buf : write(part));
  tell('post.bytes', buf.length / count, 'bytes');
  const bounds = [0];
  for (let end = buf.indexOf(10); end !== -1; end = buf.indexOf(10, end + 1)) bounds.push(end + 1);
  const scanner = createLineScanner(createMatcher(services));
  const parse = await leastUs(5, count, () => {
    for (let n = 0; n < count; n++) JSON.parse(buf.toString('utf8', bounds[n], bounds[n + 1]! - 1));
  });
  let named = 0;
  const scan = await leastUs(5, count, () => {
    named = 0;
    for (let n = 0; n < count; n++) if (scanner.scan(buf, bounds[n]!, bounds[n + 1]! - 1) === 'named') named++;
  });
  tell('post.parse', parse, 'us');
  tell('post.scan', scan, 'us');
  tell('post.named', named / count, 'share');
  tell('ratio.scan-to-parse', scan / parse, 'ratio');
  const folds = await measure('folds');
  const bus = await measure('bus');
  tell('ratio.folds-to-parse', folds / parse, 'ratio');
  tell('ratio.bus-to-parse', bus / parse, 'ratio');
  tell('ratio.bus-to-folds', bus / folds, 'ratio');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
