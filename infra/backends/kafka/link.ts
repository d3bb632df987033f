// A connection to the cluster, on kafkajs's protocol layer. We use its Broker and Cluster and not its Producer and
// Consumer, because those lose acknowledged records after a timeout, cannot tell whether a commit happened, and read
// only inside a consumer group: see docs/decisions. What is said over the connection belongs to producer.ts and reader.ts.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import kafkajs, { type Kafka, type KafkaConfig, type SASLOptions } from 'kafkajs';
import type { Logger } from 'pino';
import { isConnectionTrouble, isFenced, isPassing } from './kafka-error.ts';
import { createAnswers } from './answers.ts';
import type { KafkaSettings } from './settings.ts';
import { createSockets, type Sockets } from './sockets.ts';

interface OffsetTopics {
  readonly responses: readonly { readonly topic: string; readonly partitions: readonly { readonly partition: number; readonly offset: string; readonly errorCode?: number }[] }[];
}

/** The requests that we make, as kafkajs's Broker sends them. Each is answered within `answerMs`, or fails. */
export interface RawBroker {
  readonly nodeId: number;
  metadata(topics: readonly string[]): Promise<unknown>;
  listOffsets(request: object): Promise<OffsetTopics>;
  offsetFetch(request: object): Promise<OffsetTopics>;
  findGroupCoordinator(request: object): Promise<{ readonly coordinator: { readonly nodeId: number } }>;
  initProducerId(request: object): Promise<{ readonly producerId: unknown; readonly producerEpoch: number }>;
  addPartitionsToTxn(request: object): Promise<unknown>;
  addOffsetsToTxn(request: object): Promise<unknown>;
  txnOffsetCommit(request: object): Promise<unknown>;
  endTxn(request: object): Promise<unknown>;
  joinGroup(request: object, answerMs: number): Promise<{
    readonly generationId: number; readonly leaderId: string; readonly memberId: string; readonly members: readonly { readonly memberId: string; readonly memberMetadata: Buffer }[];
  }>;
  syncGroup(request: object, answerMs: number): Promise<{ readonly memberAssignment: Buffer }>;
  heartbeat(request: object): Promise<unknown>;
  leaveGroup(request: object): Promise<unknown>;
  /** A request that kafkajs has no method for. */
  send(protocol: object): Promise<unknown>;
}

interface RawCluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  addMultipleTargetTopics(topics: readonly string[]): Promise<void>;
  refreshMetadata(): Promise<void>;
  refreshMetadataIfNecessary(): Promise<void>;
  findTopicPartitionMetadata(topic: string): readonly { readonly partitionId: number; readonly leader: number }[];
  findBroker(which: { nodeId: number }): Promise<RawBroker>;
  findControllerBroker(): Promise<RawBroker>;
}

const load = createRequire(import.meta.url);
const Cluster = load('kafkajs/src/cluster') as new (options: object) => RawCluster;

const { CompressionCodecs, CompressionTypes, Kafka: KafkaClient, logLevel } = kafkajs;

const requestTimeoutMs = 10_000;
/** kafkajs forgets to time requests out once their connection is lost: past this no answer is waited for. */
const answerMs = requestTimeoutMs + 2_000;
const metadataMaxAgeMs = 60_000;
const retry = { initialRetryTime: 50, maxRetryTime: 500, retries: 3 };
const closeMs = 1_000;
const leastRoomBytes = 16 << 10;
const mostRoomBytes = 4 << 20;
const againFirstMs = 5;
const againMostMs = 500;

/** One cluster as configured: makes links. */
export interface Client {
  readonly kafka: Kafka;
  /** Brokers as configured, for messages. */
  readonly where: string;
  link(): Link;
}

/** A set of connections of its own: requests on one link wait for each other, requests on two do not. */
export interface Link {
  /** The leader of each partition, by node. */
  leaders(topic: string, partitions: readonly number[]): Promise<Map<number, number[]>>;
  broker(nodeId: number): Promise<RawBroker>;
  anyBroker(): Promise<RawBroker>;
  coordinator(kind: 'group' | 'transaction', id: string): Promise<RawBroker>;
  /** Runs a step until it succeeds, for as long as its errors pass, `patienceMs` lasts, and nobody gave up. */
  again<T>(step: () => Promise<T>, limits?: Patience): Promise<T>;
  /** After trouble: looks at the cluster anew. Never throws. */
  mend(error: unknown): Promise<void>;
  close(): Promise<void>;
}

