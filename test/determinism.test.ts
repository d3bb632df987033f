// Same posts, same settings: the same incidents and the same alerts, byte for byte, whatever the order of arrival within
// the lateness bound, the framing and the number of partitions. Through the command and through the live path.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDetector } from '../detector/detector.ts';
import { createJudge } from '../detector/judge.ts';
import { readLexicons } from '../detector/lexicon.ts';
import { detectorSettingsSchema } from '../detector/settings.ts';
import { openEmbedded } from '../infra/backends/index.ts';
import { readCatalog } from '../infra/config.ts';
import { createFoldThrough } from '../infra/fold-through.ts';
import { createAnonymiser } from '../ingest/author.ts';
import { createIntake } from '../ingest/intake.ts';
import { createMatcher } from '../ingest/match.ts';
import { createMentionMaker } from '../ingest/mentions.ts';
import { holdRole } from '../notifier/notifier.ts';
import { encodeAlert } from '../shared/alert.ts';
import type { Bus, InRecord } from '../shared/bus.ts';
import type { Evidence } from '../shared/evidence.ts';
import { topics, type TopicName } from '../shared/topics.ts';
import { runOutcry } from './child.ts';
import { asFile, eveningLines, latenessMs, shuffled, type TimedLine } from './generators/evening-lines.ts';

const services = readCatalog();
const settings = detectorSettingsSchema.parse({});
const settingsHash = 'of-this-test';
const judge = createJudge(readLexicons(), services);
const matcher = createMatcher(services);
let folder = '';
let evening: TimedLine[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'outcry-same-'));
  evening = eveningLines();
  writeFileSync(join(folder, 'evening.ndjson'), asFile(evening));
  writeFileSync(join(folder, 'shuffled.ndjson'), asFile(shuffled(evening, 7)));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function backtestBytes(file: string, ...options: string[]): Promise<string> {
  const { code, output, errors } = await runOutcry(['backtest', file, '--json', ...options], { cwd: folder });
  expect(errors).toBe('');
  expect(code).toBe(0);
  return output;
}

/** Says in which line two texts part, since whole outputs say nothing. */
function expectSame(found: string, wanted: string): void {
  if (found === wanted) return;
  const [a, b] = [found.split('\n'), wanted.split('\n')];
  const at = a.findIndex((line, i) => line !== b[i]);
  expect({ line: at, text: a.slice(at, at + 3) }).toEqual({ line: at, text: b.slice(at, at + 3) });
  expect(found.length).toBe(wanted.length);
}

test('backtest --json of the same evening gives the same bytes twice, shuffled, in frames of 1 or 1,000 posts, on 1, 4 or 16 partitions', async () => {
  const first = await backtestBytes('evening.ndjson');
  const { incidents } = JSON.parse(first) as { incidents: { service: string; state: string; evidence: string[] }[] };
  expect(incidents.some(({ service, state, evidence }) => service === 'whatsapp' && state === 'confirmed' && evidence.length > 100)).toBe(true);
  expectSame(await backtestBytes('evening.ndjson'), first);
  expectSame(await backtestBytes('shuffled.ndjson'), first);
  expectSame(await backtestBytes('evening.ndjson', '--frame-posts', '1', '--partitions', '1'), first);
  expectSame(await backtestBytes('shuffled.ndjson', '--frame-posts', '1000', '--partitions', '16'), first);
});

type Log = Pick<Bus, 'partitions' | 'publish'>;

/** The lines as they come, unsorted, through a live intake into a log. */
async function ingest(lines: readonly TimedLine[], bus: Log, framePosts: number): Promise<void> {
  const intake = createIntake({
    head: { source: 'evening', instance: 'test', epoch: 0, filtered: false }, latenessMs, saved: undefined, bus,
    maker: createMentionMaker(services, matcher, createAnonymiser(new Uint8Array(32))), matcher,
    clock: Date.now, frameMs: 2 ** 31 - 1, frameBytes: Number.MAX_SAFE_INTEGER, stateChanged: () => {}, trouble: () => {},
  });
  intake.state('live', 'the evening');
  let taken = 0;
  for (const { line } of lines) {
    const bytes = Buffer.from(line);
    intake.line(bytes, 0, bytes.length);
    if (++taken % framePosts === 0) await intake.accepted();
  }
  await intake.end(true);
  expect(intake.counts.late).toBe(0);
}

