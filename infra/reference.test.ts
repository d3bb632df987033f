import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { reasonCodes } from '../detector/judge-reason.ts';
import { sources } from '../ingest/sources/index.ts';
import { channels } from '../notifier/channels/index.ts';
import { deliverySchema } from '../shared/delivery.ts';
import { incidentChangeSchema, incidentStateSchema } from '../shared/incident.ts';
import { symptoms } from '../shared/report.ts';
import { topics } from '../shared/topics.ts';
import { createProgram } from './cli/program.ts';
import { gatherReference, type Gathered } from './reference-gather.ts';
import { referenceFile, renderReference } from './reference.ts';
import { deliveryStates, routeWords } from './reference-words.ts';

const root = join(import.meta.dirname, '..');
let gathered: Gathered;
let text: string;

beforeAll(async () => {
  gathered = await gatherReference();
  text = renderReference(gathered);
});

const missing = (names: readonly string[]): string[] => names.filter((name) => !text.includes(`\`${name}\``));

test('docs/reference.md is what the code says: `npm run docs` writes it', () => {
  expect(readFileSync(referenceFile, 'utf8')).toBe(text);
});

test('every symptom, verdict reason, state, change and topic is in the reference', () => {
  const names = [...symptoms, ...reasonCodes, ...incidentStateSchema.options, ...incidentChangeSchema.options, ...Object.values(topics).map(({ name }) => name)];
  expect(missing(names)).toEqual([]);
});

test('every source and channel has its table', () => {
  for (const type of Object.keys(sources)) expect(text).toContain(`### source \`${type}\``);
  for (const type of Object.keys(channels)) expect(text).toContain(`### channel \`${type}\``);
});

test('every command is in the reference with its own help', async () => {
  const names = (await createProgram()).commands.map((command) => command.name());
  expect(names.length).toBeGreaterThan(10);
  for (const name of names) expect(text).toContain(`### ${name}\n\n\`\`\`text\nUsage: outcry ${name} `);
});

test('every address that is served has its line, and no line is left over', () => {
  expect(gathered.routes.length).toBeGreaterThan(15);
  expect(Object.keys(routeWords).toSorted()).toEqual([...gathered.routes].toSorted());
});

test('every metric that the code keeps is in the reference', () => {
  const kept = [...readFileSync(join(root, 'infra', 'metrics.ts'), 'utf8').matchAll(/'(outcry_[a-z_]+)'/g)].map(([, name]) => name!);
  expect(gathered.metrics.map(({ name }) => name).toSorted()).toEqual(kept.toSorted());
  expect(missing(kept)).toEqual([]);
});

test('the states of a delivery are those of the ledger', () => {
  expect(deliveryStates.map(([state]) => state)).toEqual(deliverySchema.shape.state.options);
});

// Reasons that never leave the process, or are sentences for a person.
const inner = new Set(['erased', 'empty', 'reason', 'deliver', 'hold']);

function codesIn(file: string): string[] {
  const found = readFileSync(file, 'utf8').matchAll(/(?:reason: |dropped\(|return |\bbad\(|\? |: |new Refused\()['"]([a-z]+(?:-[a-z0-9]+)+|repeat|binary|update|timeout|tls|unreachable|repeated|future|redriven|superseded)['"]/g);
  return [...found].flatMap(([whole, name]) => (/^(reason|dropped|bad|new)/.test(whole) || /Trouble|refusedUrl/.test(file) ? [name!] : [])).filter((name) => !inner.has(name));
}

test('every reason code written in the code is in the reference', () => {
  const files = ['shared', 'ingest', 'detector', 'notifier'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(name) && !name.includes('page'))
      .map((name) => join(root, folder, name)));
  const found = new Set(files.flatMap(codesIn));
  expect(found.size).toBeGreaterThan(40);
  // a status stands for its kind: `http-STATUS`
  expect(missing([...found].map((name) => name.replace(/^http-\d+$/, 'http-STATUS')))).toEqual([]);
});

test('every key has one line of help', () => {
  const empty = text.split('\n').filter((line) => /^\| `[^|]+\| [^|]+\| [^|]+\|\s+\|$/.test(line));
  expect(empty).toEqual([]);
});
