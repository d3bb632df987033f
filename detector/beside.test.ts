import { expect, test } from 'vitest';
import type { Frame } from '../shared/frame.ts';
import { incidentRecordSchema } from '../shared/incident.ts';
import type { Notice } from '../shared/observation.ts';
import { noticeOf, officialsOf, pageFrame, tallyFrame, withNotices } from './beside.fixture.ts';
import { arrivals, createRandom, foldFrame, framesOf, hourMs, minuteMs, monday, newDetector, type Run, runFrames, story } from './detector.fixture.ts';

const onset = monday + 3 * hourMs;
const end = monday + 9 * hourMs;

/** Hours of quiet and half an hour in which `acme` fails. */
function crowd(size = 20, source = 'test'): Frame[] {
  const random = createRandom(11);
  const rate = (at: number): number => (at >= onset && at < onset + 30 * minuteMs ? 8 : 0.1);
  return framesOf([{ ts: monday }, ...arrivals(random, monday, end, rate, 8).map((ts) => ({ ts }))], { size, end, source });
}

const outage = (minutes: number, state: Notice['state'] = 'outage', more: Partial<Notice> = {}): Notice => noticeOf({ ts: onset + minutes * minuteMs, state, ...more });
const lagOf = (run: Run): (number | null | undefined)[] => run.events.map(({ incident }) => (incident.official?.lagMs == null ? incident.official?.lagMs : Math.round(incident.official.lagMs / minuteMs)));
const bare = runFrames(crowd());

test('an official incident without a crowd opens nothing and is shown', () => {
  const quiet = framesOf([{ ts: monday }, { ts: end - minuteMs }], { end });
  const run = runFrames(withNotices(quiet, [outage(0), outage(30, 'ok')]));
  expect(run.events).toEqual([]);
  expect(officialsOf(run).map(({ service, at, state, events }) => [service, (at - onset) / minuteMs, state, events.map((one) => one.state)])).toEqual([
    ['acme', 0, 'outage', ['outage']],
    ['acme', 30, 'ok', ['ok']],
  ]);
  for (const record of officialsOf(run)) expect(incidentRecordSchema.parse(record)).toEqual(record);
});

test('the clock runs from the onset to the first official word, and one event each tells of it and of its end', () => {
  const run = runFrames(withNotices(crowd(), [outage(22), outage(40, 'degraded'), outage(90, 'ok')]));
  const ownTimes = new Set(bare.events.map(({ at }) => at));
  const words = run.events.filter(({ at }) => !ownTimes.has(at));
  expect(words.every(({ change }) => change === 'updated')).toBe(true);
  expect(words.map(({ at, incident }) => [(at - onset) / minuteMs, incident.state])).toEqual([[22, 'confirmed'], [90, 'resolved']]);
  const { official, onset: since } = words[0]!.incident;
  expect(Math.abs(since - onset)).toBeLessThan(minuteMs);
  expect(official).toMatchObject({ state: 'outage', firstAt: onset + 22 * minuteMs, lagMs: onset + 22 * minuteMs - since, title: 'Elevated error rates', endedAt: null, usualOf: 0 });
  expect(run.events.at(-1)!.incident.official).toMatchObject({ state: 'ok', firstAt: onset + 22 * minuteMs, endedAt: onset + 90 * minuteMs });
  // the crowd's own story is the same with the page as without
  expect(run.events.filter(({ at }) => ownTimes.has(at)).map(({ at, change }) => [at, change])).toEqual(bare.events.map(({ at, change }) => [at, change]));
});

test('a page that spoke before people did is first from the opening on, with a lag below nought', () => {
  const run = runFrames(withNotices(crowd(), [outage(-20)]));
  expect(story(run)).toEqual(story(bare));
  expect(lagOf(run).every((lag) => lag === -20)).toBe(true);
});

test('without a page there is no official word; a page that is read and says nothing is silent, one that can not be read is unknown', () => {
  expect(bare.events.every(({ incident }) => incident.official === undefined)).toBe(true);
  const page = (state: 'ok' | 'unknown'): Notice => noticeOf({ ts: monday + hourMs, event: '', state, title: '' });
  const silent = runFrames(withNotices(crowd(), [page('ok')]));
  expect(silent.events.map(({ incident }) => [incident.official?.state, incident.official?.firstAt])).toEqual(bare.events.map(() => ['ok', null]));
  const unread = runFrames(withNotices(crowd(), [page('ok'), { ...outage(5, 'unknown'), event: '' }]));
  expect(unread.events.at(-1)!.incident.official).toMatchObject({ state: 'unknown', firstAt: null });
  expect(officialsOf(unread).map(({ state, events }) => [state, events])).toEqual([['ok', []], ['unknown', []]]);
});

