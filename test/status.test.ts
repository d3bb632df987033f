// `status` through the real ingest into a real log, against status pages on real sockets that are unwell in every way that a
// page can be.
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import status from '../ingest/sources/status.ts';
import type { SourceDefinition } from '../ingest/source.ts';
import type { Notice } from '../shared/observation.ts';
import { serviceSchema } from '../shared/service.ts';
import { createHouse, start, until, type House, type Opened } from './contracts/source-house.ts';
import { holdDeafPort } from './fakes/loopback.ts';
import { aHistory, anIncident, aSummary, openStatusHost, type StatusHost } from './fakes/status-pages.ts';

const services = ['github', 'slack', 'zoom', 'reddit'].map((id) => serviceSchema.parse({ id, name: `Service ${id}` }));
const definition = status as unknown as SourceDefinition;
const minute = 60_000;
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function aHost(): Promise<StatusHost> {
  const host = await openStatusHost();
  closers.push(host.close);
  return host;
}
function aHouse(clock: () => number = () => start): House {
  const house = createHouse(services, clock);
  closers.push(house.close);
  return house;
}
const open = (house: House, pages: object, more: object = {}): Promise<Opened> =>
  house.open(definition, status.options.parse({ pages, everyMs: 20, deadlineMs: 60_000, ...more }));
async function notices(house: House): Promise<Notice[]> {
  return (await house.frames()).flatMap((frame) => frame.notices);
}
const told = async (house: House): Promise<string[]> => (await notices(house)).map(({ service, event, state, ts }) => `${service} ${event === '' ? 'page' : event} ${state} ${(ts - start) / minute}`);
const words = async (house: House): Promise<string[]> => (await told(house)).filter((one) => !one.includes(' page '));
async function arrived(house: House, count: number): Promise<void> {
  await until(async () => (await words(house)).length >= count);
}
/** Nothing more comes in a few more rounds of this page. */
async function rounds(host: StatusHost, path: string, count = 4): Promise<void> {
  const before = host.times(path);
  await until(() => host.times(path) >= before + count);
}

const opened = { id: 'u1', status: 'investigating', ts: start - 9 * minute };
const found = { id: 'u2', status: 'identified', ts: start - 5 * minute };
const resolved = { id: 'u3', status: 'resolved', ts: start - minute };

test('an incident is told word by word, once each, from its first to its end, with what the page says of it', async () => {
  const [host, house] = [await aHost(), aHouse()];
  host.set('/github/api/v2/summary.json', { body: aSummary(start - 9 * minute, [anIncident('i1', 'major', [opened])]) });
  host.set('/github/api/v2/incidents.json', { body: aHistory(start, []) });
  const { source } = await open(house, { github: `${host.url}/github` });
  await arrived(house, 1);
  host.set('/github/api/v2/summary.json', { body: aSummary(start - 5 * minute, [anIncident('i1', 'critical', [opened, found])]) });
  await arrived(house, 2);
  host.set('/github/api/v2/incidents.json', { body: aHistory(start, [anIncident('i1', 'critical', [opened, found, resolved])]) });
  host.set('/github/api/v2/summary.json', { body: aSummary(start - minute) });
  await arrived(house, 3);
  await rounds(host, '/github/api/v2/summary.json');
  expect(await told(house)).toEqual(['github page ok 0', 'github i1 outage -9', 'github i1 outage -5', 'github i1 ok -1']);
  const all = await notices(house);
  const name = `127.0.0.1:${new URL(host.url).port}/github`;
  expect(all[1]).toEqual({
    id: `github/${name}/u1`, at: expect.any(Number), ts: start - 9 * minute, service: 'github', event: 'i1', state: 'outage', title: 'Trouble i1', text: 'About i1: investigating.',
    url: 'https://stspg.io/i1', components: ['API'], began: start - 9 * minute,
  });
  expect(all[3]).toMatchObject({ began: start - 9 * minute, ended: start - minute });
  expect(new Set(all.map(({ id }) => id)).size).toBe(4);
  expect((await house.frames()).every((frame) => frame.carries === 'notices' && frame.filtered && frame.mentions.length === 0)).toBe(true);
  expect(source.status()).toMatchObject({ state: 'live', detail: '1 of 1 pages read', posts: 0, dropped: {} });
});

