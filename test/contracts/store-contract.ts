// What every Store must do, as a function that each backend's test runs with its own way to open one.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Store } from '../../shared/store.ts';

export interface StorePlace {
  /** Stores on the same place see the same entries. */
  readonly store: Store;
  /** Lets `ms` pass on the clock that the Store's times to live follow. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

const hour = 3_600_000;

export function storeContract(name: string, open: () => Promise<StorePlace>): void {
  describe(`${name}: the Store contract`, () => {
    let place: StorePlace;
    let store: Store;
    beforeEach(async () => {
      place = await open();
      store = place.store;
    });
    afterEach(() => place.close());

    test('a value is read as it was set, and one never set is undefined', async () => {
      const value = 'ü\u0000\r\n"\\\u{1f4a5}' + 'x'.repeat(100_000);
      await store.set('a', value, hour);
      await store.set('empty', '', hour);
      expect(await store.get('a')).toBe(value);
      expect(await store.get('empty')).toBe('');
      expect(await store.get('b')).toBeUndefined();
    });

    test('the last value of a key stands, with its own time to live', async () => {
      await store.set('a', 'old', 60_000);
      await store.set('a', 'new', hour);
      await place.pass(60_000);
      expect(await store.get('a')).toBe('new');
    });

    test('a value past its time is gone from get and from entries', async () => {
      await store.set('s/short', '1', 60_000);
      await store.set('s/long', '2', hour);
      await place.pass(60_000);
      expect(await store.get('s/short')).toBeUndefined();
      expect([...(await store.entries('s/')).keys()]).toEqual(['s/long']);
    });

    test('a time to live of nothing keeps nothing, a broken or endless one is no error', async () => {
      await store.set('a', 'before', hour);
      await store.set('a', 'now', 0);
      await store.set('b', 'forever', Number.MAX_SAFE_INTEGER);
      await store.set('c', 'fraction', 99_999.5);
      expect(await store.get('a')).toBeUndefined();
      expect(await store.get('b')).toBe('forever');
      expect(await store.get('c')).toBe('fraction');
    });

    test('a deleted key is gone, and deleting what is not there is no error', async () => {
      await store.set('a', '1', hour);
      await store.delete('a');
      await store.delete('never');
      expect(await store.get('a')).toBeUndefined();
    });

    test('entries come in the order of their keys, only under the prefix, and without the prefix all', async () => {
      for (const key of ['s/b', 's/a10', 's/a', 't/a', 's', 's/\u{1f4a5}', 's/\uffee', 's/é']) await store.set(key, `v-${key}`, hour);
      const found = await store.entries('s/');
      expect([...found]).toEqual(['s/a', 's/a10', 's/b', 's/é', 's/\uffee', 's/\u{1f4a5}'].map((key) => [key, `v-${key}`]));
      expect((await store.entries('')).size).toBe(8);
      expect((await store.entries('u')).size).toBe(0);
    });

    test('signs in a prefix are signs, never patterns', async () => {
      for (const prefix of ['*', '?', '[ab]', '[^a]', 'a\\', '\\*', '%', '_', "a'", 'a-z]', '{x}']) {
        await store.set(`${prefix}key`, prefix, hour);
      }
      await store.set('akey', 'plain', hour);
      for (const prefix of ['*', '?', '[ab]', '[^a]', 'a\\', '\\*', '%', '_', "a'", 'a-z]', '{x}']) {
        expect([...(await store.entries(prefix))]).toEqual([[`${prefix}key`, prefix]]);
      }
    });

    test('many entries are all found, each once', async () => {
      await Promise.all(Array.from({ length: 5_000 }, (_, i) => store.set(`many/${i}`, String(i), hour)));
      const found = await store.entries('many/');
      expect(found.size).toBe(5_000);
      expect([...found].every(([key, value]) => key === `many/${value}`)).toBe(true);
    });

    test('a counter starts at one, grows by one at a time for all who count at once, and ends after its first step\'s time', async () => {
      const counts = await Promise.all(Array.from({ length: 200 }, () => store.increment('c', 1_800_000)));
      expect(counts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
      await place.pass(600_000);
      expect(await store.increment('c', hour)).toBe(201);
      await place.pass(1_200_000);
      expect(await store.increment('c', hour)).toBe(1);
    });

    test('a lease has one holder, who may renew it, and another only after its end', async () => {
      expect(await store.lease('pen', 'one', 900_000)).toBe(true);
      expect(await store.lease('pen', 'two', 900_000)).toBe(false);
      await place.pass(540_000);
      expect(await store.lease('pen', 'one', 900_000)).toBe(true);
      await place.pass(540_000);
      expect(await store.lease('pen', 'two', 900_000)).toBe(false);
      expect(await store.lease('other pen', 'two', 900_000)).toBe(true);
      await place.pass(540_000);
      expect(await store.lease('pen', 'two', 900_000)).toBe(true);
      expect(await store.lease('pen', 'one', 900_000)).toBe(false);
    });

    test('of many who ask at once one gets the lease', async () => {
      const got = await Promise.all(Array.from({ length: 50 }, (_, i) => store.lease('pen', `worker ${i}`, hour)));
      expect(got.filter(Boolean)).toHaveLength(1);
    });

    test('a lease that its holder gives back is free at once, and nobody else gives it back', async () => {
      await store.lease('pen', 'one', hour);
      await store.release('pen', 'two');
      expect(await store.lease('pen', 'two', hour)).toBe(false);
      await store.release('pen', 'one');
      await store.release('pen', 'one');
      expect(await store.lease('pen', 'two', hour)).toBe(true);
    });

    test('a lease is no entry', async () => {
      await store.lease('pen', 'one', hour);
      await store.set('pen', 'word', hour);
      expect([...(await store.entries(''))]).toEqual([['pen', 'word']]);
      expect(await store.lease('pen', 'two', hour)).toBe(false);
    });
  });
}
