import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import asyncapi3 from '@asyncapi/specs/schemas/3.0.0-without-$id.json' with { type: 'json' };
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { CloudEvent } from 'cloudevents';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { webhookBody } from '../notifier/channels/webhook.ts';
import { alertSchema } from '../shared/alert.ts';
import { topics } from '../shared/topics.ts';
import { exampleAlert } from './asyncapi-example.ts';
import { asyncapiDocument, asyncapiFile, renderAsyncapi, renderSchemas, schemaFolder } from './asyncapi.ts';

const validator = (): Ajv => {
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats.default(ajv);
  return ajv;
};

/** What is wrong with a value by the schema of a file in docs/schemas. */
function faults(file: string, value: unknown): unknown {
  const check = validator().compile(JSON.parse(readFileSync(join(schemaFolder, file), 'utf8')) as object);
  return check(value) ? [] : check.errors;
}

test('docs/asyncapi.yaml is what the code says: `npm run docs` writes it', () => {
  expect(readFileSync(asyncapiFile, 'utf8')).toBe(renderAsyncapi());
});

test('docs/schemas holds what the code says, and nothing else', () => {
  const held = new Map(readdirSync(schemaFolder).map((name) => [name, readFileSync(join(schemaFolder, name), 'utf8')]));
  expect(Object.fromEntries(held)).toEqual(Object.fromEntries(renderSchemas()));
});

test("the document is valid by AsyncAPI's own schema", () => {
  const check = validator().compile(asyncapi3);
  const document = parse(renderAsyncapi()) as object;
  check(document);
  expect(check.errors ?? []).toEqual([]);
  expect(check({ ...document, channels: { alerts: { address: 7 } } })).toBe(false);
});

test('every reference within the document leads somewhere', () => {
  const document = asyncapiDocument();
  const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path!);
  expect(refs.length).toBeGreaterThan(20);
  const lost = refs.filter((path) => path.split('/').reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], document) === undefined);
  expect(lost).toEqual([]);
});

test('every topic is a channel, and the alerts are the only public one', () => {
  const channels = asyncapiDocument()['channels'] as Record<string, { address: string; tags: { name: string }[] }>;
  expect(Object.values(channels).map(({ address }) => address)).toEqual(Object.values(topics).map(({ name }) => name));
  expect(Object.values(channels).filter(({ tags }) => tags.some(({ name }) => name === 'public')).map(({ address }) => address)).toEqual(['outcry.alerts']);
});

test('the example is an alert, fits the schemas, and is a CloudEvent by the official library', () => {
  const { headers, payload } = exampleAlert();
  expect(faults('alert.json', payload)).toEqual([]);
  expect(faults('alert-headers.json', headers)).toEqual([]);
  const { ce_id: id, ce_source: source, ce_type: type, ce_subject: subject, ce_time: time } = headers;
  expect(new CloudEvent({ id, source, type, subject, time, data: payload }).validate()).toBe(true);
});

test('the body of a webhook fits its schema, with an address of the board or without', () => {
  const alert = alertSchema.parse(exampleAlert().payload);
  for (const publicUrl of [null, 'https://outcry.example.com']) expect(faults('webhook-event.json', JSON.parse(webhookBody(alert, publicUrl)))).toEqual([]);
});

test('an alert with a key from a later version fits; one without its incident does not', () => {
  const { payload } = exampleAlert();
  expect(faults('alert.json', { ...(payload as object), later: 1 })).toEqual([]);
  expect(faults('alert.json', { ...(payload as object), incident: undefined })).not.toEqual([]);
});