test('nothing is told twice over restarts and kills, and what was said meanwhile is told', async () => {
  const [host, house] = [await aHost(), aHouse()];
  const say = (summary: readonly object[], history: readonly object[], changed: number) => {
    host.set('/github/api/v2/summary.json', { body: aSummary(changed, summary) });
    host.set('/github/api/v2/incidents.json', { body: aHistory(changed, history) });
  };
  const first = anIncident('i1', 'minor', [opened]);
  say([first], [first], start - 9 * minute);
  await open(house, { github: `${host.url}/github` });
  await arrived(house, 1);
  await house.kill();
  await open(house, { github: `${host.url}/github` });
  await rounds(host, '/github/api/v2/summary.json');
  await house.stop();
  // while nobody looks the first one ends, another comes and goes, and a third is of last week
  const old = anIncident('i0', 'major', [{ id: 'o1', status: 'investigating', ts: start - 6 * 24 * 60 * minute }, { id: 'o2', status: 'resolved', ts: start - 5 * 24 * 60 * minute }]);
  const brief = anIncident('i2', 'critical', [{ id: 'b1', status: 'investigating', ts: start - 4 * minute }, { id: 'b2', status: 'resolved', ts: start - 3 * minute }]);
  say([], [brief, anIncident('i1', 'minor', [opened, found, resolved]), old], start - minute);
  await open(house, { github: `${host.url}/github` });
  await arrived(house, 5);
  await house.kill();
  await open(house, { github: `${host.url}/github` });
  await rounds(host, '/github/api/v2/summary.json');
  expect(await told(house)).toEqual(['github page ok 0', 'github i1 degraded -9', 'github i1 degraded -5', 'github i2 outage -4', 'github i2 ok -3', 'github i1 ok -1']);
});

test('a page that fails twice is unknown, never down, is left alone for longer and longer, and is ok when it answers again', async () => {
  const [host, well, house] = [await aHost(), await aHost(), aHouse()];
  well.set('/api/v2/summary.json', { body: aSummary(start) });
  host.set('/api/v2/summary.json', { body: aSummary(start) });
  const { source } = await open(house, { zoom: host.url, reddit: well.url });
  await until(async () => (await told(house)).length === 2);
  host.set('/api/v2/summary.json', { status: 503, body: 'over capacity' });
  await until(async () => (await told(house)).includes('zoom page unknown 0'));
  await until(() => source.status().detail.includes('not:'));
  expect(source.status()).toMatchObject({ state: 'live', detail: `1 of 2 pages read; not: ${new URL(host.url).host} (it answers 503)` });
  const [failing, fine] = [host.asked.length, well.asked.length];
  await until(() => well.asked.length > fine + 12);
  expect(host.asked.length - failing).toBeLessThan(6);
  host.set('/api/v2/summary.json', { body: aSummary(start) });
  await until(async () => (await told(house)).filter((one) => one === 'zoom page ok 0').length === 2);
  expect((await told(house)).filter((one) => one.startsWith('zoom'))).toEqual(['zoom page ok 0', 'zoom page unknown 0', 'zoom page ok 0']);
  expect((await notices(house)).find(({ state }) => state === 'unknown')?.title).toBe('its status page can not be read: it answers 503');
});

const hang = (host: StatusHost): void => host.set('/api/v2/summary.json', { manner: 'hang' });
test.for<[string, (host: StatusHost) => void, string]>([
  ['answers garbage', (host) => host.set('/api/v2/summary.json', { body: '<html>hello' }), 'it answers with something else (no JSON)'],
  ['answers JSON of another kind', (host) => host.set('/api/v2/summary.json', { body: '[1,2]' }), 'it answers with something else (no JSON)'],
  ['answers 5 MB', (host) => host.set('/api/v2/summary.json', { body: `{"x":"${'x'.repeat(5 << 20)}"}` }), 'it answers with more than 2048 KiB'],
  ['never answers', hang, 'no whole answer in time'],
  ['breaks off', (host) => host.set('/api/v2/summary.json', { manner: 'cut', body: '{"page":{' }), 'the connection failed'],
  ['sends us round in circles', (host) => host.set('/api/v2/summary.json', { status: 302, headers: { location: '/api/v2/summary.json' } }), 'it sends us on and on'],
  ['is gone', () => {}, 'nothing is at its address (404)'],
])('a page that %s is unknown with a reason, and holds up no other', async ([, spoil, why]) => {
  const [host, well, house] = [await aHost(), await aHost(), aHouse()];
  spoil(host);
  well.set('/api/v2/summary.json', { body: aSummary(start, [anIncident('i1', 'major', [opened])]) });
  await open(house, { zoom: { url: host.url, form: 'statuspage' }, github: well.url }, spoil === hang ? { deadlineMs: 1_500 } : {});
  await until(async () => (await told(house)).length >= 3);
  expect((await told(house)).toSorted()).toEqual(['github i1 outage -9', 'github page ok 0', 'zoom page unknown 0']);
  expect((await notices(house)).find(({ state }) => state === 'unknown')?.title).toContain(why);
});

