// The two promises about order: a caller's last record never stands without the ones before it, and a partition's
// records stand in the order in which they were handed over.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OutRecord } from '../../../shared/bus.ts';
import { topics } from '../../../shared/topics.ts';
import { createOutgoing, inTwoSteps } from './outgoing.ts';

const record = (partition: number, key: string): OutRecord => ({ topic: topics.observations.name, partition, key, value: null });
const placeOf = ({ topic, partition }: OutRecord) => `${topic}/${partition}`;

test('what is written last goes to one partition, all else before it, and no partition is reordered', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 6 }), (callers) => {
      let number = 0;
      const pieces = callers.map((partitions) => partitions.map((partition) => record(partition, String(number++))));
      let left = pieces;
      const written: OutRecord[] = [];
      while (left.length > 0) {
        const { first, last, taken } = inTwoSteps(left, placeOf);
        expect(taken).toBeGreaterThan(0);
        for (const piece of left.slice(0, taken)) expect(last).toContain(piece.at(-1));
        written.push(...first, ...last);
        left = left.slice(taken);
      }
      expect(written).toHaveLength(number);
      for (let p = 0; p < 4; p++) {
        const numbers = written.filter(({ partition }) => partition === p).map(({ key }) => Number(key));
        expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
      }
    }),
  );
});

test('what comes while a write is under way goes out together in the next one', async () => {
  const writes: number[] = [];
  let letGo = () => {};
  const outgoing = createOutgoing(async (pieces) => {
    writes.push(pieces.length);
    if (writes.length === 1) await new Promise<void>((resolve) => (letGo = resolve));
  }, () => false);
  const first = outgoing.add([record(0, 'a')]);
  while (writes.length === 0) await new Promise(setImmediate);
  const others = [outgoing.add([record(0, 'b')]), outgoing.add([record(0, 'c')])];
  letGo();
  await Promise.all([first, ...others]);
  expect(writes).toEqual([1, 2]);
});

test('records that no broker takes spoil nothing for the callers beside them', async () => {
  const outgoing = createOutgoing(async (pieces) => {
    if (pieces.flat().some(({ key }) => key === 'bad')) throw new Error('too large');
  }, () => true);
  const outcomes = await Promise.allSettled(['a', 'bad', 'c'].map((key) => outgoing.add([record(0, key)])));
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  await outgoing.idle();
});
