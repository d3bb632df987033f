import { expect, test } from 'vitest';
import { readAws } from './aws.ts';
import { googleReader } from './google.ts';
import type { ReadAnswer } from './page-word.ts';

const now = Date.UTC(2026, 4, 3, 20);
const at = (minutes: number): string => new Date(now + minutes * 60_000).toISOString();
const seconds = (minutes: number): number => now / 1000 + minutes * 60;
const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

/** As AWS sends it: UTF-16, big end first, with its mark. */
function utf16(value: unknown): Uint8Array {
  const little = Buffer.from(`\ufeff${JSON.stringify(value)}`, 'utf16le');
  return little.swap16();
}

const event = (more: object = {}) => ({
  service: 's3-us-east-1', service_name: 'Amazon Simple Storage Service', region_name: 'N. Virginia', status: '2', date: String(seconds(-50)),
  summary: 'Error rates are higher', arn: 'arn:aws:health:us-east-1::event/S3/AWS_S3_OPERATIONAL_ISSUE/AWS_S3_OPERATIONAL_ISSUE_X1_2',
  event_log: [
    { summary: 'Error rates are higher', message: 'We look into it – naïvely.', status: 1, timestamp: seconds(-50) },
    { summary: 'Error rates are much higher', message: 'We found it.', status: 3, timestamp: seconds(-20) },
  ], ...more,
});

test('AWS: UTF-16 is read by its mark, and each entry of an event\'s log is a word', () => {
  const answer = readAws(utf16([event()]), now) as Exclude<ReadAnswer, { why: string }>;
  expect(answer).toMatchObject({ odd: [], whole: new Set(['incident']) });
  expect(answer.words).toEqual([
    { key: `AWS_S3_OPERATIONAL_ISSUE_X1_2/${now - 50 * 60_000}/1`, event: 'AWS_S3_OPERATIONAL_ISSUE_X1_2', kind: 'incident', ts: now - 50 * 60_000, state: 'degraded', title: 'Amazon Simple Storage Service, N. Virginia: Error rates are higher', text: 'We look into it – naïvely.', url: 'https://health.aws.amazon.com/health/status', components: ['Amazon Simple Storage Service, N. Virginia'], began: now - 50 * 60_000 },
    expect.objectContaining({ ts: now - 20 * 60_000, state: 'outage', text: 'We found it.' }),
  ]);
  // the other end first, and plain UTF-8, are read as well
  expect(readAws(Buffer.from(`\ufeff${JSON.stringify([event()])}`, 'utf16le'), now)).toEqual(answer);
  expect(readAws(bytes([event()]), now)).toEqual(answer);
});

test('AWS: resolved is ok, an event without a log or an arn is still one, an empty list is a quiet day', () => {
  expect(readAws(bytes([event({ status: '0', event_log: [{ summary: '[RESOLVED]', message: 'Over.', status: 0, timestamp: seconds(-3) }] })]), now)).toMatchObject({ words: [{ state: 'ok', ended: now - 3 * 60_000 }] });
  expect(readAws(bytes([event({ event_log: undefined, arn: undefined, status: '3' })]), now)).toMatchObject({ words: [{ event: `s3-us-east-1-${seconds(-50)}`, state: 'outage', ts: now - 50 * 60_000 }] });
  expect(readAws(bytes([event({ event_log: [], status: '9' }), { date: 5 }]), now)).toMatchObject({ odd: ['impact-unknown', 'event-without-id'], words: [{ state: 'degraded' }] });
  const several = event({ service_name: 'Multiple services (N. Virginia)', impacted_services: { 'ec2-us-east-1': { service_name: 'Amazon EC2', current: '2', max: '3' }, 's3-us-east-1': { service_name: 'Amazon S3' }, odd: 5 } });
  expect(readAws(bytes([several]), now)).toMatchObject({ words: [{ title: 'Multiple services (N. Virginia): Error rates are higher', components: ['Amazon EC2, N. Virginia', 'Amazon S3, N. Virginia'] }, {}] });
  expect(readAws(bytes([]), now)).toEqual({ words: [], whole: new Set(['incident']), odd: [] });
  expect([readAws(bytes({}), now), readAws(new Uint8Array([0xfe, 0xff, 0]), now)]).toEqual([{ why: 'no list of incidents' }, { why: 'no JSON' }]);
});

const google = googleReader('https://status.cloud.google.com/');
const incident = (more: object = {}) => ({
  id: 'g1', number: '1', begin: at(-90), created: at(-80), modified: at(-10), external_desc: '**Gmail** delays', status_impact: 'SERVICE_DISRUPTION', severity: 'medium', service_key: 'k', service_name: 'Google Mail',
  affected_products: [{ title: 'Gmail', id: 'p1' }, { title: 'Google Calendar', id: 'p2' }], uri: 'incidents/g1',
  updates: [{ created: at(-10), modified: at(-10), when: at(-10), status: 'SERVICE_OUTAGE', text: 'Worse.' }, { created: at(-80), modified: at(-80), when: at(-80), status: 'SERVICE_INFORMATION', text: 'We look.' }],
  ...more,
});

test('Google: each update is a word with the products it touches, the oldest first, and the page\'s link', () => {
  expect(google(bytes([incident()]), now)).toEqual({
    odd: [], whole: new Set(['incident']),
    words: [
      { key: `g1/${now - 80 * 60_000}`, event: 'g1', kind: 'incident', ts: now - 80 * 60_000, state: 'degraded', title: '**Gmail** delays', text: 'We look.', url: 'https://status.cloud.google.com/incidents/g1', components: ['Gmail', 'Google Calendar'], began: now - 90 * 60_000 },
      expect.objectContaining({ ts: now - 10 * 60_000, state: 'outage' }),
    ],
  });
});

test('Google: an end makes the last update ok, whatever it says; what ended a week ago is not looked at', () => {
  expect(google(bytes([incident({ end: at(-5) })]), now)).toMatchObject({ words: [{ state: 'degraded' }, { state: 'ok', ended: now - 5 * 60_000 }] });
  expect(google(bytes([incident({ end: at(-8 * 24 * 60) })]), now)).toMatchObject({ words: [] });
  expect(google(bytes([incident({ updates: undefined, most_recent_update: { when: at(-7), status: 'AVAILABLE', text: 'Fine.' }, end: at(-7), affected_products: undefined })]), now)).toMatchObject({ words: [{ state: 'ok', components: ['Google Mail'] }] });
  expect(google(bytes([incident({ updates: [{ text: 'no time' }, { when: at(-3), status: 'NEW_WORD' }] }), { begin: at(-3) }]), now)).toMatchObject({ odd: ['word-without-time', 'impact-unknown', 'event-without-id'], words: [{ state: 'degraded' }] });
  expect(google(bytes({ incidents: [] }), now)).toEqual({ why: 'no list of incidents' });
});
