// The embedded backend against the Bus contract, and what only a file can suffer.
import { mkdtempSync, rmSync, writeFileSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { backupFile, openEmbedded, restoreFile } from '../infra/backends/index.ts';
import type { Bus, Fold, Role } from '../shared/bus.ts';
import { topics } from '../shared/topics.ts';
import { busContract } from './contracts/bus-contract.ts';

const options = (file: string) => ({ file, partitions: 4, mode: 'own' as const, maxBytes: null });
const folder = () => mkdtempSync(join(tmpdir(), 'outcry-'));

busContract('embedded', async () => {
  const place = folder();
  return {
    open: async () => openEmbedded(options(join(place, 'outcry.db'))).bus,
    remove: async () => rmSync(place, { recursive: true }),
  };
});

test('a second instance on the same file is refused with what to do, and the first goes on', async () => {
  const file = join(folder(), 'outcry.db');
  const first = openEmbedded(options(file));
  expect(() => openEmbedded(options(file))).toThrow(/another Outcry runs on .*stop it first/);
  await first.bus.publish([{ topic: topics.observations.name, partition: 0, key: 'k', value: new Uint8Array([1]) }]);
  await first.bus.close();
  const again = openEmbedded(options(file));
  await again.bus.close();
});

test('a damaged file is refused by name with the way back, and is not touched', () => {
  const file = join(folder(), 'outcry.db');
  writeFileSync(file, 'this is no database, and it is long enough to be read as one'.repeat(200));
  const before = readFileSync(file);
  expect(() => openEmbedded(options(file))).toThrow(/damaged.*outcry restore/);
  expect(readFileSync(file).equals(before)).toBe(true);
});

test('a file with another number of partitions is refused', async () => {
  const file = join(folder(), 'outcry.db');
  await openEmbedded(options(file)).bus.close();
  expect(() => openEmbedded({ ...options(file), partitions: 8 })).toThrow(/has 4 partitions/);
});

test('a full database refuses with a reason, keeps what it accepted and goes on once there is room', async () => {
  const file = join(folder(), 'outcry.db');
  const record = (i: number) => ({ topic: topics.observations.name, partition: 0, key: 'k', value: new Uint8Array(10_000).fill(i % 256) });
  const small = openEmbedded({ ...options(file), maxBytes: 1 << 20 });
  let accepted = 0;
  const refusal = await (async () => {
    for (let i = 0; i < 1_000; i++) {
      try {
        await small.bus.publish([record(i)]);
        accepted++;
      } catch (error) {
        return error;
      }
    }
    return undefined;
  })();
  expect(refusal).toMatchObject({ code: 'full', retry: true });
  expect((refusal as Error).message).toMatch(/no room left.*maxMegabytes/);
  await expect(small.bus.check()).rejects.toMatchObject({ code: 'full' });
  await small.bus.close();
  const roomy = openEmbedded(options(file));
  const seen: number[] = [];
  await new Promise<void>((resolve) => void roomy.bus.tail(topics.observations.name, 'start', (batch) => void seen.push(...batch.map((one) => one.value![0]!)), resolve));
  expect(seen).toEqual(Array.from({ length: accepted }, (_, i) => i % 256));
  await roomy.bus.publish([record(accepted)]);
  await roomy.bus.close();
});

const readBytes = async (file: string): Promise<number[]> => {
  const opened = openEmbedded(options(file));
  const seen: number[] = [];
  await new Promise<void>((resolve) => void opened.bus.tail(topics.observations.name, 'start', (batch) => void seen.push(...batch.map((one) => one.value![0]!)), resolve));
  await opened.bus.close();
  return seen;
};
const byte = (i: number) => ({ topic: topics.observations.name, partition: 0, key: 'k', value: new Uint8Array([i]) });

test('a backup taken while records are written holds a prefix of them, and a restore brings it back', async () => {
  const place = folder();
  const file = join(place, 'outcry.db');
  const copy = join(place, 'copy.db');
  const live = openEmbedded(options(file));
  const writes: Promise<void>[] = [];
  for (let i = 0; i < 100; i++) writes.push(live.bus.publish([byte(i)]));
  await writes[40];
  const after = Promise.all(Array.from({ length: 100 }, (_, i) => live.bus.publish([byte(100 + i)])));
  backupFile(file, copy);
  await after;
  expect(() => restoreFile(copy, file, 4)).toThrow(/stop it/);
  await live.bus.close();
  const kept = await readBytes(file);
  expect(kept).toHaveLength(200);
  restoreFile(copy, file, 4);
  const restored = await readBytes(file);
  expect(restored.length).toBeGreaterThanOrEqual(41);
  expect(restored).toEqual(kept.slice(0, restored.length));
  expect(() => backupFile(file, copy)).toThrow(/is there already/);
  rmSync(place, { recursive: true });
});

test('a damaged backup is refused before anything is touched', async () => {
  const place = folder();
  const file = join(place, 'outcry.db');
  const live = openEmbedded(options(file));
  await live.bus.publish([byte(7)]);
  await live.bus.close();
  writeFileSync(join(place, 'bad.db'), 'not a database'.repeat(1_000));
  expect(() => restoreFile(join(place, 'bad.db'), file, 4)).toThrow(/damaged/);
  expect(await readBytes(file)).toEqual([7]);
  rmSync(place, { recursive: true });
});

test('what is past its retention goes, and what a role must still replay from its snapshot stays', async () => {
  const place = folder();
  const file = join(place, 'outcry.db');
  const day = 24 * 3_600_000;
  const record = (topic: 'outcry.observations' | 'outcry.incidents', key: string) => ({ topic, partition: 0, key, value: new Uint8Array([1]) });
  let now = 1_000 * day;
  const reopen = () => openEmbedded(options(file), () => now).bus;
  const keys = async (bus: ReturnType<typeof reopen>, topic: 'outcry.observations' | 'outcry.incidents') => {
    const seen: string[] = [];
    await new Promise<void>((resolve) => void bus.tail(topic, 'start', (batch) => void seen.push(...batch.map((one) => one.key)), resolve));
    return seen;
  };
  const first = reopen();
  await first.publish([record(topics.observations.name, 'old'), record(topics.incidents.name, 'progress'), record(topics.incidents.name, 'whatsapp')]);
  await first.close();
  now += 2 * 3_600_000;
  const second = reopen();
  expect(await keys(second, topics.incidents.name)).toEqual(['whatsapp']);
  expect(await keys(second, topics.observations.name)).toEqual(['old']);
  await second.close();
  now += 4 * day;
  const third = reopen();
  expect(await keys(third, topics.observations.name)).toEqual([]);
  // a role whose snapshot stands before it still needs this one
  const slow = await third.work(
    { name: 'slow', input: topics.observations.name, output: topics.incidents.name, scope: 'topic', create: () => ({ restore() {}, fold() {}, live() {}, snapshot: () => [] }) },
    (error) => { throw error; },
  );
  await third.publish([record(topics.observations.name, 'one')]);
  await until(() => third.progress().every(({ live, lag }) => live && lag === 0));
  await slow.stop();
  await third.publish([record(topics.observations.name, 'unread')]);
  await third.close();
  now += 4 * day;
  const fourth = reopen();
  expect(await keys(fourth, topics.observations.name)).toEqual(['unread']);
  await fourth.close();
  rmSync(place, { recursive: true });
});

test('a role that has had nothing to do for days keeps no other topic from being pruned', async () => {
  const place = folder();
  const file = join(place, 'outcry.db');
  const day = 24 * 3_600_000;
  let now = 1_000 * day;
  const reopen = () => openEmbedded(options(file), () => now).bus;
  const idle: Fold = { restore() {}, fold() {}, live() {}, snapshot: () => [] };
  const roles: Role[] = [
    { name: 'reader', input: topics.observations.name, output: topics.incidents.name, scope: 'partition', create: () => idle },
    { name: 'quiet', input: topics.alerts.name, output: topics.deliveries.name, scope: 'topic', create: () => idle },
  ];
  const live = async (bus: Bus) => {
    const running = await Promise.all(roles.map((role) => bus.work(role, (error) => { throw error; })));
    await until(() => bus.progress().every((one) => one.live && one.lag === 0));
    return async () => {
      for (const one of running) await one.stop();
      await bus.close();
    };
  };
  const first = reopen();
  await first.publish([{ topic: topics.alerts.name, key: 'a', value: new Uint8Array([1]) }, byte(1)]);
  await (await live(first))();
  now += day;
  const second = reopen();
  await second.publish([byte(2)]);
  await (await live(second))();
  now += 4 * day;
  await reopen().close();
  expect(await readBytes(file)).toEqual([]);
  rmSync(place, { recursive: true });
});

test('a restore on a fresh machine makes its folder, and a backup that is not there is named', async () => {
  const place = folder();
  const live = openEmbedded(options(join(place, 'outcry.db')));
  await live.bus.publish([byte(9)]);
  backupFile(join(place, 'outcry.db'), join(place, 'copy.db'));
  await live.bus.close();
  expect(() => restoreFile(join(place, 'nosuch.db'), join(place, 'new', 'outcry.db'), 4)).toThrow(/there is no .*nosuch\.db/);
  restoreFile(join(place, 'copy.db'), join(place, 'new', 'outcry.db'), 4);
  expect(await readBytes(join(place, 'new', 'outcry.db'))).toEqual([9]);
  rmSync(place, { recursive: true });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
