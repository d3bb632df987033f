import { expect, test } from 'vitest';
import type { InRecord } from '../../shared/bus.ts';
import { evidenceKey, type Evidence } from '../../shared/evidence.ts';
import { incidentId, type Incident, type IncidentChange } from '../../shared/incident.ts';
import type { Rollup } from '../../shared/rollup.ts';
import { serviceSchema } from '../../shared/service.ts';
import type { TopicName } from '../../shared/topics.ts';
import { anOfficial, aPageEvent, aWord } from '../../test/fakes/official.ts';
import { heldOf, services as cast } from '../../test/fakes/outages.ts';
import { boardLimits, createReadModel, type ReadModel } from './read-model.ts';

const minute = 60_000;
const noon = Date.parse('2026-05-03T12:00:00Z');
const asked = { now: noon, blind: false };
const services = ['alpha', 'beta', 'gamma', 'delta', 'epsilon'].map((id) => serviceSchema.parse({ id, name: id.toUpperCase(), hashtags: [`#${id}down`] }));

function feed(model: ReadModel, topic: TopicName, key: string, value: unknown): void {
  const bytes = value === null ? null : new TextEncoder().encode(JSON.stringify(value));
  const record: InRecord = { topic, partition: 0, offset: 0, key, value: bytes, headers: {} };
  model.add(record);
}

function rollup(service: string, at: number, reports: number): Rollup {
  return {
    v: 1, service, minute: at, mentions: reports + 1, reports, observed: reports, expected: 0.2, upper: 2, learning: false, blind: false, recoveries: 0,
    symptoms: {}, languages: { en: reports }, reasons: {},
  };
}

function event(model: ReadModel, service: string, onset: number, seq: number, change: IncidentChange, over: Partial<Incident> = {}): string {
  const incident: Incident = {
    id: incidentId(service, onset), service, state: 'suspected', onset, openedAt: onset + minute, confirmedAt: null, easingAt: null, resolvedAt: null,
    observed: 9, expected: 0.8, windowMs: 600_000, learning: false, blind: false, reporters: 8, score: 2.5, mentions: 21, recoveries: 0,
    peak: { perMinute: 4, at: onset }, symptoms: { login: 1, down: 2 }, languages: { en: 3 }, regions: { unknown: 1, DE: 1, FR: 1 }, sources: { lines: 3 }, evidence: [],
    signal: { rule: 'cusum', jump: 10, since: onset, observed: 6, expected: 0.2, statistic: 11.2, dispersion: 1, threshold: 8.4, tail: 6.3, share: 0.8, expectedShare: 0.1 },
    ...over,
  };
  feed(model, 'outcry.incidents', service, { v: 1, kind: 'incident', seq, change, at: onset + seq * minute, settings: 'hash', incident });
  return incident.id;
}

function post(model: ReadModel, incident: string, id: string, over: Partial<Evidence> = {}): void {
  const evidence: Evidence = {
    v: 1, incident, service: 'alpha', source: 'lines', id, ts: noon, author: 'hash', lang: 'en', symptom: 'down', reason: 'outage-phrase', weight: 1, late: false,
    text: 'alpha is down', url: 'https://posts.example.com/1', region: null, ...over,
  };
  feed(model, 'outcry.evidence', evidenceKey(incident, 'lines', id), evidence);
}

test('services come troubled first, then those with some reports, then the quiet ones by name', () => {
  const model = createReadModel(services);
  feed(model, 'outcry.rollups', 'gamma', rollup('gamma', noon - 5 * minute, 2));
  event(model, 'beta', noon - 30 * minute, 1, 'suspected');
  event(model, 'epsilon', noon - 20 * minute, 1, 'confirmed', { state: 'confirmed', confirmedAt: noon });
  expect(model.services(asked).map(({ id, standing }) => [id, standing])).toEqual([
    ['epsilon', 'confirmed'], ['beta', 'suspected'], ['gamma', 'active'], ['alpha', 'quiet'], ['delta', 'quiet'],
  ]);
});

test('a resolved incident shows as recovered for an hour', () => {
  const model = createReadModel(services);
  event(model, 'alpha', noon - 90 * minute, 1, 'resolved', { state: 'resolved', resolvedAt: noon - 50 * minute });
  expect(model.summary('alpha', asked)?.standing).toBe('recovered');
  expect(model.summary('alpha', { now: noon + 20 * minute, blind: false })?.standing).toBe('quiet');
});

test('while no source sees anything a quiet service is unknown, and an open incident is held', () => {
  const model = createReadModel(services);
  event(model, 'beta', noon - 30 * minute, 1, 'confirmed', { state: 'confirmed' });
  const blind = { now: noon, blind: true };
  expect(model.summary('alpha', blind)?.standing).toBe('unknown');
  expect(model.summary('beta', blind)?.standing).toBe('confirmed');
});

