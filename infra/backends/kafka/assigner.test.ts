// What must hold of every deal: each partition has one owner, hands differ by one at most, and little moves.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { deal, type Claim } from './assigner.ts';

const claims = fc.uniqueArray(fc.record({ member: fc.string({ minLength: 1, maxLength: 4 }), owned: fc.uniqueArray(fc.integer({ min: 0, max: 20 })) }), { selector: (one) => one.member, minLength: 1, maxLength: 6 });
const range = (count: number) => Array.from({ length: count }, (_, i) => i);

test('every partition has one owner and the hands differ by one at most, whatever the members claim', () => {
  fc.assert(
    fc.property(claims, fc.integer({ min: 0, max: 16 }), (own, count) => {
      const dealt = [...deal(own, range(count), false).values()];
      expect(dealt.flat().sort((a, b) => a - b)).toEqual(range(count));
      const sizes = dealt.map((hand) => hand.length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }),
  );
});

test('members that hold even hands keep them', () => {
  const own: Claim[] = [{ member: 'b', owned: [3, 1] }, { member: 'a', owned: [0, 2] }];
  expect([...deal(own, range(4), false)]).toEqual([['a', [0, 2]], ['b', [3, 1]]]);
});

test('a newcomer gets a fair share and the others keep the rest', () => {
  const dealt = deal([{ member: 'old', owned: [0, 1, 2, 3] }, { member: 'new', owned: [] }], range(4), false);
  expect(dealt.get('old')).toEqual([0, 1]);
  expect(dealt.get('new')).toEqual([2, 3]);
});

test('of two that claim a partition one gets it', () => {
  const dealt = deal([{ member: 'awake', owned: [0, 1] }, { member: 'woken', owned: [0, 1] }], range(2), false);
  expect([...dealt.values()].map((hand) => hand.length)).toEqual([1, 1]);
});

test('a role with one owner stays with it when others come', () => {
  const dealt = deal([{ member: 'a', owned: [] }, { member: 'b', owned: [0, 1, 2] }, { member: 'c', owned: [] }], range(3), true);
  expect(dealt.get('b')).toEqual([0, 1, 2]);
  expect(dealt.get('a')).toEqual([]);
});
