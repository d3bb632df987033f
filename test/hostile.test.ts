// Generated bad input against the parts that read strangers' bytes, in this process: no throw, every line answered or
// counted with a reason, memory bounded. What comes over sockets, and what people are shown, is hostile-web.test.ts's.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { createJudge } from '../detector/judge.ts';
import { readLexicons } from '../detector/lexicon.ts';
import { detectorSettingsSchema } from '../detector/settings.ts';
import { createLineJudge } from '../infra/cli/judge.ts';
import { parseConfig, readCatalog } from '../infra/config.ts';
import { createFoldThrough } from '../infra/fold-through.ts';
import { createAnonymiser } from '../ingest/author.ts';
import { createIntake, type OwnIntake } from '../ingest/intake.ts';
import { createMatcher } from '../ingest/match.ts';
import { createMentionMaker } from '../ingest/mentions.ts';
import { createLineFeed } from '../ingest/sources/lines.ts';
import { frameSchema } from '../shared/frame.ts';
import { topics } from '../shared/topics.ts';
import type { Bus } from '../shared/bus.ts';
import { hostileLine, hostilePost, hostileValue } from './generators/hostile-bytes.ts';

const services = readCatalog();
const settings = detectorSettingsSchema.parse({});
const judge = createJudge(readLexicons(), services);
const matcher = createMatcher(services);

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapMegabytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

/** The live path from bytes to alerts; every frame that it writes is held against its schema. */
function openPath(): { intake: OwnIntake; alerts: string[] } {
  const alerts: string[] = [];
  const folds = createFoldThrough({
    partitions: 4, services, settings, settingsHash: 'of-this-test', judge, alert: (alert) => void alerts.push(JSON.stringify(alert)), evidence: () => {},
  });
  const bus: Pick<Bus, 'partitions' | 'publish'> = {
    partitions: folds.partitions,
    async publish(records) {
      for (const { topic, value } of records) if (topic === topics.observations.name) frameSchema.parse(JSON.parse(new TextDecoder().decode(value!)));
      await folds.publish(records);
    },
  };
  const intake = createIntake({
    head: { source: 'strangers', instance: 'test', epoch: 0, filtered: true }, latenessMs: 2_000, saved: undefined, bus,
    maker: createMentionMaker(services, matcher, createAnonymiser(new Uint8Array(32))), matcher,
    clock: () => 1_777_836_660_000, frameMs: 2 ** 31 - 1, frameBytes: Number.MAX_SAFE_INTEGER, stateChanged: () => {},
    trouble: (error) => {
      if (error !== null) throw error;
    },
  });
  intake.state('live', 'strangers');
  return { intake, alerts };
}

/** Lines that were taken as posts or dropped with a reason. */
function answered({ counts }: OwnIntake): number {
  expect([...counts.dropped.keys()].every((reason) => /^[a-z-]+$/.test(reason))).toBe(true);
  return counts.posts + [...counts.dropped.values()].reduce((sum, count) => sum + count, 0);
}

const lineCount = 70_000;

test(`${lineCount} bad lines: each is counted as a post or as dropped with a reason, in bounded memory`, async () => {
  // what judging makes for itself when it is first asked is no line that was held
  const first = openPath().intake;
  for (const line of fc.sample(hostileLine, 2_000)) createLineFeed(first).take(Buffer.concat([line, Buffer.from('\n')]));
  await first.end(true);
  const { intake } = openPath();
  const feed = createLineFeed(intake);
  const before = heapMegabytes();
  let given = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(hostileLine, { minLength: 100, maxLength: 100 }), async (lines) => {
      const was = answered(intake);
      const bytes = Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')]));
      // cut anywhere, as chunks from a pipe are
      const cut = bytes.length >> 1;
      feed.take(bytes.subarray(0, cut));
      feed.take(bytes.subarray(cut));
      await intake.accepted();
      const filled = lines.filter((line) => line.length > (line.at(-1) === 13 ? 1 : 0)).length;
      given += filled;
      expect(answered(intake) - was).toBe(filled);
    }),
    { numRuns: lineCount / 100, endOnFailure: true },
  );
  await intake.end(true);
  expect(answered(intake)).toBe(given);
  expect(intake.counts.posts).toBeGreaterThan(lineCount / 10);
  expect(intake.counts.mentions).toBeGreaterThan(lineCount / 20);
  expect([...intake.counts.dropped.keys()]).toEqual(expect.arrayContaining(['not-json', 'no-id', 'no-text', 'bad-ts', 'future', 'not-an-object']));
  // what stays is the state of a few thousand mentions, not the lines
  expect(heapMegabytes() - before).toBeLessThan(64);
});

