// The alerts topic as a stranger sees it: kafkajs's own consumer, read_committed, from the start.
import kafkajs from 'kafkajs';
import { topics } from '../../shared/topics.ts';

export interface SeenAlert {
  /** Its ce_id. */
  readonly id: string;
  /** Key and value. */
  readonly line: string;
  /** Event time, ms. */
  readonly at: number;
}

/** Answers of the broker in a row, each after its 200 ms of waiting, with nothing new: a silence that no standstill of ours can feign. */
const silentFetches = 20;

/** Reads until there is nothing more. Each partition in order. */
export async function readAlerts(brokers: readonly string[]): Promise<SeenAlert[]> {
  const kafka = new kafkajs.Kafka({ brokers: [...brokers], clientId: 'subscriber', logLevel: kafkajs.logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId: `subscriber-${process.pid}-${Date.now()}`, readUncommitted: false, maxWaitTimeInMs: 200 });
  const seen: SeenAlert[] = [];
  let silent = 0;
  await consumer.connect();
  try {
    await consumer.subscribe({ topic: topics.alerts.name, fromBeginning: true });
    consumer.on(consumer.events.FETCH, () => {
      silent += 1;
    });
    await consumer.run({
      autoCommit: false,
      async eachMessage({ message: { key, value, headers } }) {
        silent = 0;
        const words = value!.toString();
        seen.push({ id: String(headers?.['ce_id'] ?? ''), line: `${key!.toString()} ${words}`, at: (JSON.parse(words) as { at: number }).at });
      },
    });
    while (silent < silentFetches) await new Promise((resolve) => setTimeout(resolve, 200));
  } finally {
    await consumer.disconnect();
  }
  return seen;
}
