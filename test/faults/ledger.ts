// What a faulty run left, held against what it was given: posts against an undisturbed reading, incidents against an
// embedded fold of the very log, alerts against that fold and as a stranger's read_committed consumer sees them.
import pino from 'pino';
import { createDetector } from '../../detector/detector.ts';
import { createJudge } from '../../detector/judge.ts';
import { readLexicons } from '../../detector/lexicon.ts';
import { openBackend } from '../../infra/backends/index.ts';
import type { Config } from '../../infra/config.ts';
import { settingsHash } from '../../infra/settings-hash.ts';
import { createHold } from '../../notifier/hold.ts';
import type { Bus, InRecord, OutRecord } from '../../shared/bus.ts';
import { decodeFrame } from '../../shared/frame.ts';
import { topics, type TopicName } from '../../shared/topics.ts';
import { addFrame, type Reading } from './input.ts';
import type { SeenAlert } from './subscriber.ts';

/** What is wrong, and at which event time, ms. */
export interface Fault {
  readonly kind: 'post-lost' | 'post-doubled' | 'alert-lost' | 'alert-doubled' | 'unequal';
  readonly at: number;
  readonly count: number;
  readonly what: string;
}

export interface Ledger {
  readonly posts: number;
  readonly mentions: number;
  readonly incidents: number;
  readonly faults: readonly Fault[];
  /** Event times of the posts by second, and of the alerts, as they should be. */
  readonly reads: ReadonlyMap<number, number>;
  readonly alertsAt: readonly number[];
  readonly eventsAt: readonly number[];
}

export interface Accounts {
  readonly config: Config;
  readonly expected: Reading;
  readonly alerts: readonly SeenAlert[];
  /** Ids of the alerts that reached the webhook. */
  readonly delivered: ReadonlySet<string>;
}

const decoder = new TextDecoder();
const text = (record: { key: string; value: Uint8Array | null }): string => `${record.key} ${record.value === null ? '' : decoder.decode(record.value)}`;
const atOf = (line: string): number => Number(/"(?:at|minute|ts)":(\d+)/.exec(line)?.[1] ?? 0);

/** Hands over every record that a topic holds now, once. */
export async function readAll(bus: Bus, topic: TopicName, each: (record: InRecord) => void): Promise<void> {
  let tail: { stop(): Promise<void> } | undefined;
  await new Promise<void>((resolve) => {
    tail = bus.tail(topic, 'start', (records) => records.forEach(each), resolve);
  });
  await tail!.stop();
}

