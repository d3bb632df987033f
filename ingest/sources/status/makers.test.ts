import { expect, test } from 'vitest';
import { readApple } from './apple.ts';
import { readBetterStack } from './better-stack.ts';
import { readHeroku } from './heroku.ts';
import { readInstatus } from './instatus.ts';
import { readMeta } from './meta.ts';
import { readSlack } from './slack.ts';
import { readStatusIo } from './status-io.ts';
import type { Reader } from './page-word.ts';

const now = Date.UTC(2026, 4, 3, 20);
const ms = (minutes: number): number => now + minutes * 60_000;
const at = (minutes: number): string => new Date(ms(minutes)).toISOString();
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
function wordsOf(reader: Reader, value: unknown): string[] {
  const answer = reader(text(JSON.stringify(value)), now);
  if ('why' in answer) throw new Error(answer.why);
  return answer.words.map(({ event, kind, state, ts, components, ended }) => `${event} ${kind} ${state} ${(ts - now) / 60_000} [${components.join()}]${ended === undefined ? '' : ` ended ${(ended - now) / 60_000}`}`);
}

test('Slack: what is active, by its type and notes, and the history with its ends', () => {
  const entry = (more: object = {}) => ({
    id: 5, date_created: at(-60), date_updated: at(-10), title: 'Messages are late', type: 'incident', status: 'active', url: 'https://slack-status.com/2026-05/5', services: ['Messaging', 'Files'],
    notes: [{ date_created: at(-10), body: 'Still.' }, { date_created: at(-60), body: 'We look.' }], ...more,
  });
  expect(wordsOf(readSlack, { status: 'active', date_created: at(0), active_incidents: [entry(), entry({ id: 6, type: 'maintenance', status: 'scheduled' })] })).toEqual(['5 incident degraded -60 [Messaging,Files]', '5 incident degraded -10 [Messaging,Files]']);
  expect(wordsOf(readSlack, [entry({ type: 'outage', status: 'resolved' }), entry({ id: 7, type: 'maintenance', status: 'completed', notes: [] })]))
    .toEqual(['5 incident outage -60 [Messaging,Files]', '5 incident ok -10 [Messaging,Files] ended -10', '7 maintenance maintenance -60 [Messaging,Files]', '7 maintenance ok -10 [Messaging,Files] ended -10']);
  expect(readSlack(text('{"status":"ok","date_created":"2026-05-03T20:00:00Z"}'), now)).toEqual({ words: [], whole: new Set(['incident', 'maintenance']), odd: [] });
  // the history shows what was, not all that is
  expect(readSlack(text('[]'), now)).toMatchObject({ whole: new Set() });
  expect(readSlack(text('{"error":"x"}'), now)).toEqual({ why: 'no answer of Slack' });
});

test('Apple: one event of several services is one, with them as its components, also where it comes as a call', () => {
  const event = (more: object = {}) => ({ messageId: '2000001', usersAffected: 'Some users are affected', epochStartDate: ms(-90), epochEndDate: null, statusType: 'Issue', eventStatus: 'ongoing', datePosted: '05/03/2026 12:00 PDT', message: 'Users may be unable to sign in.', ...more });
  const page = { drpost: false, services: [{ serviceName: 'iCloud Mail', events: [event()] }, { serviceName: 'iCloud Drive', events: [event()] }, { serviceName: 'Siri', events: [event({ messageId: '3', statusType: 'Outage', eventStatus: 'resolved', epochEndDate: ms(-30) })] }, { serviceName: 'Maps', events: [] }] };
  const wanted = ['2000001 incident degraded -60 [iCloud Mail,iCloud Drive]', '3 incident outage -60 [Siri]', '3 incident ok -30 [Siri] ended -30'];
  expect(wordsOf(readApple, page)).toEqual(wanted);
  expect(readApple(text(`jsonCallback(${JSON.stringify(page)});`), now)).toEqual(readApple(text(JSON.stringify(page)), now));
  expect(wordsOf(readApple, { services: [{ serviceName: 'Pay', events: [event({ eventStatus: 'upcoming', statusType: 'Maintenance' })] }] })).toEqual([]);
  expect(readApple(text('{}'), now)).toEqual({ why: 'no list of services' });
});

test('Instatus: only what is active is listed, and a page that is up lists nothing', () => {
  const page = {
    page: { name: 'x', url: 'https://x.example', status: 'HASISSUES' },
    activeIncidents: [{ name: 'Slow', started: at(-30), status: 'MONITORING', impact: 'MAJOROUTAGE', url: 'https://x.example/incident/cl1' }],
    activeMaintenances: [{ id: 'm1', name: 'Move', start: at(-5), status: 'INPROGRESS', duration: '60' }, { id: 'm2', name: 'Later', start: at(500), status: 'NOTSTARTEDYET' }],
  };
  expect(wordsOf(readInstatus, page)).toEqual(['cl1 incident outage -30 []', 'cl1 incident outage 0 []', 'm1 maintenance maintenance -5 []']);
  expect(readInstatus(text('{"page":{"status":"UP"}}'), now)).toEqual({ words: [], whole: new Set(['incident', 'maintenance']), odd: [] });
  expect(readInstatus(text('{"page":{"id":"statuspage"},"status":{"indicator":"none"}}'), now)).toEqual({ why: 'no page of Instatus' });
});

