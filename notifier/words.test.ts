import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { incidentChangeSchema, incidentStateSchema } from '../shared/incident.ts';
import { anAlert, anIncident, evening, minute } from '../test/fakes/incidents.ts';
import { confidence, figure, headline, percents, regionsLine, summaryLines, symptomsLine } from './words.ts';

test('a headline names service and state in at most ten words, however long the name', () => {
  expect(headline('WhatsApp', 'suspected', 'suspected')).toBe('WhatsApp: suspected outage');
  expect(headline('WhatsApp', 'updated', 'confirmed')).toBe('WhatsApp: confirmed outage, update');
  expect(headline('WhatsApp', 'updated', 'resolved')).toBe('WhatsApp: word from its status page');
  const long = Array.from({ length: 20 }, (_, i) => `Word${i}`).join(' ');
  for (const change of incidentChangeSchema.options) {
    for (const state of incidentStateSchema.options) expect(headline(long, change, state).split(' ').length).toBeLessThanOrEqual(10);
  }
});

test('a suspicion says how much, since when, what, where and how sure', () => {
  const alert = anAlert(1, 'suspected', evening + 5 * minute);
  expect(summaryLines({ name: 'WhatsApp', change: 'suspected', at: alert.at, incident: alert.incident }, 'Europe/Berlin')).toEqual([
    'Reports suggest trouble with WhatsApp: 214 reports in 15 min, expected 6. Since 22:50 CEST.',
    'Mostly: sending (61 %), login (22 %). DE 38 %, BR 17 %, US 9 %, other 7 %, unknown 29 %.',
    'Confidence: medium (168 authors, 2 sources, 3 languages). Noticed 4 min after the estimated onset.',
  ]);
  expect(alert.summary).toContain('Since 20:50 UTC.');
});

test('a resolved incident tells start, end, duration and peak', () => {
  const at = evening + 134 * minute;
  const alert = anAlert(5, 'resolved', at, { resolvedAt: at });
  expect(alert.summary).toContain('It lasted 2 h 14 min, from 20:50 UTC to 23:04 UTC; the peak was 41 reports a minute at 21:40 UTC.');
});

test('an erased post is asked back, and its words are in no line', () => {
  expect(anAlert(6, 'erased', evening + 9 * minute).summary).toContain('took back a post');
});

test('a held incident says that no source is live', () => {
  const lines = summaryLines({ name: 'X', change: 'updated', at: evening, incident: anIncident({ blind: true, confirmedAt: evening }) }, 'UTC');
  expect(lines.at(-1)).toBe('No source is live now: this state is held, not confirmed.');
  expect(confidence(anIncident({ blind: true, confirmedAt: evening }))).toBe('low');
});

test('confidence is high only when confirmed by many against a learnt baseline', () => {
  expect(confidence(anIncident({ confirmedAt: evening }))).toBe('high');
  expect(confidence(anIncident({ confirmedAt: evening, learning: true }))).toBe('medium');
  expect(confidence(anIncident({ confirmedAt: evening, reporters: 12 }))).toBe('medium');
  expect(confidence(anIncident({ reporters: 12 }))).toBe('low');
});

test('shares add up to 100 with unknown shown', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1000), { minLength: 1, maxLength: 8 }), (parts) => {
      const sum = percents(parts).reduce((a, b) => a + b, 0);
      expect(sum).toBe(parts.some((part) => part > 0) ? 100 : 0);
    }),
  );
  expect(regionsLine({ unknown: 5 })).toBe('');
  expect(regionsLine({ DE: 1, unknown: 2 })).toBe('DE 33 %, unknown 67 %.');
});

test('symptoms below a twentieth and unnamed ones are not called main problems', () => {
  expect(symptomsLine({ other: 90, sending: 8, login: 2 })).toBe('Mostly: sending (8 %).');
  expect(symptomsLine({ other: 3 })).toBe('');
});

test('figures are short', () => {
  expect([0, 0.04, 0.4, 6, 9.96, 2345, 1234567].map(figure)).toEqual(['0', 'under 0.1', '0.4', '6', '10', '2,345', '1,234,567']);
});
