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

const silenceMs = 4_000;

/** Reads until nothing has come for a while. Each partition in order. */
export async function readAlerts(brokers: readonly string[]): Promise<SeenAlert[]> {
  const kafka = new kafkajs.Kafka({ brokers: [...brokers], clientId: 'subscriber', logLevel: kafkajs.logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId: `subscriber-${process.pid}-${Date.now()}`, readUncommitted: false, maxWaitTimeInMs: 200 });
  const seen: SeenAlert[] = [];
  let lastMs = Infinity;
  await consumer.connect();
  try {
    await consumer.subscribe({ topic: topics.alerts.name, fromBeginning: true });
    consumer.on(consumer.events.FETCH, () => {
      if (lastMs === Infinity) lastMs = performance.now();
    });
    await consumer.run({
      autoCommit: false,
      async eachMessage({ message: { key, value, headers } }) {
        lastMs = performance.now();
        const words = value!.toString();
        seen.push({ id: String(headers?.['ce_id'] ?? ''), line: `${key!.toString()} ${words}`, at: (JSON.parse(words) as { at: number }).at });
      },
    });
    while (performance.now() - lastMs < silenceMs || lastMs === Infinity) await new Promise((resolve) => setTimeout(resolve, 200));
  } finally {
    await consumer.disconnect();
  }
  return seen;
}
