import { expect, test } from 'vitest';
import { serviceSchema } from '../../../shared/service.ts';
import { followingOf } from './streams.ts';

const services = [
  { id: 'whatsapp', name: 'WhatsApp', hashtags: ['#WhatsApp', '#whatsappstörung', '#whatsappdown'] },
  { id: 'three', name: '3' },
  { id: 'acme', name: 'Acme Bank & Co.' },
].map((one) => serviceSchema.parse(one));

test('hashtags that speak of trouble come before names, and each service has its first before any has its second', () => {
  expect(followingOf(['hashtags'], services, ['#Ausfall'], 100).tags).toEqual(['ausfall', 'whatsappdown', 'acmebankcodown', 'whatsappstörung', 'acmebankco', 'whatsapp']);
  const few = followingOf(['hashtags'], services, [], 2);
  expect([few.tags, few.of]).toEqual([['whatsappdown', 'acmebankcodown'], 5]);
});

test('timelines take four hashtags together and hold what the streams do', () => {
  const { subscriptions, timelines } = followingOf(['hashtags', 'public:local'], services, [], 100);
  expect(subscriptions[0]).toBe('{"type":"subscribe","stream":"public:local"}');
  expect(subscriptions).toContain('{"type":"subscribe","stream":"hashtag","tag":"whatsappstörung"}');
  expect(timelines).toEqual([
    '/api/v1/timelines/public?local=true&',
    '/api/v1/timelines/tag/whatsappdown?any%5B%5D=acmebankcodown&any%5B%5D=whatsappst%C3%B6rung&any%5B%5D=acmebankco&',
    '/api/v1/timelines/tag/whatsapp?',
  ]);
});

test('all public posts make the other streams needless; nothing to follow is nothing', () => {
  expect(followingOf(['hashtags', 'public', 'public:remote'], services, [], 100)).toMatchObject({ tags: [], subscriptions: ['{"type":"subscribe","stream":"public"}'], timelines: ['/api/v1/timelines/public?'] });
  expect(followingOf(['hashtags'], [], [], 100).subscriptions).toEqual([]);
});
