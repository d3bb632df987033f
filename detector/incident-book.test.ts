import { expect, test } from 'vitest';
import type { Incident, Named } from '../shared/incident.ts';
import { framesOf, minuteMs, monday, runFrames, type TestPost } from './detector.fixture.ts';
import { countReport, openIncident } from './incident-book.ts';
import type { Recent } from './watch.ts';

const signal = { rule: 'cusum', jump: 5, since: monday, observed: 6, expected: 0.2, statistic: 11, dispersion: 1, threshold: 9, tail: 7, share: 0.8, expectedShare: 0.1 };

function opened() {
  return openIncident({ service: 'acme', at: monday + minuteMs, onset: monday, signal, learning: false, mentions: 0, recoveries: 0, expected: 0.2 });
}

function aReport(n: number, others?: string[]): Recent {
  return {
    at: monday + n, ts: monday + n, weight: 1, mass: 0, source: 's', id: `p${n}`, author: `a${n}`, lang: 'en', symptom: 'down', reason: 'outage-phrase', by: 'name',
    text: null, url: null, region: null, own: true, shared: others !== undefined, ...(others === undefined ? {} : { others }),
  };
}

function namedAfter(posts: readonly (string[] | undefined)[]): Named | undefined {
  const open = opened();
  posts.forEach((others, n) => countReport(open, aReport(n, others), false));
  return open.incident.named;
}

test('an incident knows how many of its posts name it alone, and whom the others name', () => {
  expect(namedAfter([undefined, ['cloudflare'], ['cloudflare', 'discord'], undefined, ['cloudflare', 'cloudflare']])).toEqual({
    alone: 2, together: 3, others: { cloudflare: 3, discord: 1 },
  });
});

test('of many others the often named stay, and the list stays short', () => {
  const crowd = Array.from({ length: 40 }, (_, n) => [`once-${n}`, ...(n % 4 === 0 ? ['cloudflare'] : [])]);
  const named = namedAfter(crowd)!;
  expect(Object.keys(named.others)).toHaveLength(8);
  expect(named.others).toMatchObject({ cloudflare: 10 });
});

test('an incident that was opened before names were counted begins to count', () => {
  const open = opened();
  const { named: _, ...before }: Incident = open.incident;
  open.incident = before;
  countReport(open, aReport(1, ['cloudflare']), false);
  expect(open.incident.named).toEqual({ alone: 0, together: 1, others: { cloudflare: 1 } });
});

test('posts that name two services carry the other one into the count of each', () => {
  const outage: TestPost[] = Array.from({ length: 60 }, (_, n) => ({ ts: monday + 30 * minuteMs + n * 2_000, others: n % 2 === 0 ? [] : [{ service: 'globex', name: 'globex' }] }));
  const posts = [{ ts: monday + 1 }, ...outage];
  const [event] = runFrames(framesOf(posts, { end: monday + 40 * minuteMs })).events;
  expect(event?.incident.named).toMatchObject({ others: { globex: expect.any(Number) } });
  const { alone, together } = event!.incident.named!;
  expect(alone + together).toBe(event!.incident.reporters);
});