test('a word that comes hours after the crowd has gone stops the clock, one that comes a day later does not', () => {
  const later = framesOf([{ ts: end + minuteMs }, { ts: end + 40 * hourMs }], { source: 'test', end: end + 40 * hourMs }).map((frame) => ({ ...frame, seq: frame.seq + 100_000, epoch: 2 }));
  const frames = [...crowd(), ...later];
  const resolved = bare.events.at(-1)!.incident.resolvedAt!;
  const page = noticeOf({ ts: monday + hourMs, event: '', state: 'ok' });
  const at = (hours: number): Notice => noticeOf({ ts: resolved + hours * hourMs, state: 'degraded', began: onset });
  const told = (hours: number) => runFrames(withNotices(frames, [page, at(hours)])).events.at(-1)!;
  expect(told(23)).toMatchObject({ change: 'updated', at: resolved + 23 * hourMs, incident: { state: 'resolved', official: { firstAt: resolved + 23 * hourMs } } });
  expect(told(25)).toMatchObject({ change: 'resolved' });
});

test('what a source of notices does moves no time, makes no partition see, and is no second source of reports', () => {
  // a page that is far ahead, lags far behind, or goes blind: the crowd is heard as if it were not there
  for (const [mark, state] of [[end + 30 * hourMs, 'live'], [monday - 30 * hourMs, 'live'], [onset, 'blind']] as const) {
    const run = runFrames([pageFrame(mark, [], state), ...crowd()]);
    expect(run.records.map(({ value }) => new TextDecoder().decode(value!))).toEqual(bare.records.map(({ value }) => new TextDecoder().decode(value!)));
  }
  const frames = crowd();
  const half = frames.findIndex(({ watermark }) => watermark > onset + 10 * minuteMs);
  const blind: Frame = { ...frames[half]!, state: 'blind', mentions: [], reads: [], seq: frames[half - 1]!.seq };
  const run = runFrames([...frames.slice(0, half), blind, pageFrame(blind.watermark + hourMs)]);
  expect(run.events.at(-1)!.incident.blind).toBe(true);
});

test('what a page says is shown though no source of posts has begun, and while none of them moves', () => {
  const alone = runFrames([pageFrame(onset), pageFrame(onset + minuteMs, [outage(0)]), pageFrame(onset + 2 * minuteMs)]);
  expect(officialsOf(alone).map(({ state }) => state)).toEqual(['outage']);
  const frames = crowd();
  const closed = runFrames([...frames, pageFrame(end + hourMs, [outage(8 * 60)]), pageFrame(end + 3 * hourMs)]);
  expect(officialsOf(closed).map(({ state }) => state)).toEqual(['outage']);
  expect(closed.events).toEqual(bare.events);
});

test('a page read years after the posts that are replayed says nothing of them', () => {
  const run = runFrames([pageFrame(onset + 9_000 * hourMs, [noticeOf({ ts: onset + 9_000 * hourMs })]), pageFrame(onset + 9_001 * hourMs), ...crowd()]);
  expect(officialsOf(run)[0]).toMatchObject({ state: 'degraded', at: onset + 9_000 * hourMs });
  expect(run.events.map(({ incident }) => incident.official?.firstAt)).toEqual(bare.events.map(() => null));
});

test('a state that is told is told once, however often the page repeats itself, and also when only its readability changes', () => {
  const page = (minutes: number, state: 'ok' | 'unknown'): Notice => ({ ...outage(minutes, state), event: '' });
  const said = [outage(0), page(5, 'unknown'), page(6, 'unknown'), page(10, 'ok'), page(11, 'ok'), { ...outage(0), at: onset + 12 * minuteMs }];
  const run = runFrames(withNotices(framesOf([{ ts: monday }, { ts: end }], { end }), said));
  expect(officialsOf(run).map(({ at, state }) => [(at - onset) / minuteMs, state])).toEqual([[0, 'outage'], [5, 'unknown'], [10, 'outage']]);
});

test('notices of services that nobody watches and of bad shape are dropped with a reason, and their frame is read', () => {
  const detector = newDetector();
  const bad = [{ ...outage(0), service: 'nobody' }, { ...outage(1), state: 'fine' }, { ...outage(2), ts: Number.NaN }, { ...outage(3), components: [1] }, null, outage(4)] as unknown as Notice[];
  const run: Run = { events: [], evidence: [], rollups: [], records: [] };
  foldFrame(detector, pageFrame(onset, bad), 0, run);
  foldFrame(detector, { ...tallyFrame(onset + hourMs, [{ service: 'acme', minute: onset + 1, posts: 2 }, { service: 'x', minute: onset, posts: 2 }]) }, 1, run);
  foldFrame(detector, pageFrame(onset + hourMs), 2, run);
  expect(detector.figures()).toMatchObject({ 'service-unknown': 2, 'notice-bad-shape': 4, 'tally-bad-shape': 1 });
  expect(officialsOf(run)).toHaveLength(1);
});

