// Kafka and Redis together, as development and tests want them: both, or one message with all that hinders.
import { startKafka, type KafkaOptions, type LocalKafka } from './kafka.ts';
import { startRedis, type LocalRedis, type LocalRedisOptions } from './redis.ts';

export interface Both {
  readonly kafka: LocalKafka;
  readonly redis: LocalRedis;
  /** Idempotent. */
  stop(): Promise<void>;
}

/** Starts both at once. Where one can't start the other is stopped again, and the error says what each needs. */
export async function startBoth(options: { readonly kafka?: KafkaOptions; readonly redis?: LocalRedisOptions } = {}): Promise<Both> {
  const [kafka, redis] = await Promise.allSettled([startKafka(options.kafka), startRedis(options.redis)]);
  const stop = async (): Promise<void> => {
    await Promise.all([kafka, redis].map(async (one) => (one.status === 'fulfilled' ? one.value.stop() : undefined)));
  };
  if (kafka.status === 'fulfilled' && redis.status === 'fulfilled') return { kafka: kafka.value, redis: redis.value, stop };
  await stop();
  throw new Error([kafka, redis].flatMap((one) => (one.status === 'rejected' ? [(one.reason as Error).message] : [])).join('\n'));
}
