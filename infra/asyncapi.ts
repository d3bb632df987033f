// The contract of our topics as an AsyncAPI 3.0 document, docs/asyncapi.yaml, beside docs/schemas: `npm run docs` writes
// both, a test keeps them true. One topic is public, outcry.alerts; the others are described, and promise nothing.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { topics } from '../shared/topics.ts';
import { exampleAlert } from './asyncapi-example.ts';
import { kafkaSettingsSchema } from './backends/kafka/settings.ts';
import { planTopics, type PlannedTopic } from './backends/kafka/topic-plan.ts';
import { configSchema } from './config.ts';
import { payloads, payloadSchema, schemaFile, type PayloadName } from './payload-schemas.ts';
import { topicWords } from './reference-words.ts';
import { version } from './version.ts';

type TopicKey = keyof typeof topics;

const docs = join(import.meta.dirname, '..', 'docs');
export const asyncapiFile = join(docs, 'asyncapi.yaml');
export const schemaFolder = join(docs, 'schemas');

/** What a topic's values are; one that is not here carries what only its writer reads. */
const payloadOf: Partial<Record<TopicKey, PayloadName>> = {
  observations: 'frame', incidents: 'incident-record', rollups: 'rollup', evidence: 'evidence', alerts: 'alert', deliveries: 'delivery',
};
const publicTopics: ReadonlySet<TopicKey> = new Set<TopicKey>(['alerts']);

const kafkaBinding = '0.5.0';
const topicKeys = Object.keys(topics) as TopicKey[];
const ref = (path: string) => ({ $ref: `#/${path}` });
const tagsOf = (key: TopicKey) => [{ name: publicTopics.has(key) ? 'public' : 'internal' }];

const overview = `What Outcry writes on Kafka: suspected outages of services, heard from what people post.

**outcry.alerts is the public contract.** Its records are CloudEvents 1.0 in Kafka binary mode, keyed by incident, so an
incident's alerts stay in order. Each carries the whole incident as it then stood: the last one of a key is enough to show
it, and from all of them a consumer rebuilds what the board shows of incidents.

- Read it with \`isolation.level=read_committed\`: each alert is then seen once, whatever crashed in between.
- An incident that is linked to another, or only blamed, is here too, with \`told\` false and the reason in \`because\`. Whoever
  passes alerts on to people passes on those with the header \`ce_told: true\`; \`group\` and \`parent\` say what belongs together.
- Where a parent speaks for its group, an alert repeats the parent's last event under an id with \`g\` and a number.
- A consumer that starts again may read some a second time: drop repeats by \`ce_id\`.
- \`v\` is 1. Keys, and values of the closed lists, may be added within it: read past what you do not know. Whatever is no addition gets another \`v\`.
- Alerts refer to posts and never carry their text. Text from strangers may stand in ids: treat it as text.

The other topics are tagged \`internal\`. They are described for operators and may change with any release.
The numbers of partitions and replicas shown are the defaults; an installation sets its own.`;

/** How the topics stand on a cluster where the configuration says nothing about it. */
function plannedTopics(): ReadonlyMap<string, PlannedTopic> {
  const settings = kafkaSettingsSchema.parse({ brokers: ['localhost:9092'] });
  return new Map(planTopics(settings, configSchema.shape.partitions.parse(undefined), '').map((topic) => [topic.name, topic]));
}

/** The settings that a reader may want to know, as AsyncAPI writes them: the policy as a list, numbers as numbers. */
function topicConfiguration({ config }: PlannedTopic): Record<string, unknown> {
  const numbers = ['retention.ms', 'max.message.bytes', 'min.insync.replicas'].map((key) => [key, Number(config[key])]);
  return { 'cleanup.policy': config['cleanup.policy']!.split(','), ...Object.fromEntries(numbers) };
}

