// The published schemas against what a whole run writes: every record of every described topic fits, and carries nothing
// that its schema does not tell.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { Kafka as CloudEventsKafka, type CloudEventV1, type KafkaMessage } from 'cloudevents';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { schemaFolder } from '../infra/asyncapi.ts';
import { openEmbedded } from '../infra/backends/index.ts';
import type { PayloadName } from '../infra/payload-schemas.ts';
import type { InRecord } from '../shared/bus.ts';
import { topics, type TopicName } from '../shared/topics.ts';
import { startOutcry } from './child.ts';
import { asFile, eveningLines } from './generators/evening-lines.ts';

const ajv = new Ajv({ strict: false, allErrors: true });
formats.default(ajv);
const folder = mkdtempSync(join(tmpdir(), 'outcry-contract-'));
const held = new Map<TopicName, InRecord[]>();

beforeAll(async () => {
  writeFileSync(join(folder, 'evening.ndjson'), asFile(eveningLines()));
  const config = { data: 'data', listen: { port: 0 }, sources: { evening: { type: 'lines', file: 'evening.ndjson' } }, channels: { console: { type: 'console' } } };
  writeFileSync(join(folder, 'outcry.yaml'), JSON.stringify(config));
  const outcry = startOutcry(['run'], { cwd: folder });
  // what the evening ends with
  await outcry.line(/\[confirmed\] Spotify/);
  outcry.process.kill('SIGTERM');
  expect(await outcry.ended).toBe(0);
  const { bus } = openEmbedded({ file: join(folder, 'data', 'outcry.db'), partitions: 4, mode: 'own', maxBytes: null });
  for (const { name } of Object.values(topics)) held.set(name, await readAll(bus, name));
  await bus.close();
}, 600_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function readAll(bus: ReturnType<typeof openEmbedded>['bus'], topic: TopicName): Promise<InRecord[]> {
  const records: InRecord[] = [];
  const running = await new Promise<{ stop(): Promise<void> }>((resolve) => {
    const tail = bus.tail(topic, 'start', (batch) => void records.push(...batch), () => setImmediate(() => resolve(tail)));
  });
  await running.stop();
  return records;
}

/** The published schema, but a key that it does not name is a fault. */
function strictly(name: PayloadName): ValidateFunction {
  const schema = JSON.parse(readFileSync(join(schemaFolder, `${name}.json`), 'utf8')) as Record<string, unknown>;
  delete schema['$id'];
  return ajv.compile(closed(schema) as object);
}

function closed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closed);
  if (typeof node !== 'object' || node === null) return node;
  const inner = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, closed(value)]));
  return 'properties' in inner && inner['type'] === 'object' ? { additionalProperties: false, ...inner } : inner;
}

function faults(check: ValidateFunction, values: readonly unknown[]): unknown[] {
  return values.flatMap((value) => (check(value) ? [] : [{ value, errors: check.errors }])).slice(0, 3);
}

const valueOf = ({ value }: InRecord): unknown => JSON.parse(new TextDecoder().decode(value!));

test.each([
  [topics.observations.name, 'frame'],
  [topics.incidents.name, 'incident-record'],
  [topics.rollups.name, 'rollup'],
  [topics.evidence.name, 'evidence'],
  [topics.alerts.name, 'alert'],
  [topics.deliveries.name, 'delivery'],
] as const)('every record of %s is what docs/schemas/%s.json says', (topic, name) => {
  const values = held.get(topic)!.map(valueOf);
  expect(values.length).toBeGreaterThan(3);
  expect(faults(strictly(name), values)).toEqual([]);
});

test("an alert's headers are what docs/schemas/alert-headers.json says, and its key is the incident", () => {
  const records = held.get(topics.alerts.name)!;
  expect(faults(strictly('alert-headers'), records.map(({ headers }) => headers))).toEqual([]);
  for (const record of records) expect(valueOf(record)).toMatchObject({ id: record.headers['ce_id'], incident: { id: record.key } });
});

test('the official library reads each alert as a CloudEvent in Kafka binary mode', () => {
  for (const record of held.get(topics.alerts.name)!) {
    const { headers, key } = record;
    const value = new TextDecoder().decode(record.value!);
    const message: KafkaMessage<string> = { headers: { ...headers }, key, value, body: value };
    const event = CloudEventsKafka.toEvent(message) as CloudEventV1<unknown> & { validate(): boolean };
    expect(event.validate()).toBe(true);
    expect(event).toMatchObject({ id: headers['ce_id'], source: '/outcry', type: headers['ce_type'], subject: headers['ce_subject'], data: valueOf(record) });
  }
});
