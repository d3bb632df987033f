import { expect, test } from 'vitest';
import { evening, minute } from '../test/fakes/incidents.ts';
import { aWord } from '../test/fakes/official.ts';
import { behindCloudflare, course, eventsOf, heldFrom, heldOf, line, second, toldOf, type Trouble } from '../test/fakes/outages.ts';

/** One of the eight, `at` ms after the evening began, through a whole course of 40 minutes. */
function behind(service: string, at: number): Trouble {
  return { service, onset: at, changes: course(at, 30 * second, 5 * minute, 25 * minute, 40 * minute) };
}

const cloudflare: Trouble = { service: 'cloudflare', onset: 0, changes: course(0, 20 * second, 4 * minute, 30 * minute, 50 * minute), reporters: 60 };

test('a cause with eight services behind it is one alert with eight linked, and is over when all are', () => {
  const { alerts, reasons } = heldOf([cloudflare, ...behindCloudflare.map((service, i) => behind(service, i * 15 * second))]);
  expect(toldOf(alerts)).toEqual(['cloudflare suspected', 'cloudflare confirmed', 'cloudflare easing', 'cloudflare resolved']);
  const [opened] = alerts;
  const last = alerts.filter(({ incident }) => incident.service === 'cloudflare').at(-1)!;
  expect(last.group).toMatchObject({ parent: opened!.incident.id, state: 'resolved', size: 9 });
  expect(last.group!.members.map(({ service }) => service)).toEqual(['cloudflare', ...behindCloudflare]);
  expect(last.cause).toMatchObject({ service: 'cloudflare', certainty: 'likely', incident: opened!.incident.id, failing: 8, dependents: 8 });
  for (const service of behindCloudflare) {
    const own = alerts.filter(({ incident }) => incident.service === service);
    expect(own.map(({ change }) => change)).toEqual(['suspected', 'confirmed', 'easing', 'resolved']);
    for (const one of own) expect(one).toMatchObject({ told: false, because: 'linked', parent: opened!.incident.id, cause: { service: 'cloudflare' } });
  }
  expect(reasons).toEqual(Array.from({ length: 32 }, () => 'linked'));
});

test('a service that fails before the crowd names the cause speaks for it, and the cause is said', () => {
  const { alerts } = heldOf([behind('acme', 0), { ...cloudflare, onset: minute, changes: course(minute, 20 * second, 6 * minute, 25 * minute, 38 * minute) }, behind('bistro', 2 * minute)]);
  expect(toldOf(alerts)).toEqual(['acme suspected', 'acme confirmed', 'acme easing again', 'acme resolved again']);
  expect(alerts.find(({ change }) => change === 'confirmed')).toMatchObject({
    headline: 'Likely Cloudflare: Acme and 2 others, confirmed outage', cause: { service: 'cloudflare', certainty: 'likely', failing: 2 }, group: { size: 3 },
  });
});

test('a cause that nobody names is possible once too many depend on it for chance', () => {
  const five = ['news', 'press', 'radio', 'sports', 'tickets'];
  const { alerts } = heldOf(five.map((service, i) => behind(service, i * 20 * second)));
  expect(toldOf(alerts)).toEqual(['news suspected', 'news confirmed', 'news easing again', 'news resolved again']);
  const confirmed = alerts.find(({ change, told }) => change === 'confirmed' && told)!;
  expect(confirmed).toMatchObject({
    headline: 'Possibly Fastly: News and 4 others, confirmed outage',
    cause: { service: 'fastly', certainty: 'possibly', incident: null, failing: 5, dependents: 7, naming: 0 },
  });
  expect(confirmed.summary).toContain('Possibly Fastly: 5 of 7 services that depend on it are affected, and no report names it.');
});

test('a cause is likely where the posts name it, though it has no incident', () => {
  const { alerts } = heldOf(['news', 'press'].map((service, i) => ({ ...behind(service, i * 20 * second), alone: 15, others: { fastly: 5 } })));
  expect(toldOf(alerts)).toEqual(['news suspected', 'news confirmed', 'news easing again', 'news resolved again']);
  expect(alerts.at(-1)!.cause).toMatchObject({ service: 'fastly', certainty: 'likely', naming: 10, posts: 40 });
});

test('two services of thirty that share a cloud stay two; the second waits a minute for a third, the first never', () => {
  const { alerts } = heldOf([behind('tenant-1', 0), behind('tenant-2', minute)]);
  expect(toldOf(alerts).filter((one) => one.endsWith('suspected'))).toEqual(['tenant-1 suspected', 'tenant-2 suspected']);
  expect(alerts.every(({ group, parent }) => group === null && parent === null)).toBe(true);
});

