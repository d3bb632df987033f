import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { incidentStateSchema, transitions } from '../shared/incident.ts';
import { quietFor, step, type View } from './lifecycle.ts';

const minuteMs = 60_000;
const view: View = {
  state: 'suspected', at: 60 * minuteMs, openedAt: 50 * minuteMs, calmSince: null, observed: 20, observedNow: 20, recovering: false,
  relapseLevel: 10, strong: true, reporters: 20, minReporters: 5, lonely: false, recoveries: 0, reports: 20, relapses: 0,
  quietMs: 15 * minuteMs, changedAt: 50 * minuteMs, reportersTold: 20,
};

test('a suspicion is confirmed after three minutes by twice the minimum of reporters and strong evidence', () => {
  expect(step(view)).toEqual({ state: 'confirmed', change: 'confirmed' });
  expect(step({ ...view, openedAt: view.at - 2 * minuteMs })).toBeNull();
  expect(step({ ...view, reporters: 9 })).toBeNull();
  expect(step({ ...view, strong: false })).toBeNull();
});

test('one source alone, while others see nothing, must bring twice as many', () => {
  expect(step({ ...view, lonely: true, reporters: 19 })).toBeNull();
  expect(step({ ...view, lonely: true, reporters: 20 })?.change).toBe('confirmed');
});

test('a suspicion that fades without ever being strong is retracted after twenty minutes', () => {
  const fading = { ...view, strong: false, calmSince: view.at - 6 * minuteMs };
  expect(step(fading)).toBeNull();
  expect(step({ ...fading, openedAt: view.at - 20 * minuteMs })).toEqual({ state: 'retracted', change: 'retracted' });
});

test('recovery reports shorten the quiet down to five minutes, relapses lengthen it up to an hour', () => {
  expect(quietFor(view)).toBe(15 * minuteMs);
  expect(quietFor({ ...view, recoveries: 100 })).toBe(5 * minuteMs);
  expect(quietFor({ ...view, relapses: 2 })).toBe(45 * minuteMs);
  expect(quietFor({ ...view, relapses: 50 })).toBe(60 * minuteMs);
});

test('an update is told only when reporters have doubled, and every fifteen minutes at most', () => {
  const confirmed: View = { ...view, state: 'confirmed', reporters: 40, changedAt: view.at - 15 * minuteMs };
  expect(step(confirmed)?.change).toBe('updated');
  expect(step({ ...confirmed, reporters: 39 })).toBeNull();
  expect(step({ ...confirmed, changedAt: view.at - 14 * minuteMs })).toBeNull();
});

test('whatever the figures, a step leads where the list of transitions allows', () => {
  const figure = fc.integer({ min: 0, max: 100 });
  const past = figure.map((n) => view.at - n * minuteMs);
  const any = fc.record({ state: fc.constantFrom(...incidentStateSchema.options), openedAt: past, calmSince: fc.option(past), observed: figure, observedNow: figure, recovering: fc.boolean(), strong: fc.boolean(), lonely: fc.boolean(), reporters: figure, recoveries: figure, reports: figure, relapses: figure, changedAt: past });
  fc.assert(
    fc.property(any, (figures) => {
      const next = step({ ...view, ...figures });
      if (next !== null && next.state !== figures.state) expect(transitions[figures.state]).toContain(next.state);
      if (next !== null && next.state === figures.state) expect(next.change).toBe('updated');
    }),
  );
});
