import { expect, test } from 'vitest';
import type { OutRecord, SnapshotPart } from '../shared/bus.ts';
import type { Frame } from '../shared/frame.ts';
import type { IncidentEvent } from '../shared/incident.ts';
import { partitionOf } from '../shared/topics.ts';
import { noticeOf, officialsOf, tallyFrame, withNotices } from './beside.fixture.ts';
import { arrivals, createRandom, cut, foldFrame, framesOf, minuteMs, monday, newDetector, type Run, type TestPost } from './detector.fixture.ts';
import { dealDetector } from './repartition.ts';

const services = Array.from({ length: 12 }, (_, i) => `service-${i}`);
const endMs = monday + 8 * 60 * minuteMs;

/** Eight hours in which three services of twelve fail, the second across the middle; one post is taken back. */
function posts(): TestPost[] {
  const random = createRandom(7);
  const failing: Readonly<Record<string, readonly [number, number]>> = { 'service-1': [90, 150], 'service-4': [220, 300], 'service-9': [330, 400] };
  const all = services.flatMap((service) => {
    const [from, to] = failing[service] ?? [0, 0];
    const rate = (at: number): number => (at >= monday + from * minuteMs && at < monday + to * minuteMs ? 4 : 0.02);
    return arrivals(random, monday, endMs, rate, 4).map((ts): TestPost => ({ ts, service }));
  });
  return all.sort((a, b) => a.ts - b.ts).map((post, i) => ({ ...post, id: `id-${i}`, author: `author-${i}` }));
}

type States = ReadonlyMap<string, readonly SnapshotPart[]>;

interface Half {
  readonly events: readonly IncidentEvent[];
  readonly records: readonly OutRecord[];
  readonly states: States;
}

function play(frames: readonly Frame[], partitions: number, from: States = new Map()): Half {
  const states = new Map<string, readonly SnapshotPart[]>();
  const records: OutRecord[] = [];
  const events = cut(frames, partitions).flatMap((own, partition) => {
    const detector = newDetector({}, services, String(partition), partitions);
    detector.restore(from.get(String(partition)) ?? []);
    const run: Run = { events: [], evidence: [], rollups: [], records: [] };
    own.forEach((frame, i) => foldFrame(detector, frame, i, run));
    states.set(String(partition), detector.snapshot());
    records.push(...run.records);
    return run.events;
  });
  return { records, events: events.sort((a, b) => a.at - b.at || (a.incident.id < b.incident.id ? -1 : 1) || a.seq - b.seq), states };
}

function dealt(states: States, partitions: number): States {
  const result = dealDetector(states, partitions);
  if ('reason' in result) throw new Error(result.reason);
  return result.parts;
}

const frames = framesOf(posts(), { size: 20, end: endMs });
const half = frames.findIndex(({ watermark }) => watermark > monday + 250 * minuteMs);
const [before, after] = [frames.slice(0, half), frames.slice(half)];

test.each([[1, 5], [4, 6], [6, 4], [5, 1]])('an evening that goes from %i to %i partitions while an incident is open tells what an uncut one does', (from, to) => {
  const wanted = play(frames, 3).events;
  const first = play(before, from);
  const second = play(after, to, dealt(first.states, to));
  expect([...new Set(wanted.map(({ incident }) => incident.service))].sort()).toEqual(['service-1', 'service-4', 'service-9']);
  expect(first.events.at(-1)?.incident).toMatchObject({ service: 'service-4', resolvedAt: null });
  expect([...first.events, ...second.events]).toEqual(wanted);
});

test('each service is watched in the partition of its key, and there alone', () => {
  const parts = dealt(play(before, 4).states, 6);
  const homes = [...parts].flatMap(([part, own]) => own.filter(({ key }) => key.startsWith('watch/')).map(({ key }) => [key.slice(6), Number(part)] as const));
  expect(homes.map(([service]) => service).sort()).toEqual([...services].sort());
  for (const [service, part] of homes) expect(part).toBe(partitionOf(service, 6));
});

