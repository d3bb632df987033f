import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Service } from '../shared/service.ts';
import { parseConfig } from './config.ts';
import { maxConfigLength } from './config-place.ts';

const service: Service = { id: 'whatsapp', name: 'WhatsApp', names: [], hashtags: [], handles: [], ordinary: [], context: [], exclude: [], tags: [], dependsOn: [] };
const read = (text: string, env: Readonly<Record<string, string>> = {}) => parseConfig(text, null, env, () => [service]);
const messages = (text: string): string[] => {
  const found = read(text);
  return 'problems' in found ? found.problems.map(({ line, message }) => `${line} ${message}`) : [];
};

test('problems in a broken section hide none in a sound one, and come in the order of their lines', () => {
  expect(messages('sources:\n  a:\n    type: line\nlisten:\n  prot: 1\nchanels: {}\ndetection:\n  minReporter: 3\n')).toEqual([
    '3 no source of type `line`; did you mean `lines`?',
    '5 unknown key `prot`; did you mean `port`?',
    '6 unknown key `chanels`; did you mean `channels`?',
    '8 unknown key `minReporter`; did you mean `minReporters`?',
  ]);
});

test('no route is blamed for a channel when the channels themselves are broken', () => {
  expect(messages('channels: none\nroutes:\n  - to: [slack]\n')).toEqual(['1 channels: Invalid input: expected record, received string']);
});

test('names that every object knows are no types and no environment', () => {
  for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
    expect(messages(`sources:\n  a:\n    type: ${name}\n`), name).toEqual([expect.stringMatching(`^3 no source of type \`${name}\``)]);
    expect(messages(`data: \${${name}}\n`), name).toEqual([`1 the environment has no ${name}: set it, or write the value`]);
  }
});

test('a value that holds itself is a problem', () => {
  expect(messages('routes: &a [*a]\n')).toHaveLength(1);
  expect(messages('detection: &a {x: *a}\n')).toHaveLength(1);
});

test('nesting without end is a problem', () => {
  expect(messages(`routes: ${'['.repeat(5_000)}${']'.repeat(5_000)}`).length).toBeGreaterThan(0);
  expect(messages('['.repeat(20_000)).length).toBeGreaterThan(0);
});

test('a file too long for a configuration is one problem, found without reading it', () => {
  expect(messages(`data: ${'x'.repeat(10_000_000)}`)).toEqual([expect.stringContaining(`at most ${maxConfigLength}`)]);
});

test('thousands of unknown keys are told in part', () => {
  const keys = Array.from({ length: 2_000 }, (_, i) => `k${i}: 1`).join('\n');
  expect(messages(keys).length).toBeLessThan(100);
});

const key = fc.oneof(
  fc.constantFrom('data', 'partitions', 'listen', 'host', 'port', 'publicUrl', 'storage', 'maxMegabytes', 'privacy', 'authorKey', 'services', 'mode', 'list', 'sources', 'channels', 'routes', 'to', 'detection', 'minReporters', 'type', 'url', 'secrets', 'file', 'speed', 'id', 'name', 'names', 'logLevel', '__proto__', 'constructor'),
  fc.string({ maxLength: 12 }),
);
const scalar = fc.oneof(
  fc.constantFrom('console', 'webhook', 'lines', 'http', 'bluesky', 'demo', 'slack-webhook', 'constructor', 'whatsapp', '${HOME}', '${constructor}', 'https://10.0.0.1/', '-'),
  fc.string({ unit: 'binary', maxLength: 30 }), fc.integer(), fc.double(), fc.boolean(), fc.constant(null),
);
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof({ maxDepth: 5, depthSize: 'large', withCrossShrink: true }, scalar, fc.array(tie('tree'), { maxLength: 4 }), fc.dictionary(key, tie('tree'), { maxKeys: 5, noNullPrototype: true })),
}));
const section = fc.dictionary(key, tree, { maxKeys: 6, noNullPrototype: true });

function check(text: string): void {
  const found = read(text);
  if ('config' in found) return;
  expect(found.problems.length).toBeGreaterThan(0);
  for (const { line, message } of found.problems) {
    expect(line).toBeGreaterThan(0);
    expect(message).not.toBe('');
  }
}

test('a random document of known and unknown keys is a configuration or a list of problems', () => {
  fc.assert(fc.property(section, (value) => check(JSON.stringify(value))), { numRuns: 2_000 });
});

test('a random text is a configuration or a list of problems', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), check), { numRuns: 2_000 });
});