export interface Patience {
  readonly patienceMs?: number;
  readonly gaveUp?: () => boolean;
  /** Try again only what was answered: a request whose answer was lost may still be on its way. */
  readonly onlyAnswered?: boolean;
}

/** A client for the cluster. Reads certificate files; throws where one is missing. */
export function createClient(settings: KafkaSettings, instance: string, log: Logger): Client {
  CompressionCodecs[CompressionTypes.ZSTD] = () => ({
    compress: async (encoder: { buffer: Buffer }) => zstdCompressSync(encoder.buffer, { params: { [constants.ZSTD_c_compressionLevel]: 1 } }),
    // frames shrink to a third: room for the whole saves putting it together from pieces, a third of the time
    decompress: async (buffer: Buffer) => zstdDecompressSync(buffer, { chunkSize: Math.min(Math.max(buffer.length * 4, leastRoomBytes), mostRoomBytes) }),
  });
  const { tls, sasl } = settings;
  const ssl = tls === false ? undefined : tls === true ? true : {
    ...(tls.ca === undefined ? {} : { ca: readFileSync(tls.ca) }),
    ...(tls.cert === undefined ? {} : { cert: readFileSync(tls.cert) }),
    ...(tls.key === undefined ? {} : { key: readFileSync(tls.key) }),
    ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
  };
  const config: KafkaConfig = {
    brokers: [...settings.brokers], clientId: `${settings.clientId}-${instance}`, connectionTimeout: 3_000, authenticationTimeout: requestTimeoutMs, reauthenticationThreshold: 10_000,
    requestTimeout: requestTimeoutMs, retry, ...(ssl === undefined ? {} : { ssl }), ...(sasl === null ? {} : { sasl: loginOf(sasl) }),
    logLevel: logLevel.WARN,
    // kafkajs calls each lost connection an error; what matters is told by those who wait for an answer
    logCreator: () => ({ namespace, log: { message, error } }) => log.debug({ client: namespace, error: error as unknown }, message),
  };
  const kafka = new KafkaClient(config);
  const open = (sockets: Sockets): RawCluster =>
    new Cluster({ ...config, logger: kafka.logger(), socketFactory: sockets.factory, metadataMaxAge: metadataMaxAgeMs, allowAutoTopicCreation: false, maxInFlightRequests: null, isolationLevel: 1, enforceRequestTimeout: true });
  return { kafka, where: settings.brokers.join(', '), link: () => createLink(open) };
}

