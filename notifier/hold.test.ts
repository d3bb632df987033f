import { Kafka, type KafkaMessage } from 'cloudevents';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeAlert } from '../shared/alert.ts';
import type { InRecord, OutRecord } from '../shared/bus.ts';
import { incidentId, type IncidentRecord } from '../shared/incident.ts';
import { aService, anEvent, evening, minute } from '../test/fakes/incidents.ts';
import { anOfficial, aPageEvent } from '../test/fakes/official.ts';
import { createHold, type HoldOptions } from './hold.ts';

const partitions = 4;

function options(dropped: string[] = []): HoldOptions {
  return { services: [aService('whatsapp', { name: 'WhatsApp', tags: ['messaging'] })], partitions, dropped: (reason) => dropped.push(reason) };
}

function record(partition: number, value: IncidentRecord | string, offset = 0): InRecord {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return { topic: 'outcry.incidents', partition, offset, key: 'k', value: new TextEncoder().encode(text), headers: {} };
}

function progress(at: number): IncidentRecord {
  return { v: 1, kind: 'progress', at };
}

function feed(records: readonly InRecord[], from: Partial<{ dropped: string[] }> = {}): OutRecord[] {
  const out: OutRecord[] = [];
  const hold = createHold(options(from.dropped));
  hold.restore([]);
  hold.live([], (one) => out.push(one));
  for (const one of records) hold.fold(one, (emitted) => out.push(emitted));
  return out;
}

function ids(out: readonly OutRecord[]): string[] {
  return out.map(({ value }) => {
    const decoded = decodeAlert(value!);
    return 'alert' in decoded ? decoded.alert.id : decoded.reason;
  });
}

const whatsapp = incidentId('whatsapp', evening);

test('an event waits until every partition is strictly past it', () => {
  const opened = record(0, anEvent(1, 'suspected', evening));
  const others = [0, 1, 2].map((p) => record(p, progress(evening + 1)));
  expect(ids(feed([opened, ...others]))).toEqual([]);
  expect(ids(feed([opened, ...others, record(3, progress(evening))]))).toEqual([]);
  expect(ids(feed([opened, ...others, record(3, progress(evening + 1))]))).toEqual([`${whatsapp}-1`]);
});

test("what a status page says is no alert, is no fault and moves no time", () => {
  const dropped: string[] = [];
  const said = record(0, anOfficial('whatsapp', evening + 10 * minute, { state: 'outage', events: [aPageEvent({ saidAt: evening, state: 'outage' })] }));
  const all = [0, 1, 2, 3].map((p) => record(p, progress(evening)));
  expect(ids(feed([...all, said, record(0, anEvent(1, 'suspected', evening + minute))], { dropped }))).toEqual([]);
  expect(dropped).toEqual([]);
});

test('an alert is a CloudEvent keyed by its incident', () => {
  const [alert] = feed([record(0, anEvent(1, 'suspected', evening)), ...[0, 1, 2, 3].map((p) => record(p, progress(evening + 1)))]);
  expect(alert).toMatchObject({ topic: 'outcry.alerts', key: whatsapp, headers: { ce_id: `${whatsapp}-1`, ce_type: 'outcry.incident.suspected', ce_time: '2017-05-03T20:50:00.000Z' } });
  const decoded = decodeAlert(alert!.value!);
  expect('alert' in decoded && decoded.alert).toMatchObject({ headline: 'WhatsApp: suspected outage', service: { name: 'WhatsApp', tags: ['messaging'] } });
});

test('another library reads the alert as a CloudEvent', () => {
  const [alert] = feed([record(0, anEvent(1, 'suspected', evening)), ...[0, 1, 2, 3].map((p) => record(p, progress(evening + 1)))]);
  const value = new TextDecoder().decode(alert!.value!);
  const message: KafkaMessage<string> = { key: alert!.key, value, body: value, headers: { ...alert!.headers } };
  const event = Kafka.toEvent(message);
  expect(event).toMatchObject({ id: `${whatsapp}-1`, specversion: '1.0', source: '/outcry', type: 'outcry.incident.suspected', subject: 'whatsapp', data: { id: `${whatsapp}-1` } });
});

test('a post taken back reaches subscribers as an alert of its own', () => {
  const out = feed([record(0, anEvent(1, 'suspected', evening)), record(0, anEvent(2, 'erased', evening + 5)), ...[0, 1, 2, 3].map((p) => record(p, progress(evening + 9)))]);
  expect(ids(out)).toEqual([`${whatsapp}-1`, `${whatsapp}-2`]);
});

test('a repeat and an unreadable record are dropped with their reason, and the rest goes on', () => {
  const dropped: string[] = [];
  const event = record(0, anEvent(1, 'suspected', evening));
  const out = feed([event, record(1, '{'), record(1, '{"kind":"x"}'), event, ...[0, 1, 2, 3].map((p) => record(p, progress(evening + 1)))], { dropped });
  expect(ids(out)).toEqual([`${whatsapp}-1`]);
  expect(dropped).toEqual(['incident-not-json', 'incident-bad-shape', 'repeat']);
});