/** Reads the whole log once and folds it. */
export async function settleAccounts({ config, expected, alerts, delivered }: Accounts): Promise<Ledger> {
  const faults: Fault[] = [];
  const { bus, close } = await openBackend(config, 'join', pino({ level: 'silent' }));
  try {
    const { partitions, services, detection } = config;
    const lexicons = readLexicons();
    const judge = createJudge(lexicons, services);
    const told = Array.from({ length: partitions }, (): string[] => []);
    const rollups: string[] = [];
    const evidence = new Map<string, string>();
    const take = (record: OutRecord): void => {
      if (record.topic === topics.incidents.name && record.key !== 'progress') told[record.partition!]!.push(text(record));
      else if (record.topic === topics.rollups.name) rollups.push(text(record));
      else if (record.topic === topics.evidence.name) {
        if (record.value === null) evidence.delete(record.key);
        else evidence.set(record.key, text(record));
      }
    };
    const folds = told.map((_, part) => {
      const fold = createDetector({ settings: detection, settingsHash: settingsHash(detection, lexicons, services), judge, services, part: String(part), partitions });
      fold.restore([]);
      fold.live([], take);
      return fold;
    });

    const found: Reading = { reads: new Map(), mentions: new Map() };
    await readAll(bus, topics.observations.name, (record) => {
      folds[record.partition]!.fold(record, take);
      const decoded = decodeFrame(record.value!, false);
      if ('frame' in decoded) addFrame(found, record.partition, decoded.frame, (at) => faults.push({ kind: 'post-doubled', at, count: 1, what: 'a mention' }));
    });
    faults.push(...compareReadings(expected, found));

    const hold = createHold({ services, partitions, dropped: () => {} });
    const due = new Map<string, Due>();
    const takeAlert = (record: OutRecord): void => {
      const { id, at, told } = JSON.parse(decoder.decode(record.value!)) as { id: string; at: number; told: boolean };
      due.set(id, { line: text(record), at, told });
    };
    hold.restore([]);
    hold.live([], takeAlert);
    const stands = told.map((): string[] => []);
    await readAll(bus, topics.incidents.name, (record) => {
      hold.fold(record, takeAlert);
      if (record.key !== 'progress') stands[record.partition]!.push(text(record));
    });
    told.forEach((lines, partition) => faults.push(...compareLines(lines, stands[partition]!, 'an incident event')));

    const standing: string[] = [];
    await readAll(bus, topics.rollups.name, (record) => standing.push(text(record)));
    // a rollup's partition is its service's, so only the order within a service is the fold's
    faults.push(...compareLines(rollups.toSorted(), standing.toSorted(), 'a rollup'));
    const kept = [...(await bus.latest(topics.evidence.name)).values()].map(text);
    faults.push(...compareLines([...evidence.values()].toSorted(), kept.toSorted(), 'a piece of evidence'));
    faults.push(...compareAlerts(due, alerts, delivered));
    return {
      posts: sum(found.reads.values()), mentions: found.mentions.size, incidents: new Set(told.flat().map((line) => /"incident":\{"id":"([^"]*)"/.exec(line)?.[1])).size,
      faults, reads: expected.reads, alertsAt: [...due.values()].map(({ at }) => at), eventsAt: told.flat().map(atOf),
    };
  } finally {
    await close();
  }
}

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((all, one) => all + one, 0);

function compareReadings(expected: Reading, found: Reading): Fault[] {
  const faults: Fault[] = [];
  for (const second of new Set([...expected.reads.keys(), ...found.reads.keys()])) {
    const more = (found.reads.get(second) ?? 0) - (expected.reads.get(second) ?? 0);
    if (more !== 0) faults.push({ kind: more < 0 ? 'post-lost' : 'post-doubled', at: second * 1_000, count: Math.abs(more), what: 'of the posts counted' });
  }
  for (const [key, at] of expected.mentions) if (!found.mentions.has(key)) faults.push({ kind: 'post-lost', at, count: 1, what: `a mention: ${key}` });
  for (const [key, at] of found.mentions) if (!expected.mentions.has(key)) faults.push({ kind: 'unequal', at, count: 1, what: `a mention that no post made: ${key}` });
  return faults;
}

/** What one list has and the other lacks; where both have the same, the first that stands elsewhere. */
function compareLines(expected: readonly string[], found: readonly string[], what: string): Fault[] {
  const left = new Map<string, number>();
  for (const line of expected) left.set(line, (left.get(line) ?? 0) + 1);
  for (const line of found) left.set(line, (left.get(line) ?? 0) - 1);
  const faults = [...left].filter(([, count]) => count !== 0).map(([line, count]): Fault => ({
    kind: 'unequal', at: atOf(line), count: Math.abs(count), what: `${what} ${count > 0 ? 'is missing' : 'is too many'}: ${line.slice(0, 160)}`,
  }));
  if (faults.length > 0) return faults;
  const first = expected.findIndex((line, i) => line !== found[i]);
  return first < 0 ? [] : [{ kind: 'unequal', at: atOf(expected[first]!), count: 1, what: `${what} stands elsewhere` }];
}

/** An alert as it should be: whether the webhook should have it too. */
interface Due {
  readonly line: string;
  readonly at: number;
  readonly told: boolean;
}

function compareAlerts(due: ReadonlyMap<string, Due>, seen: readonly SeenAlert[], delivered: ReadonlySet<string>): Fault[] {
  const faults: Fault[] = [];
  const ids = new Set<string>();
  for (const { id, line, at } of seen) {
    if (ids.has(id)) faults.push({ kind: 'alert-doubled', at, count: 1, what: id });
    ids.add(id);
    if (due.get(id)?.line !== line) faults.push({ kind: 'unequal', at, count: 1, what: `an alert: ${id}` });
  }
  for (const [id, { at, told }] of due) {
    if (!ids.has(id)) faults.push({ kind: 'alert-lost', at, count: 1, what: `${id} is not in the topic` });
    else if (told && !delivered.has(id)) faults.push({ kind: 'alert-lost', at, count: 1, what: `${id} never reached the webhook` });
    else if (!told && delivered.has(id)) faults.push({ kind: 'unequal', at, count: 1, what: `${id} reached the webhook, and should not be told` });
  }
  return faults;
}
