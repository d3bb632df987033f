import pino from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Writer } from '../shared/bus.ts';
import { topics } from '../shared/topics.ts';
import { openEmbedded, type Embedded } from './backends/index.ts';
import { createHold, type Hold } from './holding.ts';

let embedded: Embedded;
let broken: Error[];

beforeEach(() => {
  embedded = openEmbedded({ file: ':memory:', partitions: 1, mode: 'own', maxBytes: null });
  broken = [];
});
afterEach(() => embedded.bus.close());

/** A worker: another holder on the same log and store. Its lease outlasts any pause of this process unless a test says otherwise. */
const worker = (holder: string, store = embedded.store, leaseMs = 600_000): Hold =>
  createHold({ bus: embedded.bus, store, holder, patienceMs: 0, log: pino({ level: 'silent' }), failed: (error) => broken.push(error), pace: { leaseMs, renewMs: 10 } });

const soon = { timeout: 30_000 };

const note = (text: string) => ({ topic: topics.observations.name, key: 'k', value: new TextEncoder().encode(text) });

/** What is held: says when it began and ended, and keeps its pen. */
function work(said: string[], name: string, pens: Writer[] = []) {
  return async ({ writer }: { writer: Writer }) => {
    said.push(`${name} begins`);
    pens.push(writer);
    return {
      async stop() {
        said.push(`${name} ends`);
      },
    };
  };
}

test('of two workers one holds, and the other takes over when it stops', async () => {
  const said: string[] = [];
  const first = await worker('a')('the source', work(said, 'a'));
  const second = await worker('b')('the source', work(said, 'b'));
  expect([first.held(), second.held()]).toEqual([true, false]);
  await first.stop();
  await expect.poll(() => second.held(), soon).toBe(true);
  await second.stop();
  expect(said).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  expect(broken).toEqual([]);
}, 60_000);

test('a worker that can not renew in time is followed, writes nothing more and stands by again', async () => {
  const said: string[] = [];
  const pens: Writer[] = [];
  let asleep = false;
  const { store } = embedded;
  const asleepStore = { ...store, lease: (...call: Parameters<typeof store.lease>) => (asleep ? Promise.reject(new Error('no answer')) : store.lease(...call)) };
  const first = await worker('a', asleepStore, 60)('the source', work(said, 'a', pens));
  await pens[0]!.publish([note('from a')]);
  asleep = true;
  const second = await worker('b')('the source', work(said, 'b'));
  await expect.poll(() => second.held(), soon).toBe(true);
  // it does not know yet: the store said nothing
  expect(first.held()).toBe(true);
  await expect(pens[0]!.publish([note('too late')])).rejects.toMatchObject({ code: 'fenced' });
  asleep = false;
  await expect.poll(() => first.held(), soon).toBe(false);
  await second.stop();
  await expect.poll(() => first.held(), soon).toBe(true);
  await first.stop();
  expect(said).toEqual(['a begins', 'b begins', 'a ends', 'b ends', 'a begins', 'a ends']);
  expect(broken).toEqual([]);
}, 90_000);

test('a holder that dies is followed within 15 s, by the pace of workers and the patience of a cluster, whenever it dies', async () => {
  vi.useFakeTimers();
  const { bus, store } = openEmbedded({ file: ':memory:', partitions: 1, mode: 'own', maxBytes: null }, () => Date.now());
  try {
    const took: number[] = [];
    for (let phaseMs = 0; phaseMs < 2_000; phaseMs += 250) {
      let dead = false;
      const mortal = { ...store, lease: (...call: Parameters<typeof store.lease>) => (dead ? Promise.reject(new Error('dead')) : store.lease(...call)) };
      const hold = (holder: string, its: typeof store) =>
        createHold({ bus, store: its, holder, patienceMs: 3_000, log: pino({ level: 'silent' }), failed: (error) => broken.push(error) })('the source', work([], holder));
      const first = await hold('a', mortal);
      await vi.advanceTimersByTimeAsync(10_000);
      const second = await hold('b', store);
      await vi.advanceTimersByTimeAsync(20_000 + phaseMs);
      expect([first.held(), second.held()]).toEqual([true, false]);
      dead = true;
      const diedAt = Date.now();
      while (!second.held() && Date.now() - diedAt < 60_000) await vi.advanceTimersByTimeAsync(50);
      took.push(Date.now() - diedAt);
      const stops = Promise.all([first.stop(), second.stop()]);
      await vi.advanceTimersByTimeAsync(10_000);
      await stops;
    }
    expect(took.filter((ms) => ms > 15_000)).toEqual([]);
    expect(broken).toEqual([]);
    await bus.close();
  } finally {
    vi.useRealTimers();
  }
});

test('what can not be begun is told to who asked for it', async () => {
  await expect(worker('a')('the source', () => Promise.reject(new Error('no such file')))).rejects.toThrow('no such file');
});
