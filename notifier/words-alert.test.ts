import { expect, test } from 'vitest';
import type { Alert, Cause, Group } from '../shared/alert.ts';
import { anAlert, evening } from '../test/fakes/incidents.ts';
import { alertHeadline, alertLines } from './words-alert.ts';

const alone = anAlert(1, 'suspected', evening);
const cause: Cause = { service: 'cloudflare', name: 'Cloudflare', certainty: 'likely', incident: null, failing: 8, dependents: 33, naming: 41, posts: 300 };

function ofMany(others: number, change: Partial<Alert> = {}): Alert {
  const members = ['WhatsApp', ...Array.from({ length: others }, (_, i) => `Service ${i + 1}`)].map((name, i): Group['members'][number] => ({
    incident: i === 0 ? alone.incident.id : `other-${i}`, service: name.toLowerCase(), name, tags: [], state: 'suspected', told: i === 0,
  }));
  return { ...alone, group: { parent: alone.incident.id, state: 'confirmed', size: others + 1, members }, ...change };
}

test('the headline of a group says how many, and of a known cause which', () => {
  expect(alertHeadline(alone)).toBe('WhatsApp: suspected outage');
  expect(alertHeadline(ofMany(1))).toBe('WhatsApp and 1 other: suspected outage');
  expect(alertHeadline(ofMany(8, { cause: { ...cause, incident: alone.incident.id } }))).toBe('WhatsApp and 8 others: suspected outage');
  expect(alertHeadline(ofMany(7, { change: 'confirmed', cause }))).toBe('Likely Cloudflare: WhatsApp and 7 others, confirmed outage');
  expect(alertHeadline(ofMany(4, { change: 'updated', cause: { ...cause, certainty: 'possibly' } }))).toBe('Possibly Cloudflare: WhatsApp and 4 others, confirmed outage');
});

test('no headline has more than ten words, however long the names and whatever happened', () => {
  const service = { ...alone.service, name: 'The Very Long Name of a Service' };
  for (const change of ['suspected', 'confirmed', 'updated', 'easing', 'relapsed', 'resolved', 'reopened', 'retracted', 'erased'] as const) {
    const told = alertHeadline(ofMany(12, { service, change, cause: { ...cause, name: 'Google Cloud Platform of Europe' } }));
    expect(told.split(/\s+/).length).toBeLessThanOrEqual(10);
  }
});

test('the summary says likely where people name the cause, and possibly with its arithmetic where nobody does', () => {
  expect(alertLines(ofMany(2, { cause }), 'UTC')).toEqual(expect.arrayContaining([
    'Likely cause: Cloudflare. 8 of 33 services that depend on it are affected; 41 of 300 posts name it.',
    'Linked: Service 1 (suspected), Service 2 (suspected).',
  ]));
  expect(alertLines(ofMany(20, { cause: { ...cause, certainty: 'possibly', naming: 0 } }), 'UTC')).toEqual(expect.arrayContaining([
    'Possibly Cloudflare: 8 of 33 services that depend on it are affected, and no report names it.',
    expect.stringMatching(/^Linked: Service 1 \(suspected\).* and 12 more\.$/),
  ]));
});

test('what is linked says to whom, and what is blamed says on whom and why', () => {
  const child = { ...ofMany(3, { parent: alone.incident.id }), incident: { ...alone.incident, id: 'other-2' } };
  expect(alertLines(child, 'UTC')).toContain('Linked to WhatsApp with 2 more.');
  expect(alertHeadline(child)).toBe('WhatsApp: suspected outage');
  const blamed: Alert = { ...alone, service: { ...alone.service, name: 'Telco' }, blame: { service: 'whatsapp', name: 'WhatsApp', incident: 'x', naming: 12, posts: 20 } };
  expect(alertLines(blamed, 'UTC').at(-1)).toBe('Noted, not told: 12 of its 20 counted posts name WhatsApp too, which has an incident; people may only blame Telco.');
});

test('a post that was taken back is told in its own words, without the rest', () => {
  expect(alertLines({ ...ofMany(2, { cause }), change: 'erased' }, 'UTC')).toHaveLength(1);
});
