import { expect, test } from 'vitest';
import { aService, anAlert, evening } from '../test/fakes/incidents.ts';
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