test('the third of thirty within the minute makes it one', () => {
  const { alerts } = heldOf([behind('tenant-1', 0), behind('tenant-2', minute), behind('tenant-3', 100 * second)]);
  expect(toldOf(alerts)).toEqual(['tenant-1 suspected', 'tenant-1 confirmed', 'tenant-1 easing again', 'tenant-1 resolved again']);
});

test('two unrelated outages at the same time stay two', () => {
  const { alerts } = heldOf([behind('whatsapp', 0), behind('spotify', 5 * second)]);
  expect(alerts.every(({ told, group, cause }) => told && group === null && cause === null)).toBe(true);
  expect(alerts).toHaveLength(8);
});

test('services that the same posts name are one, whatever the catalogue knows of them', () => {
  const { alerts } = heldOf([
    { ...behind('whatsapp', 0), alone: 10, others: { spotify: 10 } },
    { ...behind('spotify', 30 * second), alone: 12, others: { whatsapp: 8 } },
  ]);
  expect(toldOf(alerts)).toEqual(['whatsapp suspected', 'whatsapp confirmed', 'whatsapp easing again', 'whatsapp resolved again']);
  expect(alerts.at(-1)).toMatchObject({ cause: null, group: { size: 2 } });
});

test('a provider that is only blamed for another outage is noted with its reason and told nobody', () => {
  const { alerts, reasons } = heldOf([
    { ...behind('whatsapp', 0), reporters: 200 },
    { service: 'telco', onset: 2 * minute, changes: [[4 * minute, 'suspected'], [30 * minute, 'retracted']], reporters: 20, alone: 8, others: { whatsapp: 12 } },
  ]);
  expect(toldOf(alerts).filter((one) => one.startsWith('telco'))).toEqual([]);
  const noted = alerts.filter(({ service }) => service.id === 'telco');
  expect(noted.map(line)).toEqual(['telco suspected (blamed)', 'telco retracted (blamed)']);
  expect(noted[0]).toMatchObject({ blame: { service: 'whatsapp', name: 'WhatsApp', naming: 12, posts: 20 }, parent: null, cause: null });
  expect(noted[0]!.summary).toContain('12 of its 20 counted posts name WhatsApp too');
  expect(reasons).toEqual(['blamed', 'blamed']);
});

test('a blamed provider is told once its own posts speak of it alone', () => {
  const telco: Trouble = { service: 'telco', onset: 2 * minute, changes: course(2 * minute, 2 * minute, 6 * minute), alone: 8, others: { whatsapp: 12 } };
  const events = eventsOf([{ ...behind('whatsapp', 0), reporters: 200 }, telco]).map((event) =>
    event.incident.service === 'telco' && event.change === 'confirmed' ? { ...event, incident: { ...event.incident, named: { alone: 90, together: 14, others: { whatsapp: 14 } } } } : event);
  const { alerts } = heldFrom(events);
  expect(alerts.filter(({ service }) => service.id === 'telco').map(line)).toEqual(['telco suspected (blamed)', 'telco confirmed']);
});

test('a provider that a few of its first posts tie to another outage is doubted: told when its confirmation clears it, or after four minutes', () => {
  const whatsapp = { ...behind('whatsapp', 0), reporters: 200 };
  const telco: Trouble = { service: 'telco', onset: 2 * minute, changes: course(2 * minute, 2 * minute, 5 * minute, 30 * minute), reporters: 7, alone: 6, others: { whatsapp: 1 } };
  const cleared = eventsOf([whatsapp, telco]).map((event) =>
    event.incident.service === 'telco' && event.change === 'confirmed' ? { ...event, incident: { ...event.incident, named: { alone: 50, together: 4, others: { whatsapp: 4 } } } } : event);
  const ofTelco = (events: Parameters<typeof heldFrom>[0]) => heldFrom(events).alerts.filter(({ service }) => service.id === 'telco');
  expect(ofTelco(cleared).map(line)).toEqual(['telco suspected (blamed)', 'telco confirmed', 'telco easing']);
  const blamed = cleared.map((event) => (event.incident.named?.alone === 50 ? { ...event, incident: { ...event.incident, named: { alone: 30, together: 24, others: { whatsapp: 24 } } } } : event));
  expect(ofTelco(blamed).map(line)).toEqual(['telco suspected (blamed)', 'telco confirmed (blamed)', 'telco easing (blamed)']);
  const silent = ofTelco(cleared.filter(({ incident, change }) => incident.service !== 'telco' || change === 'suspected'));
  expect(silent.map(line)).toEqual(['telco suspected (blamed)', 'telco suspected again']);
  expect(silent[1]!.at - silent[0]!.at).toBe(4 * minute);
});