function channel(key: TopicKey, planned: PlannedTopic): Record<string, unknown> {
  const { name, partitions, replicationFactor } = planned;
  const { carries, key: keyedBy, writer } = topicWords[key];
  return {
    address: name,
    title: name,
    summary: carries,
    description: `Written by ${writer}. Key: ${keyedBy}. ${publicTopics.has(key) ? 'Public: changes by addition only.' : 'Internal: may change with any release.'}`,
    tags: tagsOf(key),
    ...(payloadOf[key] === undefined ? {} : { messages: { [payloadOf[key]]: ref(`components/messages/${payloadOf[key]}`) } }),
    bindings: { kafka: { topic: name, partitions, replicas: replicationFactor, topicConfiguration: topicConfiguration(planned), bindingVersion: kafkaBinding } },
  };
}

function operation(key: TopicKey): Record<string, unknown> {
  return {
    action: 'send',
    channel: ref(`channels/${key}`),
    summary: `${topicWords[key].writer} writes ${topics[key].name}`,
    tags: tagsOf(key),
    ...(payloadOf[key] === undefined ? {} : { messages: [ref(`channels/${key}/messages/${payloadOf[key]}`)] }),
  };
}

function message(key: TopicKey, payload: PayloadName): Record<string, unknown> {
  const { title, description } = payloads[payload];
  const isAlert = payload === 'alert';
  return {
    name: title,
    title,
    summary: description,
    contentType: 'application/json',
    tags: tagsOf(key),
    ...(isAlert ? { headers: ref('components/schemas/AlertHeaders') } : {}),
    payload: ref(`components/schemas/${title}`),
    bindings: { kafka: { key: { type: 'string', description: topicWords[key].key }, bindingVersion: kafkaBinding } },
    ...(isAlert ? { examples: [{ name: 'confirmed', summary: 'An invented incident that became confirmed', ...exampleAlert() }] } : {}),
  };
}

/** The document as data. Same code, same document. */
export function asyncapiDocument(): Record<string, unknown> {
  const carried = topicKeys.flatMap((key) => (payloadOf[key] === undefined ? [] : [[key, payloadOf[key]] as const]));
  const planned = plannedTopics();
  const described: PayloadName[] = [...carried.map(([, name]) => name), 'alert-headers'];
  return {
    asyncapi: '3.0.0',
    id: 'urn:outcry',
    info: { title: 'Outcry', version, description: overview, license: { name: 'MIT' }, tags: [{ name: 'public', description: 'a promise to whoever reads it' }, { name: 'internal', description: 'ours alone, without promise' }] },
    defaultContentType: 'application/json',
    servers: {
      kafka: { host: '{brokers}', protocol: 'kafka', description: "The installation's brokers.", variables: { brokers: { default: 'localhost:9092', description: 'host and port of one or more brokers' } } },
    },
    channels: Object.fromEntries(topicKeys.map((key) => [key, channel(key, planned.get(topics[key].name)!)])),
    operations: Object.fromEntries(topicKeys.map((key) => [`write-${key}`, operation(key)])),
    components: {
      messages: Object.fromEntries(carried.map(([key, name]) => [name, message(key, name)])),
      schemas: Object.fromEntries(described.map((name) => [payloads[name].title, payloadSchema(name)])),
    },
  };
}

/** The document as docs/asyncapi.yaml holds it. */
export function renderAsyncapi(): string {
  return `# Generated from the code by \`npm run docs\`. Do not edit.\n${stringify(asyncapiDocument(), { lineWidth: 0, aliasDuplicateObjects: false })}`;
}

/** All files of docs/schemas, by name. */
export function renderSchemas(): Map<string, string> {
  return new Map((Object.keys(payloads) as PayloadName[]).map((name) => [`${name}.json`, schemaFile(name)]));
}

if (import.meta.main) {
  writeFileSync(asyncapiFile, renderAsyncapi());
  mkdirSync(schemaFolder, { recursive: true });
  for (const [name, text] of renderSchemas()) writeFileSync(join(schemaFolder, name), text);
  process.stdout.write('wrote docs/asyncapi.yaml and docs/schemas\n');
}
