import { expect, test } from 'vitest';
import { encodeAlert, type Alert } from '../shared/alert.ts';
import type { InRecord, OutRecord } from '../shared/bus.ts';
import { anAlert, evening, minute } from '../test/fakes/incidents.ts';
import { createDeliver, decodeDelivery, type DeliverOptions } from './deliver.ts';
import { routeSchema } from './route.ts';

const opened = anAlert(1, 'suspected', evening);
const resolved = anAlert(2, 'resolved', evening + 60 * minute);

function input(alert: Alert, offset: number): InRecord {
  return { topic: 'outcry.alerts', partition: 0, offset, key: alert.incident.id, value: encodeAlert(alert).value, headers: {} };
}

function options(change: Partial<DeliverOptions> = {}): DeliverOptions {
  return { routes: [], channels: ['console', 'hook'], now: () => 77, dropped: () => {}, ...change };
}

function started(change: Partial<DeliverOptions> = {}) {
  const deliver = createDeliver(options(change));
  deliver.restore([]);
  deliver.live([], () => {});
  return deliver;
}

function deliveries(out: readonly OutRecord[]) {
  return out.map(({ value }) => decodeDelivery(value!)).flatMap((decoded) => ('delivery' in decoded ? [decoded.delivery] : []));
}

test('each alert is pending once for each channel, in the order of the alerts', () => {
  const out: OutRecord[] = [];
  const deliver = started();
  [opened, resolved].forEach((alert, i) => deliver.fold(input(alert, i), (one) => out.push(one)));
  expect(out.map(({ topic, key }) => `${topic} ${key}`)).toEqual([opened, resolved].flatMap(({ id }) => ['console', 'hook'].map((name) => `outcry.deliveries ${name}/${id}`)));
  expect(deliveries(out).map(({ order, state, queuedAt, attempts }) => [order, state, queuedAt, attempts])).toEqual([1, 1, 2, 2].map((order) => [order, 'pending', 77, 0]));
  expect(JSON.parse(deliveries(out)[0]!.payload)).toEqual(opened);
});

test('an alert that no route wants and one that can not be read are counted with their reason', () => {
  const reasons: string[] = [];
  const deliver = started({ routes: [routeSchema.parse({ services: ['signal'], to: ['hook'] })], dropped: (reason) => reasons.push(reason) });
  const out: OutRecord[] = [];
  deliver.fold(input(opened, 1), (one) => out.push(one));
  deliver.fold({ ...input(opened, 2), value: new TextEncoder().encode('{}') }, (one) => out.push(one));
  deliver.fold({ ...input(opened, 3), value: null }, (one) => out.push(one));
  expect(out).toEqual([]);
  expect(reasons).toEqual(['no-route', 'alert-bad-shape', 'alert-empty']);
});

test('the order goes on after a restart, and after a lost snapshot nothing in the ledger is made pending again', () => {
  const out: OutRecord[] = [];
  const first = started();
  first.fold(input(opened, 1), (one) => out.push(one));

  const second = createDeliver(options());
  second.restore(first.snapshot());
  second.live([], () => {});
  const next: OutRecord[] = [];
  second.fold(input(resolved, 2), (one) => next.push(one));
  expect(deliveries(next).map(({ order }) => order)).toEqual([2, 2]);

  const third = createDeliver(options());
  third.restore([]);
  third.live(out.map((one, offset) => ({ ...one, partition: 0, offset, headers: {} })), () => {});
  const again: OutRecord[] = [];
  [opened, resolved].forEach((alert, i) => third.fold(input(alert, i), (one) => again.push(one)));
  expect(deliveries(again).map(({ alert }) => alert)).toEqual([resolved.id, resolved.id]);
  expect(deliveries(again)[0]!.order).toBeGreaterThan(1);
});