test('Better Stack: updates of a report, with the names of the resources they touch', () => {
  const update = (id: string, minutes: number, state: string) => ({ id, type: 'status_update', attributes: { message: `Now ${state}.`, published_at: at(minutes), affected_resources: [{ status_page_resource_id: 9, status: state }] }, relationships: { status_report: { data: { id: 'r1', type: 'status_report' } } } });
  const page = {
    data: { id: '1', type: 'status_page', attributes: { aggregate_state: 'downtime' } },
    included: [
      { id: '9', type: 'status_page_resource', attributes: { public_name: 'API' } },
      { id: 'r1', type: 'status_report', attributes: { title: 'API is down', report_type: 'manual', starts_at: at(-40), ends_at: null, aggregate_state: 'downtime' } },
      update('u2', -5, 'resolved'), update('u1', -38, 'downtime'),
      { id: 'r2', type: 'status_report', attributes: { title: 'Move', report_type: 'maintenance', starts_at: at(-60), ends_at: at(-10), aggregate_state: 'maintenance' } },
      { id: 'r3', type: 'status_report', attributes: { title: 'Move on', report_type: 'maintenance', starts_at: at(60), ends_at: at(90) } },
    ],
  };
  expect(wordsOf(readBetterStack, page)).toEqual(['r1 incident outage -38 [API]', 'r1 incident ok -5 [API] ended -5', 'r2 maintenance maintenance -60 []', 'r2 maintenance ok -10 [] ended -10']);
  const turned = { ...page, included: page.included.map((one) => (one.id === 'r1' ? { ...one, relationships: { status_updates: { data: [{ id: 'u1' }, { id: 'u2' }] } } } : one.type === 'status_update' ? { ...one, relationships: undefined } : one)) };
  expect(wordsOf(readBetterStack, turned)).toEqual(wordsOf(readBetterStack, page));
  expect(readBetterStack(text('{"data":[]}'), now)).toEqual({ why: 'no page of Better Stack' });
});

test('Status.io: messages of what is active, by its codes', () => {
  const page = { result: {
    status_overall: { updated: at(0), status: 'Service Disruption', status_code: 500 }, status: [],
    incidents: [{ _id: 'i1', name: 'Git is slow', datetime_open: at(-20), components_affected: [{ name: 'Git' }], containers_affected: [{ name: 'EU' }], messages: [{ details: 'It fails.', state: 100, status: 500, datetime: at(-20) }, { details: 'Slow.', state: 300, status: 300, datetime: at(-4) }] }],
    maintenance: { active: [{ _id: 'm1', name: 'Move', datetime_planned_start: at(-9), messages: [] }], upcoming: [{ _id: 'm2' }] },
  } };
  expect(wordsOf(readStatusIo, page)).toEqual(['i1 incident outage -20 [Git,EU]', 'i1 incident degraded -4 [Git,EU]', 'm1 maintenance maintenance -9 []']);
  expect(readStatusIo(text('{"result":{}}'), now)).toEqual({ why: 'no page of Status.io' });
});

test('Heroku: updates of what is open, by the colour of its systems', () => {
  const page = { status: [{ system: 'Apps', status: 'red' }], scheduled: [], incidents: [{ id: 2, title: 'Apps fail', created_at: at(-15), status: [{ system: 'Apps', status: 'red' }, { system: 'Data', status: 'green' }], updates: [{ id: 11, contents: 'We look.', update_type: 'issue', created_at: at(-15) }, { id: 12, contents: 'Over.', update_type: 'resolved', created_at: at(-1) }] }] };
  expect(wordsOf(readHeroku, page)).toEqual(['2 incident outage -15 [Apps]', '2 incident ok -1 [Apps] ended -1']);
  expect(readHeroku(text('{"incidents":[]}'), now)).toEqual({ why: 'no answer of Heroku' });
});

test('Meta: every product that has disruptions is a part that is not well', () => {
  const page = [{ id: 'wba', name: 'WhatsApp Business Platform', services: [{ id: 4, name: 'Cloud API', status: 'High disruptions', time: at(-9) }, { id: 5, name: 'Flows', status: 'No known issues' }] }, { id: 'ads', name: 'Ads', services: [{ id: 1, name: 'Manager', status: 'Low disruptions' }, { id: 2, name: 'Odd', status: 'Sunny' }] }];
  expect(wordsOf(readMeta, page)).toEqual(['component/wba/4 component outage -9 [WhatsApp Business Platform: Cloud API]', 'component/ads/1 component degraded 0 [Ads: Manager]']);
  expect(readMeta(text('[]'), now)).toEqual({ why: 'no list of products' });
});