test('a blamed provider that outlives what it was blamed on is told then', () => {
  const { alerts } = heldOf([
    { ...behind('whatsapp', 0), reporters: 200, changes: course(0, 30 * second, 3 * minute, 8 * minute, 13 * minute) },
    { service: 'telco', onset: 2 * minute, changes: [[4 * minute, 'suspected'], [60 * minute, 'easing']], reporters: 20, alone: 8, others: { whatsapp: 12 } },
  ]);
  const telco = alerts.filter(({ service }) => service.id === 'telco');
  expect(telco.map(line)).toEqual(['telco suspected (blamed)', 'telco suspected again', 'telco easing']);
  expect(telco[1]!.at - telco[0]!.at).toBe(19 * minute);
});

test("a status page's first word hours after the end is told, and makes its incident no younger: nobody is blamed on it again", () => {
  const events = eventsOf([
    { ...behind('whatsapp', 0), reporters: 200, changes: [...course(0, 30 * second, 3 * minute, 8 * minute, 13 * minute), [60 * minute, 'updated']] },
    { service: 'telco', onset: 61 * minute, changes: [[62 * minute, 'suspected']], reporters: 20, alone: 8, others: { whatsapp: 12 } },
  ]).map((event): typeof event => (event.change === 'updated'
    ? { ...event, incident: { ...event.incident, state: 'resolved', resolvedAt: evening + 13 * minute, official: aWord({ firstAt: evening + 58 * minute, lagMs: 58 * minute, title: 'We had trouble', endedAt: evening + 58 * minute }) } }
    : event));
  const { alerts } = heldFrom(events);
  expect(alerts.map(line)).toEqual(['whatsapp suspected', 'whatsapp confirmed', 'whatsapp easing', 'whatsapp resolved', 'whatsapp updated', 'telco suspected']);
  expect(alerts.find(({ change }) => change === 'updated')).toMatchObject({
    headline: 'WhatsApp: word from its status page', summary: expect.stringContaining('Official status: first word after 58 min: “We had trouble”; over since 21:48 UTC.'),
  });
});

test('a parent that is better before its children says so when they are, and is told as back with them', () => {
  const { alerts } = heldOf([
    { ...cloudflare, changes: [[20 * second, 'suspected'], [4 * minute, 'confirmed'], [10 * minute, 'easing'], [20 * minute, 'resolved']] },
    { service: 'acme', onset: minute, changes: [[2 * minute, 'suspected'], [6 * minute, 'confirmed'], [25 * minute, 'easing'], [28 * minute, 'relapsed'], [40 * minute, 'easing'], [55 * minute, 'resolved'], [70 * minute, 'reopened']] },
  ]);
  expect(alerts.map(line)).toEqual([
    'cloudflare suspected', 'acme suspected (linked)', 'cloudflare confirmed', 'acme confirmed (linked)', 'cloudflare easing (linked-go-on)', 'cloudflare resolved (linked-go-on)',
    'acme easing (linked)', 'cloudflare easing again', 'acme relapsed (linked)', 'cloudflare relapsed again', 'acme easing (linked)', 'cloudflare easing again',
    'acme resolved (linked)', 'cloudflare resolved again', 'acme reopened (linked)', 'cloudflare reopened again',
  ]);
  expect(new Set(alerts.map(({ id }) => id)).size).toBe(alerts.length);
});

test('a suspicion that is withdrawn goes on as long as a linked outage is confirmed, and ends with it', () => {
  const { alerts } = heldOf([
    { ...cloudflare, changes: [[20 * second, 'suspected'], [21 * minute, 'retracted']] },
    { service: 'acme', onset: minute, changes: course(minute, 30 * second, 5 * minute, 30 * minute, 45 * minute) },
  ]);
  expect(alerts.map(line)).toEqual([
    'cloudflare suspected', 'acme suspected (linked)', 'acme confirmed (linked)', 'cloudflare confirmed again', 'cloudflare retracted (linked-go-on)',
    'acme easing (linked)', 'cloudflare easing again', 'acme resolved (linked)', 'cloudflare resolved again',
  ]);
});

test('an outage long after another of the same cause is one of its own', () => {
  const { alerts } = heldOf([cloudflare, behind('acme', 45 * minute)]);
  expect(toldOf(alerts)).toContain('acme suspected');
});

test('a service that was told before the cause was known goes on being told to its end', () => {
  const { alerts } = heldOf([behind('tenant-1', 0), behind('tenant-2', minute), behind('tenant-3', 5 * minute)]);
  expect(toldOf(alerts).filter((one) => one.startsWith('tenant-2'))).toEqual(['tenant-2 suspected', 'tenant-2 confirmed', 'tenant-2 easing', 'tenant-2 resolved']);
  expect(toldOf(alerts).filter((one) => one.startsWith('tenant-3'))).toEqual([]);
  expect(alerts.at(-1)!.group).toMatchObject({ size: 3 });
});
