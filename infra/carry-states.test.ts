import { expect, test } from 'vitest';
import { BusError, type SnapshotPart } from '../shared/bus.ts';
import { dealStates } from './carry-states.ts';

const part = (key: string, value: unknown): SnapshotPart => ({ key, value: new TextEncoder().encode(JSON.stringify(value)) });
const hold = (progress: readonly number[]) => new Map([['all', [part('hold', { v: 1, merge: { progress, waiting: [] }, told: [] })]]]);
const deliver = new Map([['all', [part('deliver', { v: 1, order: 7 })]]]);

test('an installation that never heard anything has nothing to deal, and what it delivered counts on', () => {
  const dealt = dealStates(new Map([['detector', new Map()], ['hold', new Map()], ['deliver', deliver]]), 4, 6);
  expect(dealt.get('detector')?.size).toBe(0);
  expect(dealt.get('hold')?.get('all')).toEqual([]);
  expect(dealt.get('deliver')).toBe(deliver);
});

test('states that stay in as many partitions stay as they are', () => {
  const detector = new Map([['0', [part('fold', {})]], ['1', [part('fold', {})]]]);
  const dealt = dealStates(new Map<string, ReadonlyMap<string, readonly SnapshotPart[]>>([['detector', detector], ['hold', hold([1, 2])], ['deliver', deliver]]), 2, 2);
  expect(dealt.get('detector')).toEqual(detector);
  expect(dealt.get('hold')?.get('all')).toEqual(hold([1, 2]).get('all'));
});

test('a partition without a state among others, and a state that can not be dealt, are refused with what to do', () => {
  const one = new Map([['0', [part('fold', {})]], ['1', []]]);
  expect(() => dealStates(new Map([['detector', one]]), 2, 3)).toThrow(/1 of 2 partitions of the detector have one: start Outcry/);
  expect(() => dealStates(new Map([['detector', new Map([['0', [part('fold', { v: 9 })]]])]]), 1, 3)).toThrow(BusError);
  expect(() => dealStates(new Map([['hold', new Map([['all', [part('hold', { v: 8 })]]])]]), 1, 3)).toThrow(/version 8/);
});
