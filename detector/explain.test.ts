import { expect, test } from 'vitest';
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
