import { expect, test } from 'vitest';
import type { PageWord, ReadAnswer } from './page-word.ts';
import { readStatuspage } from './statuspage.ts';

const now = Date.UTC(2026, 4, 3, 20);
const at = (minutes: number): string => new Date(now + minutes * 60_000).toISOString();
const read = (page: unknown): ReadAnswer => readStatuspage(new TextEncoder().encode(JSON.stringify(page)), now);
const wordsOf = (page: unknown): readonly PageWord[] => {
  const answer = read(page);
  if ('why' in answer) throw new Error(answer.why);
  return answer.words;
};
const page = { id: 'p1', name: 'Example', url: 'https://status.example.com', time_zone: 'Etc/UTC', updated_at: at(-1) };
const status = { indicator: 'none', description: 'All Systems Operational' };
const update = (id: string, state: string, minutes: number, more: object = {}) => ({ id, status: state, body: `We say: ${state}.`, created_at: at(minutes), display_at: at(minutes), affected_components: null, ...more });
const incident = (more: object) => ({
  id: 'abc123', name: 'Logins fail', status: 'investigating', impact: 'major', created_at: at(-30), started_at: at(-40), updated_at: at(-10), resolved_at: null,
  shortlink: 'https://stspg.io/abc123', components: [{ id: 'c1', name: 'Login' }], incident_updates: [update('u1', 'investigating', -30)], ...more,
});
const component = (id: string, name: string, state: string, more: object = {}) => ({ id, name, status: state, created_at: at(-9_000), updated_at: at(-20), group: false, ...more });

test('each update of an incident is a word, the oldest first, with the page\'s own times', () => {
  const words = wordsOf({ page, status, incidents: [incident({
    status: 'resolved', resolved_at: at(-5), incident_updates: [update('u3', 'resolved', -5), update('u2', 'monitoring', -15), update('u1', 'investigating', -30)],
  })] });
  expect(words).toEqual([
    { key: 'u1', event: 'abc123', kind: 'incident', ts: now - 30 * 60_000, state: 'outage', title: 'Logins fail', text: 'We say: investigating.', url: 'https://stspg.io/abc123', components: ['Login'], began: now - 40 * 60_000 },
    { key: 'u2', event: 'abc123', kind: 'incident', ts: now - 15 * 60_000, state: 'outage', title: 'Logins fail', text: 'We say: monitoring.', url: 'https://stspg.io/abc123', components: ['Login'], began: now - 40 * 60_000 },
    { key: 'u3', event: 'abc123', kind: 'incident', ts: now - 5 * 60_000, state: 'ok', title: 'Logins fail', text: 'We say: resolved.', url: 'https://stspg.io/abc123', components: ['Login'], began: now - 40 * 60_000, ended: now - 5 * 60_000 },
  ]);
});

test('impact and the new states of components say how bad it is', () => {
  const stateOf = (impact: string | undefined, states: string[] = []) =>
    wordsOf({ page, incidents: [incident({ impact, incident_updates: [update('u1', 'identified', -3, { affected_components: states.map((one, i) => ({ code: `c${i}`, name: `Part ${i}`, old_status: 'operational', new_status: one })) })] })] })[0]!.state;
  expect(['none', 'minor', 'major', 'critical', 'maintenance'].map((impact) => stateOf(impact))).toEqual(['degraded', 'degraded', 'outage', 'outage', 'maintenance']);
  expect(stateOf('minor', ['degraded_performance', 'major_outage'])).toBe('outage');
  expect(stateOf('critical', ['operational'])).toBe('outage');
  const odd = read({ page, incidents: [incident({ impact: 'apocalyptic' })] });
  expect(odd).toMatchObject({ odd: ['impact-unknown'], words: [{ state: 'degraded' }] });
});