test('services are found by name, id and hashtag', () => {
  const model = createReadModel(services);
  expect(model.services(asked, 'ALPH').map(({ id }) => id)).toEqual(['alpha']);
  expect(model.services(asked, '#betadown').map(({ id }) => id)).toEqual(['beta']);
  expect(model.services(asked, 'nothing like it')).toEqual([]);
});

test('the latest event of an incident is shown, each one once in its timeline, whatever comes again', () => {
  const model = createReadModel(services);
  const id = event(model, 'alpha', noon, 1, 'suspected');
  event(model, 'alpha', noon, 2, 'confirmed', { state: 'confirmed' });
  event(model, 'alpha', noon, 1, 'suspected');
  const incident = model.incident(id, asked);
  expect(incident).toMatchObject({ state: 'confirmed', onset: '2026-05-03T12:00:00.000Z' });
  expect(incident?.timeline.map(({ seq, change }) => [seq, change])).toEqual([[1, 'suspected'], [2, 'confirmed']]);
});

test('shares of places add up to 100 with the unknown ones shown', () => {
  const model = createReadModel(services);
  const id = event(model, 'alpha', noon, 1, 'suspected');
  const regions = model.incident(id, asked)?.regions ?? [];
  expect(regions.map(({ key }) => key)).toContain('unknown');
  expect(regions.reduce((sum, one) => sum + one.percent, 0)).toBe(100);
});

test('all posts counted are there, strongest first, and their weights add up to the score', () => {
  const model = createReadModel(services);
  const id = event(model, 'alpha', noon, 1, 'suspected');
  post(model, id, 'b', { weight: 0.5 });
  post(model, id, 'a', { weight: 1, ts: noon + 1 });
  post(model, id, 'c', { weight: 1 });
  const page = model.evidence(id, 0, 2);
  expect(page).toMatchObject({ total: 3, sumOfWeights: 2.5, score: 2.5 });
  expect(page !== null && page !== 'let-go' ? page.items.map((item) => item.id) : page).toEqual(['c', 'a']);
  expect(model.evidence(id, 2, 2)).toMatchObject({ items: [{ id: 'b' }] });
});

test('a post that stands for others weighs as many, and so does what is left of it', () => {
  const model = createReadModel(services);
  const id = event(model, 'alpha', noon, 1, 'suspected');
  post(model, id, 'a', { weight: 0.5, standsFor: 8 });
  post(model, id, 'b');
  expect(model.evidence(id, 0, 10)).toMatchObject({ total: 2, sumOfWeights: 5, items: [{ id: 'b', standsFor: 1 }, { id: 'a', standsFor: 8 }] });
  post(model, id, 'a', { weight: 0.5, standsFor: 8, text: null });
  expect(model.evidence(id, 0, 10)).toMatchObject({ total: 2, sumOfWeights: 5 });
});

test('an erased post keeps its weight and loses its text and link', () => {
  const model = createReadModel(services);
  const id = event(model, 'alpha', noon, 1, 'suspected');
  post(model, id, 'a');
  post(model, id, 'a', { text: null });
  expect(model.evidence(id, 0, 10)).toMatchObject({ total: 1, sumOfWeights: 1, items: [{ id: 'a', text: null, url: null }] });
});

test('authors, even as hashes, are not told to anyone', () => {
  const model = createReadModel(services);
  const id = event(model, 'alpha', noon, 1, 'suspected');
  post(model, id, 'a', { author: 'secret-hash' });
  expect(JSON.stringify([model.evidence(id, 0, 10), model.service('alpha', asked), model.incident(id, asked)])).not.toContain('secret-hash');
});

test('memory is bounded: series, closed incidents and their posts go, oldest first, open ones stay', () => {
  const model = createReadModel([], { services: 3, incidents: 3, evidence: 5, deliveries: 2 });
  const open = event(model, 'alpha', noon - 500 * minute, 1, 'confirmed', { state: 'confirmed' });
  for (let i = 0; i < 10; i += 1) {
    feed(model, 'outcry.rollups', `s${i}`, rollup(`s${i}`, noon + i * minute, 1));
    const id = event(model, `s${i}`, noon + i * minute, 1, 'resolved', { state: 'resolved', resolvedAt: noon + i * minute });
    post(model, id, 'p');
  }
  for (let i = 0; i < 3; i += 1) post(model, open, `o${i}`);
  expect(model.incidents(asked)).toHaveLength(3);
  expect(model.incident(open, asked)?.state).toBe('confirmed');
  expect(model.evidence(open, 0, 10)).toMatchObject({ total: 3 });
  const closed = incidentId('s9', noon + 9 * minute);
  expect(model.evidence(closed, 0, 10)).toMatchObject({ total: 1 });
  expect(model.services({ now: noon + 10 * minute, blind: false }).length).toBeLessThanOrEqual(6);
});