test('a snapshot in the middle goes on as if nothing had happened, and what the log lacks is told again', () => {
  const frames = withNotices(crowd(), [noticeOf({ ts: monday + hourMs, event: '', state: 'ok' }), outage(15), outage(70, 'ok')]);
  const whole = runFrames(frames);
  for (const share of [0.2, 0.45, 0.8]) {
    const cutAt = Math.floor(frames.length * share);
    const first = newDetector();
    const before = runFrames(frames.slice(0, cutAt), first);
    const second = newDetector();
    second.restore(first.snapshot());
    const after: Run = { events: [], evidence: [], rollups: [], records: [] };
    const published = before.records.map((record, offset) => ({ ...record, partition: 0, offset, headers: {} }));
    second.live(published, (record) => after.records.push(record));
    expect(after.records).toEqual([]);
    frames.slice(cutAt).forEach((frame, i) => foldFrame(second, frame, i, after));
    expect([...before.records, ...after.records]).toEqual(whole.records);
  }
  const late = newDetector();
  const told: Run = { events: [], evidence: [], rollups: [], records: [] };
  frames.forEach((frame, i) => foldFrame(late, frame, i, { ...told, records: [] }));
  late.live([], (record) => told.records.push(record));
  expect(officialsOf(told)).toHaveLength(1);
});

test('a snapshot from before notices were read goes on, and hears of pages from then on', () => {
  const frames = crowd();
  const half = frames.findIndex(({ watermark }) => watermark > onset + 10 * minuteMs);
  const first = newDetector();
  const before = runFrames(frames.slice(0, half), first);
  const older = first.snapshot().map((part) => {
    if (part.key !== 'fold') return part;
    const { away: _away, timeline, ...state } = JSON.parse(new TextDecoder().decode(part.value)) as { away: unknown; timeline: { words: unknown } };
    const { words: _words, ...rest } = timeline;
    return { key: 'fold', value: new TextEncoder().encode(JSON.stringify({ ...state, timeline: rest })) };
  });
  const second = newDetector();
  second.restore(older);
  const after: Run = { events: [], evidence: [], rollups: [], records: [] };
  withNotices(frames.slice(half), [outage(20)]).forEach((frame, i) => foldFrame(second, frame, i, after));
  const told = [...before.events, ...after.events];
  const ownTimes = new Set(bare.events.map(({ at }) => at));
  expect(told.filter(({ at }) => ownTimes.has(at)).map(({ at, change }) => [at, change])).toEqual(bare.events.map(({ at, change }) => [at, change]));
  expect(told.at(-1)!.incident.official?.firstAt).toBe(onset + 20 * minuteMs);
});

test('whatever stands where notices and tallies should, the fold reads on', () => {
  const random = createRandom(29);
  const detector = newDetector();
  const run: Run = { events: [], evidence: [], rollups: [], records: [] };
  const values: unknown[] = [null, undefined, '', 'ok', 'acme', 'outage', Number.NaN, -1, 1.5, onset, onset + 0.5, 1e300, [], ['x'], [1], {}, { length: 3 }, '__proto__', true];
  const any = (): unknown => values[Math.floor(random() * values.length)];
  const usually = <T>(value: T): unknown => (random() < 0.8 ? value : any());
  for (let i = 0; i < 3_000; i++) {
    const notice = { ...outage(i / 100), id: usually(`n${i}`), at: usually(onset), service: usually('acme'), event: usually('__proto__'), state: usually('degraded'), title: usually('t'), components: usually(['x']), began: usually(onset), ended: usually(onset), url: any() };
    const tally = { service: usually('acme'), minute: usually(onset + i * minuteMs), posts: usually(i) };
    const frame = { ...pageFrame(onset + i * minuteMs), carries: usually('notices'), notices: usually([notice, any()]), tallies: usually([tally, any()]), state: usually('live') };
    foldFrame(detector, frame as Frame, i, run);
  }
  expect(run.records.length).toBeGreaterThan(0);
  for (const record of officialsOf(run)) expect(incidentRecordSchema.parse(record)).toEqual(record);
  const again = newDetector();
  again.restore(detector.snapshot());
  expect(again.snapshot()).toEqual(detector.snapshot());
});
