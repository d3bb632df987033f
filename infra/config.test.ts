import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Problem } from './config-place.ts';
import { parseConfig, readCatalog, readConfig, type Config } from './config.ts';

const catalog = readCatalog();

function problemsIn(text: string, env: Readonly<Record<string, string>> = {}): Problem[] {
  const read = parseConfig(text, null, env, () => catalog);
  if ('config' in read) throw new Error('the configuration was taken');
  return read.problems;
}

function taken(text: string, env: Readonly<Record<string, string>> = {}): Config {
  const read = parseConfig(text, null, env, () => catalog);
  if ('problems' in read) throw new Error(read.problems.map(({ message }) => message).join('; '));
  return read.config;
}

test('an empty configuration is all defaults: this machine only, the console, one false alarm a service-year', () => {
  const config = taken('');
  expect(config.listen).toEqual({ host: '127.0.0.1', port: 8470 });
  expect(config.partitions).toBe(4);
  expect(config.sources).toEqual([]);
  expect(config.channels.map(({ name, definition }) => [name, definition.name])).toEqual([['console', 'console']]);
  expect(config.detection.budgetPerServiceYear).toBe(1);
  expect(config.services.length).toBeGreaterThan(100);
});

test('the cluster of `backend: kafka` and the key that its workers share are asked for together', () => {
  expect(problemsIn('backend: kafka\n').map(({ path, message }) => [path, message])).toEqual([
    ['kafka', '`backend: kafka` needs `kafka` with the `brokers` of the cluster'],
    ['privacy.authorKey', expect.stringContaining('that all workers share')],
  ]);
  const config = taken('backend: kafka\nkafka: { brokers: ["127.0.0.1:9092"] }\nprivacy: { authorKey: "${KEY}" }\n', { KEY: 'sixteen letters and more' });
  expect(config.kafka).toMatchObject({ brokers: ['127.0.0.1:9092'], compression: 'zstd', tls: false });
  expect(config.redis).toMatchObject({ url: 'redis://127.0.0.1:6379', keyPrefix: 'outcry:' });
});

test('the example that `outcry init` writes is taken as it stands', () => {
  const file = join(import.meta.dirname, '..', 'outcry.example.yaml');
  const read = readConfig(file, {});
  expect(read).toHaveProperty('config');
});

test('every problem inside the sections is told at once, each with its line and the nearest name', () => {
  const found = problemsIn(`sources:
  a:
    type: line
  b:
    type: lines
    file: posts.ndjson
    sped: 2
channels:
  hook:
    type: webhok
detection:
  minReporter: 3
routes:
  - to: [hok]
    services: [whatsap]
  - to: [hook]
    chanes: [confirmed]
services:
  list:
    - id: our-shop
      name: Our Shop
      handels: ["@ourshop"]
`);
  const told = found.map(({ line, message }) => `${line} ${message}`);
  expect(told).toEqual([
    '3 no source of type `line`; did you mean `lines`?',
    '7 unknown key `sped`; did you mean `speed`?',
    '10 no channel of type `webhok`; did you mean `webhook`?',
    '12 unknown key `minReporter`; did you mean `minReporters`?',
    '14 no channel `hok`; did you mean `hook`?',
    '17 unknown key `chanes`; did you mean `changes`?',
    '22 unknown key "handels"; did you mean "handles"?',
  ].toSpliced(5, 0, ...told.filter((line) => line.includes('whatsap'))));
  expect(found.map(({ line }) => line)).toEqual(found.map(({ line }) => line).toSorted((a, b) => a - b));
});

test('a name, a value or an address that is not taken is told with its key and what is taken instead', () => {
  const told = problemsIn(`listen: { host: 127.0.0.1, port: "8470" }
channels:
  our slack:
    type: console
`).map(({ line, message }) => `${line} ${message}`);
  expect(told).toEqual([
    '1 listen.port: Invalid input: expected number, received string',
    '3 channels.our slack: a name is letters, digits, dot, hyphen, underscore',
  ]);
  const urls = problemsIn(`channels:
  plain: { type: webhook, url: "http://hooks.example.com/", secrets: ["whsec_AAAA"] }
  inside: { type: slack-webhook, url: "https://10.0.0.1/" }
`).map(({ message }) => message);
  expect(urls).toEqual([
    'secrets.0: a webhook secret must be 24 to 64 bytes, not 3',
    'url: this address is refused (url-scheme): use https, or set `allowHttp: true`',
    'url: this address is refused (address-private): set `allowPrivate: true` if the receiver is in your own network',
  ]);
});

test('a route for a tag that no service has is a problem, since it would never match', () => {
  const found = problemsIn('services:\n  list:\n    - { id: our-shop, name: Our Shop, tags: [ours] }\nroutes:\n  - to: [console]\n    tags: [ours, bank, bnak]\n');
  expect(found.map(({ line, message }) => `${line} ${message}`)).toEqual(['6 no tag `bnak`; did you mean `bank`?']);
});