test('posts of an incident that was let go are said to be gone, not to be none', () => {
  const model = createReadModel(services, { ...boardLimits, evidence: 2 });
  const id = event(model, 'alpha', noon, 1, 'resolved', { state: 'resolved', resolvedAt: noon });
  post(model, id, 'a');
  const later = event(model, 'alpha', noon + 60 * minute, 1, 'confirmed', { state: 'confirmed' });
  post(model, later, 'b');
  post(model, later, 'c');
  expect(model.evidence(id, 0, 10)).toBe('let-go');
  expect(model.evidence(later, 0, 10)).toMatchObject({ total: 2 });
});

test('records that can not be read are counted and nothing else happens', () => {
  const model = createReadModel(services);
  const garbage: InRecord = { topic: 'outcry.rollups', partition: 0, offset: 0, key: 'x', value: new TextEncoder().encode('{"v":1'), headers: {} };
  expect(model.add(garbage)).toBeNull();
  feed(model, 'outcry.incidents', 'x', { v: 9 });
  feed(model, 'outcry.evidence', 'x', []);
  feed(model, 'outcry.deliveries', 'x', 'text');
  expect(model.unread()).toBe(4);
  expect(model.services(asked).every((one) => one.standing === 'quiet')).toBe(true);
});

test('deliveries are counted by state and channel, and the dead ones are listed', () => {
  const model = createReadModel(services);
  const delivery = (channel: string, state: string) => ({
    v: 1, alert: 'i/1', incident: 'i', service: 'alpha', channel, state, order: 1, attempts: 1, queuedAt: noon, nextAt: null, endedAt: null, reason: 'http-404', ref: null, payload: '{}',
  });
  feed(model, 'outcry.deliveries', 'slack/i/1', delivery('slack', 'pending'));
  feed(model, 'outcry.deliveries', 'slack/i/1', delivery('slack', 'sent'));
  feed(model, 'outcry.deliveries', 'hook/i/1', delivery('hook', 'dead'));
  expect(model.deliveries('dead')).toMatchObject({ counts: { pending: 0, sent: 1, dead: 1 }, items: [{ channel: 'hook', reason: 'http-404' }] });
  expect(model.dead()).toBe(1);
  feed(model, 'outcry.deliveries', 'hook/i/1', null);
  expect(model.dead()).toBe(0);
});

test('what a channel that wants no more left undelivered is a matter for a person, what a removed channel left is not', () => {
  const model = createReadModel(services);
  const gone = (reason: string) => ({
    v: 1, alert: 'i/1', incident: 'i', service: 'alpha', channel: 'slack', state: 'gone', order: 1, attempts: 1, queuedAt: noon, nextAt: null, endedAt: noon, reason, ref: null, payload: '{}',
  });
  feed(model, 'outcry.deliveries', 'slack/i/1', gone('slack-no_service'));
  feed(model, 'outcry.deliveries', 'slack/i/2', gone('channel-gone'));
  feed(model, 'outcry.deliveries', 'old/i/1', gone('channel-removed'));
  expect(model.dead()).toBe(2);
  feed(model, 'outcry.deliveries', 'slack/i/1', { ...gone(''), state: 'sent', reason: null });
  expect(model.dead()).toBe(1);
});

test('a status page that reports trouble opens nothing, is shown with its service, and moves no time', () => {
  const model = createReadModel(services);
  feed(model, 'outcry.rollups', 'gamma', rollup('gamma', noon - 5 * minute, 0));
  const before = model.eventTime();
  feed(model, 'outcry.incidents', 'alpha', anOfficial('alpha', noon, { state: 'outage', events: [aPageEvent({ saidAt: noon, state: 'outage' })], usualMs: 35 * minute, usualOf: 7 }));
  feed(model, 'outcry.incidents', 'nobody', anOfficial('nobody', noon, { state: 'outage' }));
  expect(model.eventTime()).toBe(before);
  expect(model.services(asked).map(({ id, standing, official }) => [id, standing, official]).filter(([, , official]) => official !== null)).toEqual([['alpha', 'quiet', 'outage']]);
  expect(model.services(asked).map(({ id }) => id)).not.toContain('nobody');
  expect(model.service('alpha', asked)).toMatchObject({ officialWord: null, officialPage: { state: 'outage', events: [{ title: 'Elevated error rates' }], usualOf: 7 } });
  expect(model.service('beta', asked)).toMatchObject({ official: null, officialPage: null });
  expect(model.officialFigures(asked)).toEqual({ states: { ok: 0, degraded: 0, outage: 1, maintenance: 0, unknown: 0 }, longestSilenceMs: 0 });
});

