// The Kafka backend against the Bus contract, and what only a cluster can suffer: frozen, killed and rebalanced.
import pino from 'pino';
import { afterAll, beforeAll } from 'vitest';
import { createTopics, openKafka, kafkaSettingsSchema } from '../infra/backends/kafka/index.ts';
import { startKafka, type LocalKafka } from '../infra/local/kafka.ts';
import type { Bus } from '../shared/bus.ts';
import { busContract } from './contracts/bus-contract.ts';

const partitions = 4;
const log = pino({ level: process.env['OUTCRY_TEST_LOG'] ?? 'silent' });
let kafka: LocalKafka;
let places = 0;

beforeAll(async () => {
  kafka = await startKafka({ own: true });
});
afterAll(async () => {
  await kafka?.stop();
});

const settings = () => kafkaSettingsSchema.parse({ brokers: [...kafka.brokers], replicationFactor: 1, minInsyncReplicas: 1 });

/** Topics of its own on the shared broker. */
async function newPlace(): Promise<{ namespace: string; open: () => Promise<Bus> }> {
  const namespace = `place-${++places}.`;
  await createTopics({ settings: settings(), partitions, log, namespace });
  return { namespace, open: () => openKafka(settings(), { partitions, instance: `test-${places}`, log, clock: Date.now, namespace }) };
}

busContract('kafka', async () => {
  const { open } = await newPlace();
  return { open, remove: async () => {} };
});
