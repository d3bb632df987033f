// Whether memory stays flat while posts go by: ten million through the whole chain with its file on disk, at 250 posts a
// second of their own time. Heap and what hangs on it after a collection, and the resident set, at each million.
import { createLineFeed } from '../../ingest/sources/lines.ts';
import { readCatalog } from '../../infra/config.ts';
import { openChain } from './chain.ts';
import { short, tell } from './figure.ts';
import { writePosts } from './posts.ts';

const million = short ? 100_000 : 1_000_000;
const steps = short ? 6 : 10;
// An hour of authors and two of reports are kept: what grows until then is no leak, so time goes fast.
const postsPerSecond = short ? 50 : 250;
const part = short ? 50_000 : 200_000;
const settled = 3;

if (globalThis.gc === undefined) throw new Error('run it through `npm run bench`, which gives --expose-gc');
const collect = globalThis.gc;
const services = readCatalog().slice(0, 300);
const chain = await openChain(services, 'bus');
const feed = createLineFeed(chain.intake);
const piece = 256 << 10;
const held: number[] = [];
const resident: number[] = [];
chain.intake.state('live', 'bench');
let startMs = Date.UTC(2026, 0, 5, 12);
/** Feeds the next posts; answers how many bytes they had. A function of its own: once it has returned, nothing holds them. */
async function feedPart(startMs: number): Promise<number> {
  // ever other people and other words: what is kept of those who came before must go
  const buf = writePosts({ count: part, postsPerSecond, startMs, mentionShare: 0.05, services, outageFrom: 1 });
  for (let at = 0; at < buf.length; at += piece) {
    // a chunk of its own, as a stream hands it over: the last one is kept until another comes
    feed.take(Buffer.from(buf.subarray(at, at + piece)));
    chain.intake.cursor(String(at));
    await chain.intake.ready();
    await new Promise(setImmediate);
  }
  await chain.intake.accepted();
  await chain.drained();
  return buf.length;
}

for (let step = 0; step < steps; step++) {
  let bytes = 0;
  for (let fed = 0; fed < million; fed += part) {
    bytes = await feedPart(startMs);
    startMs += (part / postsPerSecond) * 1_000;
  }
  collect();
  collect();
  const now = process.memoryUsage();
  held.push((now.heapUsed + now.external) / 2 ** 20);
  resident.push((now.rss - bytes) / 2 ** 20);
  tell(`memory.${((step + 1) * million) / 1e6}-million`, held.at(-1)!, 'MiB');
}
await chain.close();

/** Least-squares slope over the steps after `settled`, for each million posts. */
function slope(values: readonly number[]): number {
  const points = values.slice(settled).map((value, i) => [i, value] as const);
  const mean = (of: (point: readonly [number, number]) => number): number => points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const x = mean(([i]) => i);
  const y = mean(([, value]) => value);
  return (points.reduce((sum, [i, value]) => sum + (i - x) * (value - y), 0) / points.reduce((sum, [i]) => sum + (i - x) ** 2, 0)) * (1e6 / million);
}

// The short form sees the fold's windows fill: it has no bar.
tell('memory.held-slope', slope(held), 'MiB/million', short ? undefined : { most: 1 });
tell('memory.resident-slope', slope(resident), 'MiB/million');
tell('memory.resident', resident.at(-1)!, 'MiB');
