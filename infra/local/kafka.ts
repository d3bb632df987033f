// A real Apache Kafka for development and tests: one node in KRaft mode on loopback, its data in a folder that goes with
// it. Or the broker that KAFKA_BROKERS names. Production brokers are somebody else's: see docs/reference.md.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type OwnServer, startOwnServer } from './child-server.ts';
import { bringKafka } from './kafka-jars.ts';
import { freePort } from './ports.ts';

export interface KafkaOptions {
  /** true starts a broker of our own even where KAFKA_BROKERS names one: for tests that freeze and kill it. */
  readonly own?: boolean;
  /** Wanted port; any free one when it is taken or not given. */
  readonly port?: number;
  /** Listeners beside the plain one, by name, each with its protocol: `{ LOGIN: 'SASL_PLAINTEXT' }`. */
  readonly listeners?: Readonly<Record<string, 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL'>>;
  /** Further lines of server.properties; they win over ours. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Further arguments of the storage tool, such as `--add-scram`. */
  readonly formatArgs?: readonly string[];
  readonly heapMegabytes?: number;
  /** true for one that works hard for many minutes: what the whole compiler gains it first spends, for half a minute of work. */
  readonly longLived?: boolean;
  /** Further options of the Java machine. */
  readonly jvm?: readonly string[];
  /** Hears what takes a while. */
  readonly say?: (line: string) => void;
}

/** `kill` and `restart` keep the data. */
export interface LocalKafka extends OwnServer {
  /** host:port of the plain listener. */
  readonly brokers: readonly string[];
  /** host:port of each listener that was asked for. */
  readonly listeners: Readonly<Record<string, string>>;
}

const readyMs = 90_000;

/** Starts a broker, or takes the one of KAFKA_BROKERS. Throws one error that says what to install or what is unreachable. */
export async function startKafka(options: KafkaOptions = {}): Promise<LocalKafka> {
  const say = options.say ?? (() => {});
  const named = (process.env['KAFKA_BROKERS'] ?? '').split(',').map((one) => one.trim()).filter((one) => one !== '');
  if (named.length > 0 && options.own !== true) return takeKafka(named);
  const { java, jars, classes } = bringKafka(say);
  const folder = mkdtempSync(join(tmpdir(), 'outcry-kafka-'));
  const port = await freePort(options.port);
  const extra = Object.keys(options.listeners ?? {});
  const ports = new Map<string, number>([['PLAIN', port], ['CONTROLLER', await freePort()]]);
  for (const name of extra) ports.set(name, await freePort());
  const heap = options.heapMegabytes ?? 512;
  const archive = existsSync(classes) ? [`-XX:SharedArchiveFile=${classes}`] : [];
  const quick = '-XX:TieredStopAtLevel=1';
  const jvm = [`-Xms${Math.min(heap, 256)}m`, `-Xmx${heap}m`, '-Xshare:auto', ...archive, '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-cp', join(jars, '*')];
  const settings = join(folder, 'server.properties');
  const server = await startOwnServer(
    { name: 'Kafka', command: java, args: [...(options.longLived === true ? [] : [quick]), ...jvm, ...(options.jvm ?? []), 'kafka.Kafka', settings], folder, readyMs, answers: () => hasBroker('127.0.0.1', port) },
    () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
    async () => {
      writeFileSync(settings, propertiesOf(folder, ports, options));
      const format = ['kafka.tools.StorageTool', 'format', '-t', `o${randomBytes(16).toString('base64url').slice(1)}`, '-c', settings, ...(options.formatArgs ?? [])];
      await promisify(execFile)(java, [quick, ...jvm, ...format]);
    },
  );
  return {
    ...server,
    brokers: [`127.0.0.1:${port}`],
    listeners: Object.fromEntries(extra.map((name) => [name, `127.0.0.1:${ports.get(name)}`])),
  };
}

async function takeKafka(brokers: readonly string[]): Promise<LocalKafka> {
  const [host, port] = splitAddress(brokers[0]!);
  if (!(await hasBroker(host, port))) throw new Error(`KAFKA_BROKERS names ${brokers.join(', ')}, and nothing answers there as a Kafka broker: start it, or unset KAFKA_BROKERS to use a local one.`);
  const refuse = (): never => {
    throw new Error('this broker comes from KAFKA_BROKERS and is not ours to stop: ask for one with `own: true`.');
  };
  return { brokers, listeners: {}, pid: () => null, pause: refuse, resume: refuse, end: refuse, kill: refuse, restart: refuse, stop: async () => {} };
}

function splitAddress(address: string): [string, number] {
  const at = address.lastIndexOf(':');
  return at < 0 ? [address, 9092] : [address.slice(0, at).replace(/^\[|\]$/g, ''), Number(address.slice(at + 1))];
}

function propertiesOf(folder: string, ports: ReadonlyMap<string, number>, options: KafkaOptions): string {
  const listeners = [...ports].map(([name, port]) => `${name}://127.0.0.1:${port}`);
  const protocols = { PLAIN: 'PLAINTEXT', CONTROLLER: 'PLAINTEXT', ...options.listeners };
  const properties: Record<string, string> = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${ports.get('CONTROLLER')}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAIN',
    'listeners': listeners.join(','),
    'advertised.listeners': listeners.filter((listener) => !listener.startsWith('CONTROLLER')).join(','),
    'listener.security.protocol.map': Object.entries(protocols).map((pair) => pair.join(':')).join(','),
    'log.dirs': join(folder, 'data'),
    'auto.create.topics.enable': 'false',
    'num.partitions': '4',
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '4',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'transaction.state.log.num.partitions': '4',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    'group.initial.rebalance.delay.ms': '0',
    // a killed broker is let in again only when its old session is over: 9 s by default
    'broker.session.timeout.ms': '3000',
    'broker.heartbeat.interval.ms': '500',
    // its default of 128 MB is a quarter of this heap
    'log.cleaner.dedupe.buffer.size': '16777216',
    ...options.properties,
  };
  return Object.entries(properties).map((pair) => `${pair.join('=')}\n`).join('');
}

/**
 * Whether a Kafka at this address knows a broker that takes part: one Metadata request (version 4, no topics) by hand,
 * because a port that accepts connections is not yet a broker, and this needs no client. False also on silence of 2 s.
 */
export function hasBroker(host: string, port: number): Promise<boolean> {
  // size, api key 3, version 4, correlation id 1, client id null, no topics, topics not to be created
  const request = Buffer.from('0000_000f 0003 0004 0000_0001 ffff 0000_0000 00'.replaceAll(/[_ ]/g, ''), 'hex');
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    let answer = Buffer.alloc(0);
    const settle = (found: boolean): void => {
      socket.destroy();
      resolve(found);
    };
    socket.setTimeout(2_000, () => settle(false));
    socket.on('error', () => settle(false));
    socket.on('close', () => settle(false));
    socket.on('connect', () => socket.write(request));
    socket.on('data', (chunk) => {
      answer = Buffer.concat([answer, chunk]);
      // size, correlation id, throttle time, then the number of brokers
      if (answer.length >= 16) settle(answer.readInt32BE(4) === 1 && answer.readInt32BE(12) > 0);
    });
  });
}