test('what is dealt to the same number stays the same bytes, and a way over another number changes nothing', () => {
  const { states } = play(before, 4);
  expect(dealt(states, 4)).toBe(states);
  const text = (all: States) => [...all].map(([part, own]) => [part, own.map(({ key, value }) => [key, new TextDecoder().decode(value)])]);
  expect(text(dealt(dealt(dealt(states, 7), 4), 7))).toEqual(text(dealt(states, 7)));
});

test('states of different points, of another version, or with parts that nobody knows are refused with what to do', () => {
  const { states } = play(before, 2);
  const behind = play(before.slice(0, -400), 2).states;
  const reasonOf = (one: States): string => {
    const result = dealDetector(one, 5);
    return 'reason' in result ? result.reason : 'dealt';
  };
  const changed = (key: string, value: (text: string) => string): States =>
    new Map([...states].map(([part, own]) => [part, own.map((one) => (one.key === key && part === '1' ? { key, value: new TextEncoder().encode(value(new TextDecoder().decode(one.value))) } : one))]));
  expect(reasonOf(states)).toBe('dealt');
  expect(reasonOf(new Map([['0', states.get('0')!], ['1', behind.get('1')!]]))).toMatch(/^partitions 0 and 1 of the detector differ in .*: start Outcry on the old installation/);
  expect(reasonOf(changed('fold', (text) => text.replace('"v":5', '"v":9')))).toMatch(/version 9/);
  expect(reasonOf(changed('fold', (text) => text.replace('{"v":5', '{"tides":1,"v":5')))).toMatch(/holds `tides`/);
  expect(reasonOf(changed('fold', () => 'torn'))).toMatch(/can't be read/);
  expect(reasonOf(new Map([...states, ['2', [{ key: 'moon', value: new Uint8Array() }]]]))).toMatch(/`moon`/);
  expect(reasonOf(new Map([['0', states.get('0')!], ['1', states.get('0')!]]))).toMatch(/is in two partitions/);
  expect(reasonOf(new Map([['0', states.get('0')!], ['1', []]]))).toMatch(/no whole state/);
});

test('what pages say and what is counted goes with its service, also what waits and what stands there without a crowd', () => {
  const said = services.flatMap((service, i) => [
    noticeOf({ service, event: '', state: 'ok', id: `${service}/page`, ts: monday + (10 + i) * minuteMs }),
    noticeOf({ service, id: `${service}/1`, ts: monday + (225 + 2 * i) * minuteMs }),
    noticeOf({ service, id: `${service}/2`, state: 'ok', ts: monday + (260 + 2 * i) * minuteMs }),
  ]);
  const counted = Array.from({ length: 90 }, (_, i) => {
    const at = monday + (i + 1) * 5 * minuteMs;
    return tallyFrame(at, services.flatMap((service) => Array.from({ length: 5 }, (_tally, k) => ({ service, minute: at - (5 - k) * minuteMs, posts: k }))));
  });
  const all = withNotices(frames, said);
  const mixed = [...all, ...counted].map((frame, i) => ({ frame, i })).toSorted((a, b) => a.frame.watermark - b.frame.watermark || a.i - b.i).map(({ frame }) => frame);
  const middle = mixed.findIndex(({ watermark }) => watermark > monday + 250 * minuteMs);
  const mine = (states: States) => [...states.values()].flatMap((own) => own.map(({ key }) => key).filter((key) => !['fold', 'services'].includes(key))).sort();
  const wanted = play(mixed, 3);
  const first = play(mixed.slice(0, middle), 4);
  const second = play(mixed.slice(middle), 6, dealt(first.states, 6));
  expect([...first.events, ...second.events]).toEqual(wanted.events);
  expect(wanted.events.some(({ incident }) => incident.official?.endedAt != null && incident.tallied !== undefined)).toBe(true);
  const byService = (records: readonly OutRecord[]) => officialsOf({ events: [], evidence: [], rollups: [], records: [...records] }).toSorted((a, b) => (a.service < b.service ? -1 : a.service > b.service ? 1 : 0));
  expect(byService([...first.records, ...second.records])).toEqual(byService(wanted.records));
  expect(mine(second.states)).toEqual(mine(wanted.states));
  expect(mine(second.states).filter((key) => key.startsWith('official/'))).toHaveLength(services.length);
});
