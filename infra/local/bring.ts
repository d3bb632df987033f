// What the tests talk to, brought before the first of them (vitest's globalSetup): two test files that both found a
// package missing would stand in each other's way. Each test starts its own servers.
import { bringClasses } from './kafka-classes.ts';
import { bringKafka } from './kafka-jars.ts';
import { bringRedis } from './redis.ts';

/** Installs and fetches what is missing. Throws with all that can't be had and what to do. */
export async function setup(): Promise<void> {
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const missing = [bringRedis, bringKafka].flatMap((bring) => {
    try {
      bring(say);
      return [];
    } catch (error) {
      return [(error as Error).message];
    }
  });
  if (missing.length > 0) throw new Error(missing.join('\n'));
  await bringClasses(say);
}