interface Told {
  readonly alerts: string;
  readonly evidence: string;
}

async function throughFolds(lines: readonly TimedLine[], framePosts: number, partitions: number): Promise<Told> {
  const alerts: string[] = [];
  const evidence = new Map<string, Evidence>();
  const bus = createFoldThrough({
    partitions, services, settings, settingsHash, judge,
    alert: (alert) => void alerts.push(new TextDecoder().decode(encodeAlert(alert).value)),
    evidence: (one) => void evidence.set(`${one.incident}/${one.source}/${one.id}`, one),
  });
  await ingest(lines, bus, framePosts);
  return { alerts: alerts.join('\n'), evidence: [...evidence.values()].map((one) => JSON.stringify(one)).toSorted().join('\n') };
}

test('posts shuffled within the lateness bound through the live intake give the same alerts, in the same order, and the same evidence', async () => {
  const sorted = await throughFolds(evening.toSorted((a, b) => a.ts - b.ts), 500, 4);
  expect(sorted.alerts).toContain('"change":"confirmed"');
  for (const [seed, framePosts, partitions] of [[0, 1, 4], [1, 1_000, 1], [2, 37, 16], [3, 1, 16]] as const) {
    const found = await throughFolds(seed === 0 ? evening : shuffled(evening, seed), framePosts, partitions);
    expectSame(found.alerts, sorted.alerts);
    expectSame(found.evidence, sorted.evidence);
  }
});

async function readAll(bus: Bus, topic: TopicName): Promise<InRecord[]> {
  const records: InRecord[] = [];
  const running = await new Promise<{ stop(): Promise<void> }>((resolve) => {
    const tail = bus.tail(topic, 'start', (batch) => void records.push(...batch), () => setImmediate(() => resolve(tail)));
  });
  await running.stop();
  return records;
}

async function throughEmbedded(lines: readonly TimedLine[], framePosts: number, partitions: number): Promise<Told> {
  const { bus } = openEmbedded({ file: join(folder, `log-${framePosts}-${partitions}.db`), partitions, mode: 'own', maxBytes: null });
  const failed = (error: Error): void => {
    throw error;
  };
  await bus.work({
    name: 'detector', input: topics.observations.name, scope: 'partition', output: topics.incidents.name,
    create: (part) => createDetector({ settings, settingsHash, judge, services, part, partitions }),
  }, failed);
  await bus.work(holdRole({ services, partitions, dropped: () => {} }), failed);
  await ingest(lines, bus, framePosts);
  while (bus.progress().some(({ live, lag }) => !live || lag > 0)) await new Promise(setImmediate);
  const text = ({ value }: InRecord) => new TextDecoder().decode(value!);
  const alerts = (await readAll(bus, topics.alerts.name)).toSorted((a, b) => a.offset - b.offset).map(text);
  const evidence = (await readAll(bus, topics.evidence.name)).map(text);
  await bus.close();
  return { alerts: alerts.join('\n'), evidence: evidence.toSorted().join('\n') };
}

test('the embedded log gives the alerts of the folds in memory, whatever the framing, the order of arrival and the partitions', async () => {
  const wanted = await throughFolds(evening, 500, 4);
  for (const [seed, framePosts, partitions] of [[6, 1_000, 4], [7, 25, 16], [8, 250, 1]] as const) {
    const found = await throughEmbedded(shuffled(evening, seed), framePosts, partitions);
    expectSame(found.alerts, wanted.alerts);
    expectSame(found.evidence, wanted.evidence);
  }
});
