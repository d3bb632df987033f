import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Fold, InRecord, OutRecord } from '../shared/bus.ts';
import { minute } from '../test/fakes/incidents.ts';
import { behindCloudflare, course, eventsOf, partitioned, partitions, second, services, type Trouble } from '../test/fakes/outages.ts';
import { createHold } from './hold.ts';

const names = ['cloudflare', ...behindCloudflare, 'news', 'press', 'tenant-1', 'tenant-2', 'tenant-3', 'whatsapp', 'telco', 'spotify'];

const trouble = (service: string): fc.Arbitrary<Trouble> =>
  fc
    .record({ onset: fc.integer({ min: 0, max: 20 }), length: fc.integer({ min: 1, max: 4 }), reporters: fc.integer({ min: 5, max: 60 }), with: fc.constantFrom(...names, null), share: fc.integer({ min: 0, max: 20 }) })
    .map(({ onset, length, reporters, with: other, share }) => ({
      service, reporters, onset: onset * 20 * second, alone: 12,
      changes: course(onset * 20 * second, 40 * second, 5 * minute, 15 * minute, 30 * minute).slice(0, length),
      ...(other === null || other === service ? {} : { others: { [other]: share } }),
    }));
const troubles = fc.subarray(names, { minLength: 1 }).chain((some) => fc.tuple(...some.map(trouble)));

function started(out: OutRecord[], parts = createHold({ services, partitions, dropped: () => {} }).snapshot(), published: readonly InRecord[] = []): Fold {
  const hold = createHold({ services, partitions, dropped: () => {} });
  hold.restore(parts);
  hold.live(published, (one) => out.push(one));
  return hold;
}

const read = (out: readonly OutRecord[]): InRecord[] => out.map((one, offset) => ({ ...one, partition: 0, offset, headers: one.headers ?? {} }));

function interleaved(queues: readonly (readonly InRecord[])[], picks: Iterator<number>): InRecord[] {
  const left = queues.map((queue) => [...queue]);
  const mixed: InRecord[] = [];
  for (let full = left; full.length > 0; full = left.filter((queue) => queue.length > 0)) {
    const queue = full[picks.next().value! % full.length]!;
    // a handful at a time, so that partitions come minutes apart
    mixed.push(...queue.splice(0, 1 + (picks.next().value! % 40)));
  }
  return mixed;
}

test('groups, blame and waits come out the same however the partitions interleave, and over a stop anywhere', () => {
  fc.assert(
    fc.property(troubles, fc.infiniteStream(fc.nat(1_000)), fc.double({ min: 0, max: 1, noNaN: true }), (some, picks, cut) => {
      const queues = partitioned(eventsOf(some), 30 * second);
      const plain: OutRecord[] = [];
      const one = started(plain);
      for (const record of queues.flat()) one.fold(record, (out) => plain.push(out));
      const mixed = interleaved(queues, picks[Symbol.iterator]());
      const at = Math.floor(cut * mixed.length);
      const out: OutRecord[] = [];
      const first = started(out);
      for (const record of mixed.slice(0, at)) first.fold(record, (alert) => out.push(alert));
      const next = started(out, first.snapshot(), read(out));
      for (const record of mixed.slice(at)) next.fold(record, (alert) => out.push(alert));
      expect(out).toEqual(plain);
    }),
    { numRuns: 80 },
  );
});

test('with the state lost and everything read anew, nobody is told twice and nothing is missing', () => {
  fc.assert(
    fc.property(troubles, fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (some, cut, kept) => {
      const records = interleaved(partitioned(eventsOf(some), 30 * second), fc.sample(fc.nat(7), { numRuns: 20_000, seed: 1 }).values());
      const plain: OutRecord[] = [];
      const whole = started(plain);
      for (const record of records) whole.fold(record, (out) => plain.push(out));
      const out: OutRecord[] = [];
      const first = started(out);
      const at = Math.floor(cut * records.length);
      const saved = Math.floor(kept * at);
      for (const record of records.slice(0, saved)) first.fold(record, (alert) => out.push(alert));
      const parts = first.snapshot();
      for (const record of records.slice(saved, at)) first.fold(record, (alert) => out.push(alert));
      // the offset is lost: what came after the snapshot comes again, and not silently
      const next = started(out, parts, read(out));
      for (const record of records.slice(saved)) next.fold(record, (alert) => out.push(alert));
      const ids = (list: readonly OutRecord[]): string[] => list.map(({ headers }) => headers!['ce_id']!);
      expect(ids(out).toSorted()).toEqual(ids(plain).toSorted());
    }),
    { numRuns: 40 },
  );
});