// Each partition's own records, with times that tie across partitions and progress in between.
const stream = fc.array(fc.tuple(fc.nat(6), fc.boolean()), { maxLength: 12 }).map((steps) => steps);

function recordsOf(partition: number, steps: readonly (readonly [number, boolean])[]): InRecord[] {
  let at = evening;
  let seq = 0;
  const records = steps.map(([step, event]) => {
    at += step;
    if (event) seq += 1;
    return record(partition, event ? anEvent(seq, seq === 1 ? 'suspected' : 'updated', at, { service: `s${partition}`, onset: evening }) : progress(at));
  });
  return [...records, record(partition, progress(evening + 60 * minute))];
}

test('any interleaving of the partitions gives the same bytes, as does a stop and restore anywhere', () => {
  fc.assert(
    fc.property(fc.tuple(stream, stream, stream, stream), fc.infiniteStream(fc.nat(3)), fc.nat(50), (streams, picks, cut) => {
      const queues = streams.map((steps, p) => recordsOf(p, steps));
      const plain = feed(queues.flat());
      const left = queues.map((queue) => [...queue]);
      const mixed: InRecord[] = [];
      while (left.some((queue) => queue.length > 0)) {
        const full = left.filter((queue) => queue.length > 0);
        mixed.push(full[picks.next().value! % full.length]!.shift()!);
      }
      const out: OutRecord[] = [];
      const first = createHold(options());
      first.restore([]);
      first.live([], (one) => out.push(one));
      for (const one of mixed.slice(0, cut)) first.fold(one, (emitted) => out.push(emitted));
      const second = createHold(options());
      second.restore(first.snapshot());
      second.live(out.map((one, offset) => ({ ...one, partition: 0, offset, value: one.value, headers: one.headers ?? {} })), (one) => out.push(one));
      for (const one of mixed.slice(cut)) second.fold(one, (emitted) => out.push(emitted));
      expect(out).toEqual(plain);
    }),
    { numRuns: 200 },
  );
});

test('with the snapshot lost, what is already published is not told again', () => {
  const records = [record(0, anEvent(1, 'suspected', evening)), ...[0, 1, 2, 3].map((p) => record(p, progress(evening + 1)))];
  const published = feed(records).map((one, offset) => ({ ...one, partition: 0, offset, headers: one.headers ?? {} }));
  const hold = createHold(options());
  hold.restore([]);
  hold.live(published, () => {});
  const again: OutRecord[] = [];
  for (const one of records) hold.fold(one, (emitted) => again.push(emitted));
  expect(again).toEqual([]);
});

test('what a replay releases again and is published is not published twice', () => {
  const records = [record(0, anEvent(1, 'suspected', evening)), ...[0, 1, 2, 3].map((p) => record(p, progress(evening + 1)))];
  const published = feed(records).map((one, offset) => ({ ...one, partition: 0, offset, headers: one.headers ?? {} }));
  const hold = createHold(options());
  hold.restore([]);
  for (const one of records) hold.fold(one, () => {});
  const out: OutRecord[] = [];
  hold.live(published, (emitted) => out.push(emitted));
  expect(out).toEqual([]);
});

test('what a replay releases and nobody published is published at last', () => {
  const hold = createHold(options());
  hold.restore([]);
  for (const one of [record(0, anEvent(1, 'suspected', evening)), ...[0, 1, 2, 3].map((p) => record(p, progress(evening + 1)))]) hold.fold(one, () => {});
  const out: OutRecord[] = [];
  hold.live([], (emitted) => out.push(emitted));
  expect(ids(out)).toEqual([`${whatsapp}-1`]);
});

test('a snapshot of another version or another number of partitions is refused, not misread', () => {
  const part = createHold(options()).snapshot();
  expect(() => createHold({ ...options(), partitions: 8 }).restore(part)).toThrow('4 partitions');
  expect(() => createHold(options()).restore([{ key: 'hold', value: new TextEncoder().encode('{"v":3}') }])).toThrow('version 3');
});

test('a snapshot from before there were groups is read: what was open then goes on being told, repeats stay repeats', () => {
  const dropped: string[] = [];
  const out: OutRecord[] = [];
  const hold = createHold(options(dropped));
  const state = { v: 1, merge: { progress: [evening, evening, evening, evening], waiting: [{ at: evening + 5, event: anEvent(2, 'confirmed', evening + 5) }] }, told: [[whatsapp, 1, evening - 5]] };
  hold.restore([{ key: 'hold', value: new TextEncoder().encode(JSON.stringify(state)) }]);
  hold.live([], (one) => out.push(one));
  for (const one of [record(0, anEvent(1, 'suspected', evening - 5)), ...[0, 1, 2, 3].map((p) => record(p, progress(evening + 9)))]) hold.fold(one, (emitted) => out.push(emitted));
  expect(ids(out)).toEqual([`${whatsapp}-2`]);
  expect(dropped).toEqual(['repeat']);
  const decoded = decodeAlert(out[0]!.value!);
  expect('alert' in decoded && decoded.alert).toMatchObject({ told: true, because: 'news', parent: null, group: null });
});