function createLink(open: (sockets: Sockets) => RawCluster): Link {
  let sockets = createSockets();
  let cluster: Promise<RawCluster> | undefined;
  let closed = false;
  let generation = 0;
  const coordinators = new Map<string, Promise<RawBroker>>();
  const { within, hangUp } = createAnswers();

  /** A broker whose every request is answered in time, or fails. */
  function answering(broker: RawBroker): RawBroker {
    return new Proxy(broker, {
      get(target, name) {
        if (name === 'send') return (protocol: object) => within(answerMs, (Reflect.get(target, 'connectionPool') as { send(protocol: object): Promise<unknown> }).send(protocol));
        const member = Reflect.get(target, name) as unknown;
        return typeof member === 'function' ? (request: object, ms = answerMs) => within(ms, Reflect.apply(member, target, [request]) as Promise<unknown>) : member;
      },
    });
  }

  function connected(): Promise<RawCluster> {
    if (closed) return Promise.reject(new Error('the link is closed'));
    cluster ??= within(answerMs, (async () => {
      const made = open(sockets);
      await made.connect();
      await made.refreshMetadata();
      return made;
    })());
    return cluster;
  }

  /** After trouble with a connection nothing that we believed of the cluster is sure: begin anew. */
  function forget(): void {
    cluster = undefined;
    generation++;
    coordinators.clear();
    sockets.cut();
    sockets = createSockets();
  }

  async function mend(error: unknown): Promise<void> {
    coordinators.clear();
    if (isConnectionTrouble(error)) return forget();
    try {
      await within(answerMs, (await connected()).refreshMetadata());
    } catch {
      forget();
    }
  }

  return {
    async leaders(topic, partitions) {
      const at = await connected();
      await within(answerMs, at.addMultipleTargetTopics([topic]).then(() => at.refreshMetadataIfNecessary()));
      const known = new Map(at.findTopicPartitionMetadata(topic).map(({ partitionId, leader }) => [partitionId, leader]));
      const byLeader = new Map<number, number[]>();
      for (const partition of partitions) {
        const leader = known.get(partition);
        if (leader === undefined || leader < 0) throw Object.assign(new Error(`${topic} has no leader for partition ${partition}`), { type: 'LEADER_NOT_AVAILABLE', retriable: true });
        const own = byLeader.get(leader) ?? [];
        own.push(partition);
        byLeader.set(leader, own);
      }
      return byLeader;
    },
    broker: async (nodeId) => answering(await within(answerMs, (await connected()).findBroker({ nodeId }))),
    anyBroker: async () => answering(await within(answerMs, (await connected()).findControllerBroker())),
    async coordinator(kind, id) {
      const key = `${kind}/${id}`;
      const known = coordinators.get(key);
      if (known !== undefined) return known;
      const found = connected()
        .then(async (at) => {
          // asked by hand: kafkajs swallows why a broker names no coordinator
          const asked = answering(await within(answerMs, at.findControllerBroker()));
          const { coordinator } = await asked.findGroupCoordinator({ groupId: id, coordinatorType: kind === 'group' ? 0 : 1 });
          return within(answerMs, at.findBroker({ nodeId: coordinator.nodeId }));
        })
        .then(answering);
      coordinators.set(key, found);
      found.catch(() => coordinators.delete(key));
      return found;
    },
    async again(step, { patienceMs = Infinity, gaveUp = () => false, onlyAnswered = false } = {}) {
      const until = performance.now() + patienceMs;
      for (let waitMs = againFirstMs; ; waitMs = Math.min(waitMs * 2, againMostMs)) {
        const seen = generation;
        try {
          return await step();
        } catch (error) {
          if (onlyAnswered && isConnectionTrouble(error)) throw error;
          if (closed || isFenced(error) || !isPassing(error) || gaveUp() || performance.now() + waitMs > until) throw error;
          await new Promise((resolve) => setTimeout(resolve, waitMs));
          // another step of this link may have mended it already
          if (!isBusy(error) && seen === generation) await mend(error);
        }
      }
    },
    mend,
    async close() {
      if (closed) return;
      closed = true;
      const old = cluster;
      cluster = undefined;
      hangUp();
      await Promise.race([old?.then((one) => one.disconnect()).catch(() => {}), new Promise((resolve) => setTimeout(resolve, closeMs).unref())]);
      // what nobody waits for any more
      sockets.cut();
    },
  };
}

/** The former transaction's marks are still being written: nothing to mend, only to wait for. */
function isBusy(error: unknown): boolean {
  return (error as { type?: string }).type === 'CONCURRENT_TRANSACTIONS';
}

function loginOf(sasl: NonNullable<KafkaSettings['sasl']>): SASLOptions {
  if (sasl.mechanism !== 'oauthbearer') return { mechanism: sasl.mechanism, username: sasl.username, password: sasl.password } as SASLOptions;
  return {
    mechanism: 'oauthbearer',
    oauthBearerProvider: async () => {
      if (sasl.tokenFile !== undefined) return { value: readFileSync(sasl.tokenFile, 'utf8').trim() };
      const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: sasl.clientId ?? '', client_secret: sasl.clientSecret ?? '', ...(sasl.scope === undefined ? {} : { scope: sasl.scope }) });
      const answer = await fetch(sasl.tokenEndpoint!, { method: 'POST', body: form, redirect: 'error', signal: AbortSignal.timeout(requestTimeoutMs) });
      const given = answer.ok ? ((await answer.json()) as { access_token?: unknown }) : {};
      if (typeof given.access_token !== 'string') throw new Error(`the token endpoint answered ${answer.status} without an access_token: check \`kafka.sasl\``);
      return { value: given.access_token };
    },
  };
}