test('blind is only a source none of whose pages answers, and it says why', async () => {
  const [host, house] = [await aHost(), aHouse()];
  host.set('/zoom/api/v2/summary.json', { status: 500 });
  const { source } = await open(house, { zoom: { url: `${host.url}/zoom`, form: 'statuspage' } });
  await until(() => source.status().detail.startsWith('no status page answers'));
  expect(source.status()).toMatchObject({ state: 'blind', detail: expect.stringContaining('(it answers 500)') });
  host.set('/zoom/api/v2/summary.json', { body: aSummary(start) });
  await until(() => source.status().state === 'live');
});

test('a storm of 429 is sat out as long as the page asks for', async () => {
  const [host, house] = [await aHost(), aHouse()];
  host.set('/api/v2/summary.json', { status: 429, headers: { 'retry-after': '3600' } });
  const { source } = await open(house, { zoom: { url: host.url, form: 'statuspage' } });
  await until(() => source.status().detail.includes('asked too often (429)'));
  const well = await aHost();
  well.set('/x', {});
  for (let i = 0; i < 20; i++) await fetch(`${well.url}/x`);
  expect(host.asked.length).toBe(1);
});

test('a page that wants to be left alone for long is unknown from then on, though it failed but once', async () => {
  const [host, house] = [await aHost(), aHouse()];
  host.set('/github/api/v2/summary.json', { body: aSummary(start) });
  await open(house, { github: `${host.url}/github` });
  await until(async () => (await told(house)).length === 1);
  host.set('/github/api/v2/summary.json', { status: 503, headers: { 'retry-after': '1800' } });
  await until(async () => (await told(house)).length === 2);
  expect(await told(house)).toEqual(['github page ok 0', 'github page unknown 0']);
  const asked = host.times('/github/api/v2/summary.json');
  await until(async () => (await house.frames()).length > 0);
  expect(host.times('/github/api/v2/summary.json')).toBe(asked);
});

test('a clock that leaps ahead for a moment moves no word of a page to then', async () => {
  const [host, at] = [await aHost(), { ms: start }];
  const house = aHouse(() => at.ms);
  const path = '/github/api/v2/summary.json';
  host.set(path, { body: aSummary(start) });
  await open(house, { github: `${host.url}/github` });
  await until(async () => (await told(house)).length === 1);
  at.ms = start + 60 * minute;
  // it is told while the clock is wrong
  host.set(path, { body: aSummary(start - 9 * minute, [anIncident('i1', 'major', [opened])]) });
  host.set('/github/api/v2/incidents.json', { body: aHistory(start, []) });
  await arrived(house, 1);
  at.ms = start + minute;
  host.set(path, { body: aSummary(start - 5 * minute, [anIncident('i1', 'critical', [opened, found])]) });
  await arrived(house, 2);
  expect((await notices(house)).map((notice) => notice.at <= start + 2 * minute)).toEqual([true, true, true]);
});

test('pages of one host are asked one after the other, each with who asks and what it had before, and a 304 is enough', async () => {
  const [host, house] = [await aHost(), aHouse()];
  for (const id of ['github', 'slack', 'zoom', 'reddit']) host.set(`/${id}/api/v2/summary.json`, { body: aSummary(start - 25 * 60 * minute), headers: { etag: `"${id}"` } });
  await open(house, Object.fromEntries(services.map(({ id }) => [id, `${host.url}/${id}`])), { contact: 'ops@example.com' });
  await until(async () => (await told(house)).length === 4);
  await rounds(host, '/zoom/api/v2/summary.json');
  expect(host.mostAtOnce()).toBe(1);
  expect(host.asked.every(({ headers }) => headers['user-agent'] === 'outcry (reads status pages; ops@example.com)')).toBe(true);
  expect(host.asked.filter(({ path }) => path.startsWith('/zoom')).slice(2).every(({ headers }) => headers['if-none-match'] === '"zoom"')).toBe(true);
  // nothing of it changed for a day, so nobody asks what was before
  expect(host.asked.some(({ path }) => path.endsWith('incidents.json'))).toBe(false);
});

