// Services that are new to the detector: ten quiet minutes are no proof of quiet, and an outage is found all the same.
import { expect, test } from 'vitest';
import { arrivals, createRandom, framesOf, hourMs, minuteMs, monday, newDetector, runFrames, type TestPost } from './detector.fixture.ts';

const services = Array.from({ length: 150 }, (_, i) => `s${i}`);

/** Posts at the same rate for every service, some of them reports, each in words of its own. */
function chatter(seed: number, perMinute: number, from: number, to: number, reportShare: number, of: readonly string[]): TestPost[] {
  const random = createRandom(seed);
  const word = (): string => Math.floor(random() * 1e6).toString(26).replace(/\d/g, 'x');
  return arrivals(random, from, to, () => perMinute * of.length, perMinute * of.length).map((ts, i) => ({
    ts, id: `${seed}-${i}`, author: `${seed}-${i}`, service: of[Math.floor(random() * of.length)]!, by: random() < 0.2 ? 'handle' : 'name',
    text: `${random() < reportShare ? 'BROKEN ' : ''}${Array.from({ length: 8 }, word).join(' ')}`,
  }));
}

for (const [perMinute, share] of [[3, 0.15], [0.3, 0.15]] as const) {
  test(`of 150 services named ${perMinute} times a minute, where ${share} are reports, none is suspected in its first hours`, () => {
    const posts = chatter(9, perMinute, monday, monday + (perMinute > 1 ? 1 : 3) * hourMs, share, services);
    const run = runFrames(framesOf(posts, { size: 500 }), newDetector({ shareTest: true }, services));
    expect(run.events.map((e) => `${e.incident.service} ${e.incident.signal.rule}`)).toEqual([]);
  });
}

for (const [perMinute, outage, knownMinutes, withinMinutes] of [[0.02, 1, 30, 10], [3, 3, 20, 12], [3, 10, 20, 3]] as const) {
  test(`a service named ${perMinute} times a minute that fails after ${knownMinutes} minutes, with ${outage} reports a minute, is suspected within ${withinMinutes}`, () => {
    const few = services.slice(0, 10);
    const onset = monday + knownMinutes * minuteMs;
    const end = onset + hourMs;
    const posts = [{ ts: monday, service: 's0', text: 'begins' }, ...chatter(11, perMinute, monday, end, 0.05, few), ...chatter(12, outage, onset, end, 1, few)].sort((a, b) => a.ts - b.ts);
    const run = runFrames(framesOf(posts, { size: 500 }), newDetector({ shareTest: true }, few));
    const found = run.events.filter((e) => e.change === 'suspected').map((e) => e.at - onset);
    expect(found).toHaveLength(few.length);
    expect(Math.min(...found)).toBeGreaterThan(0);
    expect(Math.max(...found)).toBeLessThan(withinMinutes * minuteMs);
  });
}

/** Reports at a rate that follows `shape` (1 on average), each by a person of its own. */
function reports(seed: number, perMinute: number, to: number, shape: (at: number) => number, of: readonly string[]): TestPost[] {
  const random = createRandom(seed);
  const most = 2.5 * perMinute * of.length;
  return arrivals(random, monday, to, (at) => perMinute * of.length * shape(at), most).map((ts, i) => ({ ts, id: `${seed}-${i}`, author: `${seed}-${i}`, service: of[Math.floor(random() * of.length)]! }));
}

test('of 60 services of which ten times as many reports come by day as by night, at most one is suspected on its first two days', () => {
  const some = services.slice(0, 60);
  const day = (at: number): number => 1 + (9 / 11) * Math.sin((2 * Math.PI * (at - monday)) / (24 * hourMs) - 2);
  const posts = reports(21, 0.3, monday + 48 * hourMs, day, some);
  const { events } = runFrames(framesOf(posts, { size: 500 }), newDetector({}, some));
  expect(events.filter((e) => e.change === 'suspected').length).toBeLessThanOrEqual(1);
});

test('of 6 services with less than half of their reports on weekends, at once at midnight, none is suspected on its first Monday', () => {
  const few = services.slice(0, 6);
  const weekend = (at: number): number => (Math.floor((at - monday) / (24 * hourMs)) % 7 >= 5 ? 0.5 : 1.2);
  const posts = reports(22, 1, monday + 9 * 24 * hourMs, weekend, few);
  expect(runFrames(framesOf(posts, { size: 500 }), newDetector({}, few)).events).toEqual([]);
});

test('three times the usual reports are found within an hour and a half on the fifth day of a service', () => {
  const few = services.slice(0, 6);
  const onset = monday + 4.5 * 24 * hourMs;
  const posts = reports(23, 0.4, onset + 1.5 * hourMs, (at) => (at < onset ? 0.8 : 2.4), few);
  const found = runFrames(framesOf(posts, { size: 500 }), newDetector({}, few)).events.filter((e) => e.change === 'suspected');
  expect(new Set(found.map((e) => e.incident.service)).size).toBe(few.length);
  expect(Math.min(...found.map((e) => e.at))).toBeGreaterThan(onset);
});

test('a storm that grows over hours on the second day of a service does not teach itself: it is found', () => {
  const few = services.slice(0, 6);
  const onset = monday + 33 * hourMs;
  const storm = (at: number): number => (at < onset ? 0.7 : Math.min(2, 0.7 + (0.3 * (at - onset)) / hourMs));
  const posts = reports(24, 1, onset + 6 * hourMs, storm, few);
  const found = runFrames(framesOf(posts, { size: 500 }), newDetector({}, few)).events.filter((e) => e.change === 'suspected');
  expect(new Set(found.map((e) => e.incident.service)).size).toBe(few.length);
  expect(Math.min(...found.map((e) => e.at))).toBeGreaterThan(onset);
});