test('texts of 10 MB and lines without an end cost a drop each and are not held', async () => {
  const { intake } = openPath();
  const feed = createLineFeed(intake);
  const before = heapMegabytes();
  const big = Buffer.from(`{"id":"big","ts":1777836600000,"author":"a","text":"WhatsApp is down ${'x'.repeat(10 << 20)}"}\n`);
  const endless = Buffer.alloc(1 << 20, 0x61);
  for (let i = 0; i < 5; i++) {
    feed.take(big);
    for (let k = 0; k < 30; k++) feed.take(endless);
    feed.take(Buffer.from('\n{"id":"after","ts":1777836600000,"author":"a","text":"WhatsApp is down"}\n'));
  }
  await intake.end(true);
  expect(Object.fromEntries(intake.counts.dropped)).toEqual({ 'too-long': 10 });
  expect(intake.counts.posts).toBe(5);
  expect(heapMegabytes() - before).toBeLessThan(32);
});

test('a text at the bound of a line is taken as words and cut, and its rest costs nothing', async () => {
  const { intake } = openPath();
  const line = Buffer.from(JSON.stringify({ id: 'long', ts: 1_777_836_600_000, author: 'a', text: `WhatsApp is down ${'<!channel>'.repeat(100_000)}` }));
  expect(intake.line(line, 0, line.length)).toEqual({ outcome: 'named', mentions: 1 });
  await intake.end(true);
});

const judgedCount = 6_000;

test(`${judgedCount} bad posts are judged: an answer or an error with its line, always one line of JSON`, () => {
  const judgeLine = createLineJudge(services);
  fc.assert(
    fc.property(fc.oneof(hostileLine, hostilePost.map((post) => Buffer.from(JSON.stringify(post)))), (bytes) => {
      const answer = JSON.stringify(judgeLine(bytes.toString('utf8'), 7));
      expect(answer).not.toMatch(/[\n\r]/);
      const read = JSON.parse(answer) as Record<string, unknown>;
      if ('error' in read) expect(read).toEqual({ line: 7, error: expect.stringMatching(/^[a-z-]+$/) as string });
      else expect(read).toMatchObject({ id: expect.any(String) as string, verdict: expect.stringMatching(/^(report|recovery|none)$/) as string, weight: expect.any(Number) as number });
    }),
    { numRuns: judgedCount, endOnFailure: true },
  );
});

const configCount = 6_000;
const few = services.slice(0, 20);
const example = readFileSync(join(import.meta.dirname, '..', 'outcry.example.yaml'), 'utf8');

/** A configuration's outer keys with anything in them; what is right is rare, so that few read the whole catalogue. */
const configValue = fc.dictionary(
  fc.constantFrom('data', 'partitions', 'listen', 'storage', 'privacy', 'services', 'sources', 'channels', 'routes', 'detection', 'logLevel', '__proto__', 'sorces'),
  fc.oneof(hostileValue, fc.dictionary(fc.constantFrom('a', 'constructor', '__proto__', 'port', 'list'), fc.oneof(hostileValue, fc.record({ type: fc.constantFrom('lines', 'constructor', '__proto__', 'toString', 'console'), file: hostileValue })))),
  { minKeys: 1 },
);
const configText = fc.oneof(
  { weight: 6, arbitrary: configValue.map((value) => JSON.stringify(value)) },
  { weight: 2, arbitrary: configValue.map((value) => stringify(JSON.parse(JSON.stringify(value)))) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.nat(), fc.string({ minLength: 1, maxLength: 12 }), fc.nat({ max: 40 })).map(([at, put, gone]) => {
      const place = at % example.length;
      return `${example.slice(0, place)}${put}${example.slice(place + gone)}`;
    }),
  },
  { weight: 1, arbitrary: fc.constantFrom('a: &a [*a]', `a: ${'['.repeat(2_000)}`, '? {a: 1}\n: b', '!!js/function x', 'a: &x [1]\nb: [*x,*x,*x]', '--- 1\n--- 2', '\t', '%YAML 9.9', 'data: ${NOSUCH} ${__proto__}') },
);

test(`${configCount} bad configurations: each is taken or refused with its problems, none throws`, () => {
  let taken = 0;
  fc.assert(
    fc.property(configText, (text) => {
      const read = parseConfig(text, null, {}, () => few);
      if ('config' in read) {
        taken++;
        return;
      }
      expect(read.problems.length).toBeGreaterThan(0);
      for (const { line, message } of read.problems) {
        expect(line).toBeGreaterThanOrEqual(0);
        expect(message).not.toBe('');
      }
    }),
    { numRuns: configCount, endOnFailure: true },
  );
  expect(taken).toBeLessThan(configCount / 2);
});