test('a page whose form nobody knows is looked at: another maker, a feed that it names, or nothing at all', async () => {
  const [maker, feed, plain, house] = [await aHost(), await aHost(), await aHost(), aHouse()];
  maker.set('/summary.json', { body: JSON.stringify({ page: { name: 'x', url: 'https://x', status: 'HASISSUES' }, activeIncidents: [{ id: 'n1', name: 'Slow', started: new Date(start - 3 * minute).toISOString(), status: 'INVESTIGATING', impact: 'DEGRADEDPERFORMANCE', url: 'https://x.example/n1' }] }) });
  feed.set('/', { body: '<html><head><link rel="alternate" type="application/rss+xml" href="/news.rss"></head></html>' });
  feed.set('/news.rss', { body: `<rss version="2.0"><channel><title>t</title><item><title>Calls fail</title><guid>g1</guid><pubDate>${new Date(start - 2 * minute).toUTCString()}</pubDate><description>&lt;b&gt;Investigating&lt;/b&gt; - calls are down</description></item></channel></rss>` });
  plain.set('/', { body: '<html>all is well</html>' });
  const { source } = await open(house, { slack: maker.url, zoom: feed.url, reddit: plain.url });
  await until(async () => (await told(house)).length === 5);
  expect((await told(house)).toSorted()).toEqual(['reddit page unknown 0', 'slack n1 degraded -3', 'slack page ok 0', 'zoom g1 outage -2', 'zoom page ok 0']);
  await rounds(feed, '/news.rss', 3);
  expect(plain.asked.map(({ path }) => path)).toEqual(['/api/v2/summary.json', '/summary.json', '/index.json', '/']);
  expect(maker.times('/api/v2/summary.json')).toBe(1);
  expect(source.status().state).toBe('live');
});

