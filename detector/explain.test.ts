import { expect, test } from 'vitest';
import type { OfficialWord } from '../shared/incident.ts';
import { arrivals, createRandom, framesOf, hourMs, minuteMs, monday, runFrames } from './detector.fixture.ts';
import { explain } from './explain.ts';
import { detectorSettingsSchema } from './settings.ts';

const onset = monday + 30 * minuteMs;
const random = createRandom(21);
const posts = arrivals(random, monday, monday + 3 * hourMs, (t) => (t > onset && t < onset + 30 * minuteMs ? 8 : 0.2), 8).map((ts) => ({ ts }));
const run = runFrames(framesOf([{ ts: monday }, ...posts], { end: monday + 3 * hourMs }));
const last = run.events.at(-1)!;
const settings = detectorSettingsSchema.parse({});

test('the verdict recomputed from the last event and the evidence is the same', () => {
  const told = explain(last, run.evidence, settings);
  expect(told.same).toBe(true);
  expect(told.sumOfWeights).toBe(last.incident.score);
  expect(told.statistic).toBeGreaterThanOrEqual(told.threshold);
  expect(told.lines.join('\n')).toContain('settings test');
  expect(told.lines.at(-1)).toBe('recomputed: the same verdict');
});

test('a missing post, a changed figure or too few people are found out', () => {
  expect(explain(last, run.evidence.slice(1), settings).same).toBe(false);
  const signal = { ...last.incident.signal, observed: last.incident.signal.observed - 2 };
  expect(explain({ ...last, incident: { ...last.incident, signal } }, run.evidence, settings).lines.at(-1)).toContain('the statistic comes to');
  expect(explain(last, run.evidence, { ...settings, minReporters: 10_000 }).same).toBe(false);
});

test('each event of an incident in full swing gives the same verdict, whatever was counted since', () => {
  expect(run.events.length).toBeGreaterThan(2);
  for (const event of run.events) {
    const told = explain(event, run.evidence, settings);
    expect(told.lines.at(-1), event.change).toBe('recomputed: the same verdict');
    expect(told.sumOfWeights, event.change).toBe(event.incident.score);
  }
});

test('a post of the very moment in which a minute ended and decided may have been counted before or after', () => {
  const each = Array.from({ length: 300 }, (_, i) => ({ ts: onset + i * 6_000 }));
  const even = runFrames(framesOf([{ ts: monday }, ...each], { end: monday + 3 * hourMs }));
  expect(even.events.some((event) => even.evidence.some((one) => one.ts === event.at && event.change !== 'suspected'))).toBe(true);
  for (const event of even.events) expect(explain(event, even.evidence, settings).lines.at(-1), event.change).toBe('recomputed: the same verdict');
});

test('how long the service itself was silent, and what was counted elsewhere, are said where they are known', () => {
  const linesWith = (official: Partial<OfficialWord>) => {
    const word: OfficialWord = { state: 'ok', firstAt: null, lagMs: null, title: null, url: null, components: [], endedAt: null, usualMs: null, usualOf: 0, ...official };
    return explain({ ...last, incident: { ...last.incident, official: word, tallied: { observed: 214, expected: 6.5, windowMs: 15 * minuteMs } } }, run.evidence, settings).lines.join('\n');
  };
  const since = last.incident.onset;
  expect(linesWith({ usualMs: 35 * minuteMs, usualOf: 7 })).toContain(`status page: no word of it since ${new Date(since).toISOString()}, now ok; usually 35 min, the median of 7`);
  expect(linesWith({ state: 'degraded', firstAt: since - 90_000, lagMs: -90_000, usualOf: 3 })).toMatch(/status page: first word at .*, 1.5 min before the onset, now degraded; usually silent, the median of 3/);
  expect(linesWith({ state: 'unknown' })).toContain("status page: can't be read");
  expect(linesWith({})).toContain('counted elsewhere: 214 posts in 15 min, expected 6.5');
  expect(explain(last, run.evidence, settings).lines.join('\n')).not.toContain('status page');
});
