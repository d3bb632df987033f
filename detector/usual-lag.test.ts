import { expect, test } from 'vitest';
import type { Incident } from '../shared/incident.ts';
import { type Lag, noteLag, usualBefore, usualOf } from './usual-lag.ts';

const lagsOf = (...lags: (number | null)[]): Lag[] => lags.map((lagMs, i) => [`i${i}`, i, lagMs]);

function incident(number: number, lagMs: number | null, change: Partial<Incident> = {}): Incident {
  return { id: `i${number}`, onset: number, confirmedAt: 1, resolvedAt: 2, official: { lagMs, state: 'ok' }, ...change } as Incident;
}

test('the median is the time by which half of the incidents had been spoken of; silence is longer than any', () => {
  expect(usualOf([])).toEqual({ usualMs: null, usualOf: 0 });
  expect(usualOf(lagsOf(9))).toEqual({ usualMs: 9, usualOf: 1 });
  expect(usualOf(lagsOf(30, -5, 10))).toEqual({ usualMs: 10, usualOf: 3 });
  expect(usualOf(lagsOf(null, 7, null, 3))).toEqual({ usualMs: 7, usualOf: 4 });
  expect(usualOf(lagsOf(null, 7, null))).toEqual({ usualMs: null, usualOf: 3 });
});

test('an incident is held against what began before it, not against itself', () => {
  expect(usualBefore(lagsOf(1, 2, 3, 100, 200), { id: 'i3', onset: 3 })).toEqual({ usualMs: 2, usualOf: 3 });
});

test('only a confirmed incident counts, once the page has spoken or it is over, and silence only of a page that can be read', () => {
  const lags: Lag[] = [];
  noteLag(lags, incident(1, 5, { confirmedAt: null }));
  noteLag(lags, incident(2, null, { resolvedAt: null }));
  noteLag(lags, incident(3, null, { official: { lagMs: null, state: 'unknown' } as Incident['official'] & object }));
  noteLag(lags, incident(4, 5, { official: undefined } as unknown as Incident));
  expect(lags).toEqual([]);
  noteLag(lags, incident(6, null));
  noteLag(lags, incident(5, 4, { resolvedAt: null }));
  expect(lags).toEqual([['i5', 5, 4], ['i6', 6, null]]);
  // a late word, and one that is open again
  noteLag(lags, incident(6, 70));
  noteLag(lags, incident(5, null, { resolvedAt: null }));
  expect(lags).toEqual([['i6', 6, 70]]);
});

test('silence about what people may only blame the service for is none', () => {
  const named = (alone: number, others: Readonly<Record<string, number>>) => ({ named: { alone, together: Math.max(0, ...Object.values(others)), others } }) as Partial<Incident>;
  const lags: Lag[] = [];
  noteLag(lags, incident(1, null, named(8, { whatsapp: 12 })));
  noteLag(lags, incident(2, null, named(20, { whatsapp: 10, netflix: 1 })));
  expect(lags).toEqual([]);
  // too few posts to go by, many others a little, or its page does know of trouble
  noteLag(lags, incident(3, null, named(0, { whatsapp: 2 })));
  noteLag(lags, incident(4, null, named(30, { whatsapp: 9, netflix: 9, slack: 9 })));
  noteLag(lags, incident(5, 12, named(8, { whatsapp: 12 })));
  expect(lags).toEqual([['i3', 3, null], ['i4', 4, null], ['i5', 5, 12]]);
});

test('the median rests on the last 32', () => {
  const lags: Lag[] = [];
  for (let i = 0; i < 200; i++) noteLag(lags, incident(i, i));
  expect(usualOf(lags)).toEqual({ usualMs: 183, usualOf: 32 });
  expect(usualBefore(lags, { id: 'i199', onset: 199 })).toEqual({ usualMs: 182, usualOf: 32 });
  expect(lags.length).toBeLessThan(50);
});