test('pages of every maker come through the socket alike: packed, in UTF-16, as a feed', async () => {
  const host = await aHost();
  const ids = ['aws', 'slack', 'google', 'azure', 'heroku', 'apple', 'better-stack', 'status-io', 'meta'] as const;
  const house = createHouse(ids.map((id) => serviceSchema.parse({ id, name: `Service ${id}` })), () => start);
  closers.push(house.close);
  const at = (minutes: number): string => new Date(start + minutes * minute).toISOString();
  const json = (value: unknown) => ({ body: JSON.stringify(value) });
  host.set('/aws', { body: Buffer.from(`\ufeff${JSON.stringify([{ service: 's3-us-east-1', service_name: 'S3 – naïve', region_name: 'N. Virginia', status: '3', date: String((start - 7 * minute) / 1000), summary: 'Errors', arn: 'arn:aws:health:us-east-1::event/S3/X/a1', event_log: [] }])}`, 'utf16le').swap16() });
  host.set('/slack/api/v2.0.0/current', { headers: { 'content-encoding': 'gzip' }, body: gzipSync(JSON.stringify({ status: 'active', active_incidents: [{ id: 's1', date_created: at(-6), type: 'outage', status: 'active', title: 'Down', services: ['Login'], notes: [] }] })) });
  host.set('/slack/api/v2.0.0/history', json([{ id: 's0', date_created: at(-90), date_updated: at(-60), type: 'incident', status: 'resolved', title: 'Before', services: [], notes: [{ date_created: at(-90), body: 'x' }, { date_created: at(-60), body: 'y' }] }]));
  host.set('/google/incidents.json', json([{ id: 'g1', begin: at(-9), external_desc: 'Mail is late', affected_products: [{ title: 'Gmail' }], updates: [{ when: at(-5), status: 'SERVICE_DISRUPTION', text: 'x' }], uri: 'incidents/g1' }]));
  host.set('/azure', { body: `<?xml version="1.0"?><rss version="2.0"><channel><title>Azure Status</title><item><title>Storage, West US</title><guid>z1</guid><pubDate>${new Date(start - 4 * minute).toUTCString()}</pubDate><description>We look.</description><category>Storage</category></item></channel></rss>` });
  host.set('/heroku/api/v4/current-status', json({ status: [], incidents: [{ id: 1, title: 'Apps', created_at: at(-3), status: [{ system: 'Apps', status: 'red' }], updates: [] }], scheduled: [] }));
  host.set('/apple', { body: `jsonCallback(${JSON.stringify({ services: [{ serviceName: 'Siri', events: [{ messageId: 'p1', statusType: 'Issue', eventStatus: 'ongoing', epochStartDate: start - 2 * minute }] }] })});` });
  host.set('/better-stack/index.json', json({ data: { id: '1', type: 'status_page' }, included: [{ id: 'b1', type: 'status_report', attributes: { title: 'API', report_type: 'manual', starts_at: at(-2), aggregate_state: 'degraded' } }] }));
  host.set('/status-io', json({ result: { status_overall: { status_code: 300 }, incidents: [{ _id: 'i1', name: 'Slow', datetime_open: at(-1), messages: [{ details: 'x', status: 300, datetime: at(-1) }] }], maintenance: { active: [] } } }));
  host.set('/meta/data/orgs.json', json([{ id: 'm', name: 'Ads', services: [{ id: 1, name: 'Manager', status: 'High disruptions', time: at(-1) }] }]));
  await open(house, Object.fromEntries(ids.map((id) => [id, { url: `${host.url}/${id}`, form: id }])));
  await arrived(house, 11);
  expect((await words(house)).toSorted()).toEqual([
    'apple p1 degraded -2', 'aws a1 outage -7', 'azure z1 degraded -4', 'better-stack b1 degraded -2', 'google g1 degraded -5', 'heroku 1 outage -3',
    'meta component/m/1 outage -1', 'slack s0 degraded -90', 'slack s0 ok -60', 'slack s1 outage -6', 'status-io i1 degraded -1',
  ]);
  const all = await notices(house);
  expect(all.find(({ event }) => event === 'a1')?.title).toBe('S3 – naïve, N. Virginia: Errors');
  expect(all.find(({ event }) => event === 'g1')?.url).toBe(`${host.url}/google/incidents/g1`);
});

test('a page that moved is followed, and one that became something else is looked at anew', async () => {
  const [host, house] = [await aHost(), aHouse()];
  host.set('/old/api/v2/summary.json', { status: 301, headers: { location: '/new/api/v2/summary.json' } });
  host.set('/new/api/v2/summary.json', { body: aSummary(start, [anIncident('i1', 'minor', [opened])]) });
  await open(house, { github: `${host.url}/old` });
  await arrived(house, 1);
  host.set('/old/api/v2/summary.json', { status: 404 });
  host.set('/old/summary.json', { body: JSON.stringify({ page: { status: 'UP' } }) });
  await until(async () => (await words(house)).length === 2);
  expect(await told(house)).toEqual(['github page ok 0', 'github i1 degraded -9', 'github page unknown 0', 'github page ok 0', 'github i1 ok 0']);
});

test('an incident that only the history still shows is over after a few rounds, and the history is left alone', async () => {
  const [host, house] = [await aHost(), aHouse()];
  const incident = anIncident('i1', 'major', [opened]);
  const ghost = anIncident('ghost', 'major', [{ id: 'g1', status: 'investigating', ts: start - 900 * 24 * 60 * minute }]);
  host.set('/api/v2/summary.json', { body: aSummary(start - 9 * minute, [incident]) });
  host.set('/api/v2/incidents.json', { body: aHistory(start, [incident, ghost]) });
  await open(house, { github: { url: host.url, form: 'statuspage' } });
  await arrived(house, 1);
  host.set('/api/v2/summary.json', { body: aSummary(start - 9 * minute) });
  await arrived(house, 2);
  const asked = host.times('/api/v2/incidents.json');
  await rounds(host, '/api/v2/summary.json', 6);
  expect(host.times('/api/v2/incidents.json')).toBe(asked);
  expect(await words(house)).toEqual(['github i1 outage -9', 'github i1 ok 0']);
});

