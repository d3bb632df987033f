// One Kafka and one Redis for a whole test run (vitest's globalSetup): started together before the first test, stopped
// after the last. Tests that freeze, fill or kill a server start their own.
import type { TestProject } from 'vitest/node';
import { startKafka } from './kafka.ts';
import { startRedis } from './redis.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** host:port of each broker. Topics on it are shared: take names or prefixes of your own. */
    kafkaBrokers: string[];
    /** Address of Redis. Take a key prefix of your own. */
    redisUrl: string;
  }
}

/** Starts both and gives their addresses to `inject`. Whatever is missing fails the run with what to install. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const [kafka, redis] = await Promise.allSettled([startKafka({ say }), startRedis({ say })]);
  const started = [kafka, redis].flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const teardown = async (): Promise<void> => {
    await Promise.all(started.map((server) => server.stop()));
  };
  if (kafka.status === 'rejected' || redis.status === 'rejected') {
    await teardown();
    throw new Error([kafka, redis].flatMap((one) => (one.status === 'rejected' ? [(one.reason as Error).message] : [])).join('\n'));
  }
  project.provide('kafkaBrokers', [...kafka.value.brokers]);
  project.provide('redisUrl', redis.value.url);
  return teardown;
}
