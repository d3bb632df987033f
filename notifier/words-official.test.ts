import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { officialStateSchema } from '../shared/observation.ts';
import { anIncident, evening, minute } from '../test/fakes/incidents.ts';
import { aWord } from '../test/fakes/official.ts';
import { summaryLines } from './words.ts';
import { officialLine } from './words-official.ts';

const at = evening + 42 * minute;
const line = (word: Parameters<typeof aWord>[0], incident: Parameters<typeof anIncident>[0] = {}): string => officialLine(anIncident({ official: aWord(word), ...incident }), at, 'UTC');

test('a page that says nothing is told with the minutes since the onset, and with what is usual for it', () => {
  expect(line({})).toBe('Official status: silent for 42 min.');
  expect(line({ usualMs: 35 * minute, usualOf: 7 })).toBe('Official status: silent for 42 min; usually 35 min (median of 7).');
  expect(line({ usualMs: -4 * minute, usualOf: 3 })).toBe('Official status: silent for 42 min; usually 4 min before people (median of 3).');
  expect(line({ usualMs: null, usualOf: 5 })).toBe('Official status: silent for 42 min; usually silent (median of 5).');
});

test('the silence of an incident that is over no longer grows', () => {
  expect(line({ usualMs: 35 * minute, usualOf: 7 }, { state: 'resolved', resolvedAt: evening + 30 * minute })).toBe('Official status: silent throughout, for 30 min; usually 35 min (median of 7).');
});

test('the first word is told with its delay, its title and its state as a word', () => {
  const word = { state: 'degraded', firstAt: evening + 12 * minute, lagMs: 12 * minute, title: 'Elevated error rates' } as const;
  expect(line(word)).toBe('Official status: first word after 12 min: “Elevated error rates” (degraded).');
  expect(line({ ...word, title: null })).toBe('Official status: first word after 12 min (degraded).');
  expect(line({ ...word, state: 'maintenance', usualMs: 35 * minute, usualOf: 7 })).toBe('Official status: first word after 12 min: “Elevated error rates” (maintenance); usually 35 min (median of 7).');
  expect(line({ ...word, lagMs: -5 * minute, state: 'outage' })).toBe('Official status: said so 5 min before people did: “Elevated error rates” (outage).');
  expect(line({ ...word, lagMs: 0 })).toBe('Official status: first word as people began: “Elevated error rates” (degraded).');
});

test('a page that says that it is over is told with the time', () => {
  const word = { state: 'ok', firstAt: evening + 12 * minute, lagMs: 12 * minute, title: 'Elevated error rates', endedAt: evening + 40 * minute } as const;
  expect(line(word)).toBe('Official status: first word after 12 min: “Elevated error rates”; over since 21:30 UTC.');
});

test('a page that can not be read is never down and never silent', () => {
  expect(line({ state: 'unknown', usualMs: 35 * minute, usualOf: 7 })).toBe("Official status: the page can't be read.");
  expect(line({ state: 'unknown', firstAt: evening + 12 * minute, lagMs: 12 * minute, title: 'Elevated error rates' })).toBe("Official status: first word after 12 min: “Elevated error rates”; now the page can't be read.");
});

test('nothing is said where no page is read', () => {
  expect(officialLine(anIncident(), at, 'UTC')).toBe('');
  expect(summaryLines({ name: 'X', change: 'suspected', at, incident: anIncident() }, 'UTC').join(' ')).not.toContain('Official');
});

test('the summary says it before how sure we are, and of a withdrawn suspicion not at all', () => {
  const told = { name: 'WhatsApp', change: 'confirmed', at, incident: anIncident({ official: aWord() }) } as const;
  expect(summaryLines(told, 'UTC').map((one) => one.slice(0, 15))).toEqual(['Reports suggest', 'Mostly: sending', 'Official status', 'Confidence: med']);
  expect(summaryLines({ ...told, change: 'retracted', incident: anIncident({ state: 'retracted', official: aWord() }) }, 'UTC')).toHaveLength(1);
});

test("whatever a page's title holds, it is one short line and stays within its quotation marks", () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 150 }), fc.constantFrom(...officialStateSchema.options), (title, state) => {
      const said = line({ state, firstAt: evening, lagMs: 60_000, title: `${title}” all is well\r\n\u001b[2J\u202e` });
      for (const live of ['\r', '\n', '\u001b', '\u202e']) expect(said).not.toContain(live);
      expect(said.split('”')).toHaveLength(2);
      expect(said.length).toBeLessThan(500);
    }),
  );
});