test('started twice and stopped twice is once, and a stop right after the start asks nobody', async () => {
  const [host, house] = [await aHost(), aHouse()];
  host.set('/api/v2/summary.json', { body: aSummary(start, [anIncident('i1', 'major', [opened])]) });
  let count = 0;
  const twice: SourceDefinition = {
    ...definition,
    create(options, deps) {
      const inner = definition.create(options, deps);
      count += 1;
      return {
        async start() {
          const starts = [inner.start(), inner.start()];
          // the first life ends before it began
          if (count === 1) await inner.stop();
          await Promise.all(starts);
        },
        stop: async () => void (await Promise.all([inner.stop(), inner.stop()])),
      };
    },
  };
  const options = status.options.parse({ pages: { github: { url: host.url, form: 'statuspage' } }, everyMs: 20 });
  await house.open(twice, options);
  await house.stop();
  expect(host.asked.length).toBe(0);
  await house.kill();
  await house.open(twice, options);
  await arrived(house, 1);
  await rounds(host, '/api/v2/summary.json');
  expect(await words(house)).toEqual(['github i1 outage -9']);
});

test('a word from the future waits until its time has come', async () => {
  let now = start;
  const [host, house] = [await aHost(), aHouse(() => now)];
  host.set('/api/v2/summary.json', { body: aSummary(start, [anIncident('i1', 'major', [opened, { ...found, ts: start + 10 * minute }])]), headers: { etag: '"1"' } });
  const { source } = await open(house, { github: { url: host.url, form: 'statuspage' } });
  await arrived(house, 1);
  await until(() => (source.status().dropped['future'] ?? 0) > 0);
  now = start + 6 * minute;
  await arrived(house, 2);
  await rounds(host, '/api/v2/summary.json');
  expect(await words(house)).toEqual(['github i1 outage -9', 'github i1 outage 10']);
});

test('a key in a page\'s address reaches the page and nothing else', async () => {
  const [host, house] = [await aHost(), aHouse()];
  const { source } = await open(house, { github: { url: `${host.url}/?key=very-secret`, form: 'statuspage' } });
  await until(() => source.status().detail.startsWith('no status page answers'));
  await until(async () => (await told(house)).includes('github page unknown 0'));
  expect(JSON.stringify(source.status())).not.toContain('secret');
  host.set('/api/v2/summary.json?key=very-secret', { body: aSummary(start, [anIncident('i1', 'major', [opened])]) });
  await arrived(house, 1);
  await house.stop();
  await house.bus().close();
  expect(house.bytes().includes('very-secret')).toBe(false);
});

test('a stop in the middle of a round ends at once, leaves nothing open, and nothing is said after it', async () => {
  const [host, house] = [await aHost(), aHouse()];
  host.set('/github/api/v2/summary.json', { manner: 'hang' });
  host.set('/zoom/api/v2/summary.json', { body: aSummary(start) });
  await open(house, { zoom: `${host.url}/zoom`, github: `${host.url}/github` }, { deadlineMs: 600_000 });
  await until(() => host.times('/github/api/v2/summary.json') === 1);
  await house.stop();
  await until(() => host.open() === 0);
  const frames = await house.frames();
  expect(frames.slice(-4).map(({ state }) => state)).toEqual(Array(4).fill('closed'));
  expect(host.asked.length).toBe(1);
});

test('doctor asks a few pages and says what can be read', async () => {
  const host = await aHost();
  host.set('/github/api/v2/summary.json', { body: aSummary(start) });
  const check = (pages: object) => definition.check(status.options.parse({ pages, deadlineMs: 60_000 }), services);
  expect(await check({ github: `${host.url}/github` })).toEqual({ ok: true, detail: '1 pages, 0 of a form known by their address; asked 1, all were read' });
  expect(await check({ github: `${host.url}/github`, zoom: `${host.url}/zoom` })).toMatchObject({ ok: true, detail: expect.stringContaining('unknown, never as down') });
  const deaf = await holdDeafPort();
  closers.push(async () => deaf.letGo());
  expect(await check({ zoom: `http://127.0.0.1:${deaf.port}` })).toMatchObject({ ok: false, detail: expect.stringContaining('nothing listens there') });
  expect(await check({})).toMatchObject({ ok: false });
  expect(await check({ github: `${host.url}/github`, nobody: host.url })).toMatchObject({ ok: true, detail: expect.stringContaining('not watched, so not read: nobody') });
});
