import { expect, test } from 'vitest';
import { anAlert, evening } from '../../test/fakes/incidents.ts';
import { aWord } from '../../test/fakes/official.ts';
import { channels } from './index.ts';
import { maxBodyBytes, webhookBody } from './webhook.ts';

const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;

test('an event has type, time and the alert, with a link to the board', () => {
  const alert = anAlert(1, 'suspected', evening);
  expect(JSON.parse(webhookBody(alert, 'https://outcry.example'))).toEqual({
    type: 'outcry.incident.suspected',
    timestamp: '2017-05-03T20:50:00.000Z',
    data: { ...alert, url: `https://outcry.example/i/${alert.incident.id}` },
  });
});

test('a large event loses its weakest evidence first, then rare countries, and stays within 20 kB', () => {
  const evidence = Array.from({ length: 500 }, (_, i) => ({ source: 'bluesky', id: `post-${i}`.padEnd(60, 'x'), ts: evening, lang: 'en', symptom: 'sending' as const, weight: i / 500 }));
  const body = webhookBody(anAlert(1, 'suspected', evening, { evidence }), null);
  const kept = (JSON.parse(body) as { data: { incident: { evidence: { weight: number }[] } } }).data.incident.evidence;
  expect(Buffer.byteLength(body)).toBeLessThanOrEqual(maxBodyBytes);
  expect(kept.length).toBeGreaterThan(20);
  expect(kept[0]!.weight).toBe(499 / 500);

  const regions = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`Z${i}`, 5_000 - i]));
  const wide = webhookBody(anAlert(1, 'suspected', evening, { evidence, regions }), null);
  expect(Buffer.byteLength(wide)).toBeLessThanOrEqual(maxBodyBytes);
  expect((JSON.parse(wide) as { data: { incident: { regions: Record<string, number> } } }).data.incident.regions).toMatchObject({ Z0: 5_000 });
});

test('a large event keeps the state of the official word, its clock and the start of its title', () => {
  const regions = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`Z${i}`, 5_000 - i]));
  const components = Array.from({ length: 600 }, (_, i) => `component ${i}`.padEnd(60, 'x'));
  const official = aWord({ state: 'outage', firstAt: evening + 720_000, lagMs: 720_000, title: 't'.repeat(30_000), url: `https://status.example/${'u'.repeat(9_000)}`, components });
  const body = webhookBody(anAlert(1, 'suspected', evening, { regions, official }), null);
  expect(Buffer.byteLength(body)).toBeLessThanOrEqual(maxBodyBytes);
  const kept = (JSON.parse(body) as { data: { incident: { official: typeof official } } }).data.incident.official;
  expect(kept).toMatchObject({ state: 'outage', lagMs: 720_000, url: null });
  expect([kept.title!.startsWith('ttt'), kept.components.length > 0]).toEqual([true, true]);
});

test('bad options are told with their path', () => {
  const told = (options: unknown): string[] => channels['webhook']!.options.safeParse(options).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
  expect(told({ url: 'https://example.org/hook', secrets: [secret] })).toEqual([]);
  expect(told({ url: 'http://example.org/hook', secrets: [secret] })).toEqual(['url: this address is refused (url-scheme): use https, or set `allowHttp: true`']);
  expect(told({ url: 'https://10.0.0.1/hook', secrets: [secret] })).toEqual(['url: this address is refused (address-private): set `allowPrivate: true` if the receiver is in your own network']);
  expect(told({ url: 'https://example.org/hook', secrets: ['whsec_AAAA'] })).toEqual(['secrets.0: a webhook secret must be 24 to 64 bytes, not 3']);
  expect(told({ url: 'https://example.org/hook', secrets: [] })).toHaveLength(1);
});
