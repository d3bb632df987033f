// A worker of the contract's counting role as a process of its own, for tests that freeze or kill it. Its log goes to
// standard output, one JSON line each; `up` there says that it works. A SIGTERM stops it in order.
import pino from 'pino';
import { kafkaSettingsSchema, openKafka } from '../infra/backends/kafka/index.ts';
import { counting } from './contracts/bus-contract.ts';

const [broker, namespace, partitions] = process.argv.slice(2) as [string, string, string];
const log = pino({ level: 'debug' }, pino.destination({ dest: 1, sync: true }));
const settings = kafkaSettingsSchema.parse({ brokers: [broker], replicationFactor: 1, minInsyncReplicas: 1 });
const bus = await openKafka(settings, { partitions: Number(partitions), instance: `member-${process.pid}`, log, clock: Date.now, namespace });
const running = await bus.work(counting('partition'), (error) => {
  log.fatal({ err: error }, 'failed');
  process.exitCode = 1;
  void bus.close();
});
log.info('up');
process.once('SIGTERM', () => {
  void running.stop().then(() => bus.close());
});