test('maintenance is told once it has begun and when it is over; its announcement is not', () => {
  const maintenance = (state: string, updates: object[]) =>
    wordsOf({ page, scheduled_maintenances: [incident({ id: 'm1', status: state, impact: 'maintenance', scheduled_for: at(-60), scheduled_until: at(60), incident_updates: updates })] });
  const [announced, begun, done] = [update('a', 'scheduled', -9_000), update('b', 'in_progress', -60), update('c', 'completed', -2)];
  expect(maintenance('scheduled', [announced])).toEqual([]);
  expect(maintenance('in_progress', [begun, announced])).toMatchObject([{ key: 'b', kind: 'maintenance', state: 'maintenance', began: now - 60 * 60_000 }]);
  expect(maintenance('completed', [done, begun, announced]).map(({ state }) => state)).toEqual(['maintenance', 'ok']);
  expect(maintenance('completed', [done, announced])).toEqual([]);
});

test('a part that is not well is a word of its own unless an open incident names it; groups repeat their parts', () => {
  const components = [
    component('c1', 'Login', 'major_outage'), component('c2', 'Search', 'degraded_performance'), component('c3', 'Mail', 'operational'),
    component('g1', 'All', 'major_outage', { group: true }), component('c4', 'Maps', 'under_maintenance'), component('c5', 'Odd', 'on_fire'),
  ];
  const answer = read({ page, status, components, incidents: [incident({})] });
  expect(answer).toMatchObject({ odd: ['component-state-unknown'], words: [{ key: 'u1' }, { event: 'component/c2', state: 'degraded', title: 'Search: degraded performance' }, { event: 'component/c4', state: 'maintenance' }] });
  expect(wordsOf({ page, status, components, incidents: [] }).map(({ event }) => event)).toEqual(['component/c1', 'component/c2', 'component/c4']);
  const many = Array.from({ length: 50 }, (_, i) => component(`c${i}`, `City ${i}`, 'partial_outage'));
  expect(read({ page, components: many })).toMatchObject({ odd: ['too-many-components'], words: expect.objectContaining({ length: 20 }) });
});

test('what an imitation leaves out is missed by nobody, and only a list that is there shows what is over', () => {
  expect(read({ page, status, incidents: [] })).toEqual({ words: [], whole: new Set(['incident']), odd: [], changed: now - 60_000 });
  expect(read({ page: {}, status, components: [], scheduled_maintenances: null })).toEqual({ words: [], whole: new Set(['component']), odd: [] });
  // no updates, an id that is a number, a link that is none
  expect(wordsOf({ page, incidents: [{ id: 7, name: 'Bare', status: 'identified', impact: 'minor', created_at: at(-8), updated_at: at(-6), shortlink: 'javascript:alert(1)' }] }))
    .toEqual([{ key: '7-identified', event: '7', kind: 'incident', ts: now - 6 * 60_000, state: 'degraded', title: 'Bare', components: [], began: now - 8 * 60_000 }]);
  expect(read({ page, incidents: [{ name: 'no id' }, incident({ incident_updates: [{ id: 'u', status: 'identified', body: 'no time' }] }), 5, null] })).toMatchObject({ words: [], odd: ['event-without-id', 'word-without-time'] });
});

test('what is no Statuspage is said to be none', () => {
  expect([read([1]), read({ page }), read({ incidents: [] }), readStatuspage(new TextEncoder().encode('<html>'), now)])
    .toEqual([{ why: 'no JSON' }, { why: 'no incidents listed' }, { why: 'no Statuspage' }, { why: 'no JSON' }]);
});

test('texts are one line, cut, and without what could steer a screen', () => {
  const [word] = wordsOf({ page, incidents: [incident({ name: `\u202eevil\n\u0007${'x'.repeat(900)}`, incident_updates: [update('u1', 'investigating', -3, { body: '😀'.repeat(900) })], components: Array.from({ length: 90 }, (_, i) => ({ name: `Part ${i} ${'y'.repeat(200)}` })) })] });
  expect(word!.title).toMatch(/^evil x+…$/);
  expect([word!.title.length, word!.text!.length <= 500, word!.text!.isWellFormed(), word!.components.length, word!.components[0]!.length]).toEqual([200, true, true, 20, 80]);
});