test("an incident carries the page's word and its silence up to now, and the longest one is a figure", () => {
  const model = createReadModel(services);
  const silent = event(model, 'alpha', noon - 42 * minute, 1, 'confirmed', { state: 'confirmed', official: aWord({ usualMs: 35 * minute, usualOf: 7 }) });
  const said = event(model, 'beta', noon - 60 * minute, 1, 'confirmed', { state: 'confirmed', official: aWord({ state: 'degraded', firstAt: noon - 48 * minute, lagMs: 12 * minute, title: 'Elevated error rates' }), tallied: { observed: 214, expected: 6, windowMs: 900_000 } });
  event(model, 'delta', noon - 90 * minute, 1, 'resolved', { state: 'resolved', resolvedAt: noon - 10 * minute, official: aWord() });
  expect(model.incident(silent, asked)).toMatchObject({ official: { state: 'ok', silentMs: 42 * minute, usualMs: 35 * minute, usualOf: 7 }, tallied: null });
  expect(model.incident(said, asked)).toMatchObject({ official: { state: 'degraded', silentMs: null, lagMs: 12 * minute, firstAt: '2026-05-03T11:12:00.000Z' }, tallied: { observed: 214 } });
  expect(model.summary('alpha', asked)).toMatchObject({ official: null, officialWord: { silentMs: 42 * minute } });
  expect(model.officialFigures(asked).longestSilenceMs).toBe(42 * minute);
});

test('a service that speaks for others is summed up with their likely cause', () => {
  const { alerts } = heldOf([
    { service: 'acme', onset: 0, changes: [[20_000, 'suspected'], [300_000, 'confirmed']] },
    { service: 'cloudflare', onset: 10_000, changes: [[40_000, 'suspected']], reporters: 60 },
  ]);
  const model = createReadModel(cast);
  for (const { incident, at, change, settings, id } of alerts) feed(model, 'outcry.incidents', incident.service, { v: 1, kind: 'incident', seq: Number(id.slice(incident.id.length + 1)), change, at, settings, incident });
  for (const alert of alerts) feed(model, 'outcry.alerts', alert.incident.id, alert);
  expect(['acme', 'cloudflare'].map((id) => model.summary(id, asked)!.tie)).toEqual([{ kind: 'likely', name: 'Cloudflare' }, { kind: 'linked', name: 'Acme' }]);
});

test('the board says of each incident whether it was told and whose it is, in whatever order the alerts come', () => {
  const { alerts } = heldOf([
    { service: 'cloudflare', onset: 0, changes: [[20_000, 'suspected'], [240_000, 'confirmed']], reporters: 60 },
    { service: 'acme', onset: 10_000, changes: [[40_000, 'suspected']] },
    { service: 'whatsapp', onset: 0, changes: [[20_000, 'suspected']], reporters: 90 },
    { service: 'telco', onset: 90_000, changes: [[120_000, 'suspected']], alone: 8, others: { whatsapp: 12 } },
  ]);
  for (const order of [alerts, alerts.toReversed()]) {
    const model = createReadModel(cast);
    for (const { incident, at, change, settings, id } of alerts) feed(model, 'outcry.incidents', incident.service, { v: 1, kind: 'incident', seq: Number(id.slice(incident.id.length + 1)), change, at, settings, incident });
    expect(model.incidents(asked).every(({ told }) => told === null)).toBe(true);
    for (const alert of order) feed(model, 'outcry.alerts', alert.incident.id, alert);
    const shown = new Map(model.incidents(asked).map((one) => [one.service, one]));
    const parent = shown.get('cloudflare')!;
    expect(parent).toMatchObject({ told: true, because: 'news', parent: null, cause: { service: 'cloudflare', certainty: 'likely' }, group: { state: 'confirmed', size: 2 } });
    expect(shown.get('acme')).toMatchObject({ told: false, because: 'linked', parent: parent.id, group: { members: [{ service: 'cloudflare', state: 'confirmed' }, { service: 'acme' }] } });
    expect(shown.get('telco')).toMatchObject({ told: false, because: 'blamed', parent: null, group: null, blame: { service: 'whatsapp', naming: 12, posts: 20 }, named: { alone: 8, together: 12 } });
    expect(['cloudflare', 'acme', 'telco', 'whatsapp'].map((id) => model.summary(id, asked)!.tie)).toEqual([null, { kind: 'linked', name: 'Cloudflare' }, { kind: 'blamed', name: 'WhatsApp' }, null]);
  }
});
