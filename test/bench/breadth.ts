// What a post costs with 100 services and with 10,000 of made-up names, the same share of posts naming one; and what a
// minute costs for each service that is talked about, which is paid by time and not by post.
import { createLineFeed } from '../../ingest/sources/lines.ts';
import { openChain } from './chain.ts';
import { short, tell, timed } from './figure.ts';
import { shiftTimes, writePosts } from './posts.ts';
import { inventServices } from './services.ts';

const count = short ? 40_000 : 100_000;
const rounds = short ? 3 : 6;
const startMs = Date.UTC(2026, 0, 5, 12);

/** Least CPU a post over rounds of the same posts at ever later times, µs. */
async function postUs(services: ReturnType<typeof inventServices>, postsPerSecond: number): Promise<number> {
  const chain = await openChain(services, 'folds');
  const buf = writePosts({ count, postsPerSecond, startMs, mentionShare: 0.05, services, outageFrom: 1 });
  const feed = createLineFeed(chain.intake);
  const piece = 256 << 10;
  let least = Infinity;
  chain.intake.state('live', 'bench');
  for (let round = 0; round < rounds; round++) {
    const spent = await timed(async () => {
      for (let at = 0; at < buf.length; at += piece) {
        feed.take(buf.subarray(at, at + piece));
        chain.intake.cursor(String(at));
        await chain.intake.ready();
      }
      await chain.intake.accepted();
    });
    least = Math.min(least, spent.cpuUs / count);
    shiftTimes(buf, (count / postsPerSecond) * 1_000);
  }
  await chain.close();
  return least;
}

// Fast enough that few minutes end in it: this is the price of posts.
const fast = 40_000;
const few = await postUs(inventServices(100), fast);
const manyServices = inventServices(10_000);
const many = await postUs(manyServices, fast);
tell('breadth.100.post', few, 'us');
tell('breadth.10000.post', many, 'us');
tell('ratio.services-10000-to-100', many / few, 'ratio', { most: 1.5 });
// Slow enough that every service is talked about and a minute ends often.
const slow = 1_000;
const minutes = count / slow / 60;
const busy = await postUs(manyServices, slow);
tell('breadth.10000.service-minute', ((busy - many) * count) / (minutes * 10_000), 'us');
