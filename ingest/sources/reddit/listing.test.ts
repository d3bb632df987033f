import { expect, test } from 'vitest';
import type { RedditApi } from './api.ts';
import { readListing } from './listing.ts';
import { createRedditPlaces } from './place.ts';

const [known, startMs] = [1_000_000, 1_700_000_000_000];
const entry = (n: number) => ({ kind: 't3', data: { id: n.toString(36), created_utc: startMs / 1000 + n - known, author: 'a', title: `Acme is down, says ${n}`, selftext: '' } });

/** A listing of these numbers, 100 a page, as Reddit gives it. */
function listing(numbers: readonly number[]): RedditApi {
  return {
    async get(path) {
      const after = /after=t3_(\w+)/.exec(path)?.[1];
      const from = after === undefined ? 0 : numbers.indexOf(Number.parseInt(after, 36)) + 1;
      const page = numbers.slice(from, from + 100);
      return { ok: true, value: { kind: 'Listing', data: { children: page.map(entry), after: from + 100 < numbers.length ? `t3_${page.at(-1)!.toString(36)}` : null } } };
    },
  };
}

test('a post that moderators let through late stands among the newest with an old number, and hides none behind it', async () => {
  const numbers = Array.from({ length: 150 }, (_, i) => known + 150 - i);
  numbers.splice(5, 0, known - 3);
  numbers.push(known, known - 1, known - 2);
  const place = createRedditPlaces(`t3:${known.toString(36)}:${startMs}`).place('t3');
  const read = await readListing(listing(numbers), '/r/acme/new', 't3', place, new AbortController().signal);
  expect(read.ok && [read.things.length, read.things[0]!.number, read.cut]).toEqual([150, known + 1, false]);
});

test('a listing that ends before what is known leaves a gap, one that ends with it none', async () => {
  const place = createRedditPlaces(`t3:${known.toString(36)}:${startMs}`).place('t3');
  const signal = new AbortController().signal;
  const newer = Array.from({ length: 1_000 }, (_, i) => known + 1_100 - i);
  const cut = async (numbers: readonly number[]) => {
    const read = await readListing(listing(numbers), '/r/acme/new', 't3', place, signal);
    return read.ok && read.cut;
  };
  expect([await cut(newer), await cut([...newer.slice(1), known])]).toEqual([true, false]);
});
