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
import { shiftTimes, writePosts } from './posts.ts';

const count = short ? 60_000 : 200_000;
const copies = short ? 2 : 5;
const rounds = short ? 2 : 3;
const postsPerSecond = 400;

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
    if (chain.intake.counts.posts !== count * copies) throw new Error(`${chain.intake.counts.posts} of ${count * copies} posts came through`);
    incidents = chain.incidents();
    await chain.close();
    if (spent.cpuUs < least.cpuUs) least = spent;
  }
  const posts = count * copies;
  tell(`chain.${through}.per-core-second`, (posts / least.cpuUs) * 1e6, 'posts/s', through === 'bus' ? { least: 250_000 } : undefined);
  tell(`chain.${through}.per-second`, (posts / least.wallUs) * 1e6, 'posts/s');
  tell(`chain.${through}.post`, least.cpuUs / posts, 'us');
  tell(`chain.${through}.incidents`, incidents, 'services', { least: 1 });
  return least.cpuUs / posts;
}

try {
  const buf = writePosts({ count, postsPerSecond, startMs: Date.UTC(2026, 0, 5, 12), mentionShare: 0.05, services, outageFrom: 0.5 });
  for (let copy = 0; copy < copies; copy++) {
    appendFileSync(file, buf);
    shiftTimes(buf, (count / postsPerSecond) * 1_000);
  }
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
