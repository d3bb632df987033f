// Prints each alert of Outcry that is told, once: time, state, service, headline. Ends on Ctrl-C or SIGTERM.
//   npm install kafkajs && BROKERS=localhost:9092 GROUP=my-team node consumer.ts
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import kafkajs from 'kafkajs';

const { CompressionCodecs, CompressionTypes, Kafka, logLevel } = kafkajs;

interface Alert {
  readonly headline: string;
  readonly service: { readonly id: string };
  readonly incident: { readonly state: string };
}

// Outcry writes zstd, which kafkajs leaves to its users: any consumer of these topics needs this.
CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  compress: async ({ buffer }: { buffer: Buffer }) => zstdCompressSync(buffer),
  decompress: async (buffer: Buffer) => zstdDecompressSync(buffer),
});

const seen = new Set<string>();

/** Whether this id was here before, among the last 10,000. */
function repeated(id: string): boolean {
  if (seen.has(id)) return true;
  seen.add(id);
  if (seen.size > 10_000) seen.delete(seen.values().next().value!);
  return false;
}

const kafka = new Kafka({ clientId: 'outcry-example', brokers: (process.env['BROKERS'] ?? 'localhost:9092').split(','), logLevel: logLevel.WARN });
// read_committed: what an aborted transaction left is never seen
const consumer = kafka.consumer({ groupId: process.env['GROUP'] ?? 'outcry-example', readUncommitted: false });
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void consumer.disconnect());

await consumer.connect();
await consumer.subscribe({ topics: ['outcry.alerts'], fromBeginning: true });
await consumer.run({
  eachMessage: async ({ message: { headers, value } }) => {
    // what is linked to another alert, or only noted, is nobody's news
    if (value === null || String(headers?.['ce_told']) === 'false' || repeated(String(headers?.['ce_id']))) return;
    const { incident, service, headline } = JSON.parse(value.toString()) as Alert;
    console.log(`${String(headers?.['ce_time'])} ${incident.state} ${service.id} ${headline}`);
  },
});
