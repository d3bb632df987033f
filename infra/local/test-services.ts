// One Kafka and one Redis for a whole test run (vitest's globalSetup): started together before the first test, stopped
// after the last. Tests that freeze, fill or kill a server start their own.
import type { TestProject } from 'vitest/node';
import { startBoth } from './both.ts';

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
  const { kafka, redis, stop } = await startBoth({ kafka: { say }, redis: { say } });
  project.provide('kafkaBrokers', [...kafka.brokers]);
  project.provide('redisUrl', redis.url);
  return stop;
}
