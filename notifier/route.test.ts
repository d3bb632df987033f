import { expect, test } from 'vitest';
import { aService, anAlert, evening } from '../test/fakes/incidents.ts';
import { heldOf } from '../test/fakes/outages.ts';
import { routeAlert, routeSchema } from './route.ts';

const channels = ['console', 'slack', 'hook'];
const services = [aService('whatsapp', { tags: ['messaging'] })];
const opened = anAlert(1, 'suspected', evening, {}, services);

test('without routes every channel gets everything', () => {
  expect(routeAlert(opened, [], channels)).toEqual({ to: channels.map((channel) => ({ channel, because: 'no routes: every channel' })) });
});

test.each([
  ['service', { services: ['whatsapp'], to: ['hook'] }, true],
  ['another service', { services: ['signal'], to: ['hook'] }, false],
  ['one of its tags', { tags: ['bank', 'messaging'], to: ['hook'] }, true],
  ['another tag', { tags: ['bank'], to: ['hook'] }, false],
  ['the change', { changes: ['suspected'], to: ['hook'] }, true],
  ['another change', { changes: ['resolved'], to: ['hook'] }, false],
  ['the state', { states: ['suspected', 'confirmed'], to: ['hook'] }, true],
  ['another state', { states: ['resolved'], to: ['hook'] }, false],
  ['all conditions but one', { services: ['whatsapp'], states: ['resolved'], to: ['hook'] }, false],
])('a route by %s', (_, raw, matches) => {
  expect(routeAlert(opened, [routeSchema.parse(raw)], channels)).toEqual(matches ? { to: [{ channel: 'hook', because: 'route 1' }] } : { reason: 'no-route' });
});

test('a channel that two routes choose hears once, for the first reason', () => {
  const routes = [routeSchema.parse({ name: 'all chat', tags: ['messaging'], to: ['slack'] }), routeSchema.parse({ to: ['slack', 'hook'] })];
  expect(routeAlert(opened, routes, channels)).toEqual({ to: [{ channel: 'slack', because: 'all chat' }, { channel: 'hook', because: 'route 2' }] });
});

test('text that was taken back goes where it may have been told, whatever changes a route asks for', () => {
  const route = routeSchema.parse({ changes: ['suspected'], states: ['suspected'], to: ['slack'] });
  expect(routeAlert(anAlert(3, 'erased', evening), [route], channels)).toEqual({ to: [{ channel: 'slack', because: 'route 1' }] });
});

test('an unknown key in a route is an error', () => {
  expect(routeSchema.safeParse({ to: ['a'], service: ['x'] }).success).toBe(false);
});

const linked = heldOf([
  { service: 'cloudflare', onset: 0, changes: [[20_000, 'suspected']] },
  { service: 'acme', onset: 10_000, changes: [[40_000, 'suspected']] },
  { service: 'bistro', onset: 20_000, changes: [[50_000, 'suspected']] },
]).alerts;

test('what is linked goes nowhere where its parent goes', () => {
  expect(linked.map((alert) => routeAlert(alert, [], channels))).toEqual([{ to: expect.any(Array) }, { reason: 'linked' }, { reason: 'linked' }]);
  const routes = [routeSchema.parse({ services: ['cloudflare', 'acme', 'bistro'], to: ['slack'] })];
  expect(linked.map((alert) => routeAlert(alert, routes, channels))).toEqual([{ to: [{ channel: 'slack', because: 'route 1' }] }, { reason: 'linked' }, { reason: 'linked' }]);
});

test('a channel that does not hear of the parent hears of the first of its group that it wants', () => {
  const routes = [routeSchema.parse({ services: ['cloudflare'], to: ['slack'] }), routeSchema.parse({ services: ['acme', 'bistro'], to: ['hook'] }), routeSchema.parse({ services: ['bistro'], to: ['console'] })];
  expect(linked.map((alert) => routeAlert(alert, routes, channels))).toEqual([
    { to: [{ channel: 'slack', because: 'route 1' }] }, { to: [{ channel: 'hook', because: 'route 2' }] }, { to: [{ channel: 'console', because: 'route 3' }] },
  ]);
});

test('what is only blamed goes nowhere, whoever asks for it', () => {
  const { alerts } = heldOf([
    { service: 'whatsapp', onset: 0, changes: [[20_000, 'suspected']], reporters: 90 },
    { service: 'telco', onset: 90_000, changes: [[120_000, 'suspected']], alone: 8, others: { whatsapp: 12 } },
  ]);
  expect(routeAlert(alerts[1]!, [routeSchema.parse({ tags: ['isp'], to: ['slack'] })], channels)).toEqual({ reason: 'blamed' });
});