test('unknown keys are refused at every level', () => {
  const levels = ['nope: 1', 'listen:\n  nope: 1', 'storage:\n  nope: 1', 'privacy:\n  nope: 1', 'services:\n  nope: 1', 'detection:\n  nope: 1',
    'channels:\n  c:\n    type: console\n    nope: 1', 'sources:\n  s:\n    type: demo\n    nope: 1', 'routes:\n  - to: [console]\n    nope: 1',
    'services:\n  list:\n    - id: x\n      name: Xanadu\n      nope: 1'];
  for (const text of levels) {
    const found = problemsIn(text);
    expect(found.map(({ message }) => message.slice(0, 18)), text).toEqual([expect.stringMatching(/^unknown key ["`]nope["`]/)]);
    expect(found[0]!.line, text).toBe(text.split('\n').length);
  }
});

test('a value of the wrong kind or out of bounds is told at its line', () => {
  expect(problemsIn('listen:\n  host: 127.0.0.1\n  port: 70000\n').map(({ line, path }) => [line, path])).toEqual([[3, 'listen.port']]);
  expect(problemsIn('data: [a]\npartitions: none\n').map(({ line, path }) => [line, path])).toEqual([[1, 'data'], [2, 'partitions']]);
});

test('${NAME} is filled in from the environment, wherever a text stands', () => {
  const config = taken('data: ${WHERE}/data\npublicUrl: https://${HOST}\n', { WHERE: '/srv', HOST: 'board.example.com' });
  expect(config.data).toBe('/srv/data');
  expect(config.publicUrl).toBe('https://board.example.com');
});

test('a name that the environment lacks is a problem at its line', () => {
  const found = problemsIn('data: here\nchannels:\n  slack:\n    type: slack-webhook\n    url: ${SLACK_URL}\n');
  expect(found[0]).toEqual({ line: 5, path: 'channels.slack.url', message: 'the environment has no SLACK_URL: set it, or write the value' });
});

test('of sections that a command does not read, it asks for no secret and tells no problem', () => {
  const text = 'partitions: 8\nsources: { x: { type: x, bearerToken: "${NO_TOKEN}" } }\nchannels: { slack: { type: nothing } }\nroutes: [{ to: [nobody] }]\n';
  const read = parseConfig(text, null, {}, () => catalog, ['sources', 'channels', 'routes']);
  expect(read).toMatchObject({ config: { partitions: 8, sources: [] } });
  expect(problemsIn(text)).toHaveLength(3);
});

test('what the environment lacks is told once, and not judged as it stands', () => {
  const found = problemsIn('channels:\n  slack: { type: slack-webhook, url: "${NO_URL}" }\n  hook: { type: webhook, url: "https://hooks.example.com/", secrets: ["${NO_SECRET}"] }\n');
  expect(found.map(({ message }) => message)).toEqual(['the environment has no NO_URL: set it, or write the value', 'the environment has no NO_SECRET: set it, or write the value']);
});

test('${file:PATH} is filled in from a file beside the configuration, and a missing one is a problem at its line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'outcry-config-'));
  writeFileSync(join(folder, 'token'), 'the token of this source\n');
  const file = join(folder, 'outcry.yaml');
  writeFileSync(file, 'sources:\n  push:\n    type: http\n    token: ${file:token}\n');
  const read = readConfig(file, {});
  expect('config' in read && read.config.sources[0]!.options).toMatchObject({ token: 'the token of this source' });
  writeFileSync(file, 'sources:\n  push:\n    type: http\n    token: ${file:tokens}\n');
  const without = readConfig(file, {});
  expect('problems' in without && without.problems[0]).toEqual({ line: 4, path: 'sources.push.token', message: 'the file tokens is not there: mount it, or write the value' });
  rmSync(folder, { recursive: true });
});

test("a secret's value appears in no problem", () => {
  const secret = 'whsec_c2hvcnQ=';
  const found = problemsIn('channels:\n  hook:\n    type: webhook\n    url: https://hooks.example.com\n    secrets: ["${SECRET}"]\n', { SECRET: secret });
  expect(found.map(({ line }) => line)).toEqual([5]);
  expect(JSON.stringify(found)).not.toContain(secret);
});

test('paths are relative to the file', () => {
  const read = parseConfig('data: ./kept\n', join('/etc', 'outcry', 'outcry.yaml'), {});
  expect(read).toMatchObject({ config: { data: join('/etc', 'outcry', 'kept') } });
});

test('services extend the catalogue, change an entry of it, or replace it', () => {
  const own = '    - id: our-shop\n      name: Our Shop\n';
  const whole = taken('').services.length;
  expect(taken(`services:\n  list:\n${own}`).services).toHaveLength(whole + 1);
  expect(taken(`services:\n  mode: replace\n  list:\n${own}`).services.map(({ id }) => id)).toEqual(['our-shop']);
  const changed = taken('services:\n  list:\n    - id: whatsapp\n      name: WA\n      ordinary: [WA, zap, wpp]\n').services;
  expect(changed).toHaveLength(whole);
  expect(changed.find(({ id }) => id === 'whatsapp')).toMatchObject({ name: 'WA', tags: ['messaging'] });
});

test('a file that is not there is a problem that names it', () => {
  const read = readConfig(join(import.meta.dirname, 'no-such.yaml'), {});
  expect(read).toMatchObject({ problems: [{ line: 0, message: expect.stringContaining('no-such.yaml') }] });
});

test('the example is sound with every commented line switched on', () => {
  const lines = readFileSync(join(import.meta.dirname, '..', 'outcry.example.yaml'), 'utf8').split('\n');
  const on = lines.map((line) => (/^\s*# *(- )?[a-zA-Z]+(-[a-z]+)*:(\s|$)/.test(line) ? line.replace('# ', '') : line)).join('\n');
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const config = taken(on, { SLACK_WEBHOOK_URL: 'https://hooks.slack.example/services/x', OUTCRY_WEBHOOK_SECRET: secret });
  expect(config.channels.map(({ name }) => name)).toEqual(['console', 'slack', 'on-call']);
  expect(config.routes).toHaveLength(1);
  expect(config.services.some(({ id }) => id === 'our-shop')).toBe(true);
});
