// What every Bus must do, as a function that each backend's test runs with its own way to open one. `open` twice on
// the same place is a restart.
import { beforeEach, afterEach, describe, expect, test } from 'vitest';
import type { Bus, Emit, Fold, InRecord, Role, SnapshotPart } from '../../shared/bus.ts';
import { partitionOf, topics } from '../../shared/topics.ts';

export interface BusPlace {
  open(): Promise<Bus>;
  remove(): Promise<void>;
}

const text = (value: string) => new TextEncoder().encode(value);
export const words = (records: readonly InRecord[]) => records.map((record) => new TextDecoder().decode(record.value ?? new Uint8Array()));
export const observation = (partition: number, value: string) => ({ topic: topics.observations.name, partition, key: 'k', value: text(value) });

/** A fold that numbers what it read: its outputs show every loss, repeat and reordering. */
function createCounting(part: string): Fold & { restored: number } {
  let count = 0;
  return {
    restored: 0,
    restore(parts: readonly SnapshotPart[]) {
      for (const one of parts) if (one.key === 'count') count = Number(new TextDecoder().decode(one.value));
      this.restored = count;
    },
    fold(record: InRecord, emit: Emit) {
      count++;
      const value = new TextDecoder().decode(record.value!);
      emit({ topic: topics.incidents.name, partition: record.partition, key: part, value: text(`${count} ${value}`) });
    },
    live() {},
    snapshot: () => [{ key: 'count', value: text(String(count)) }],
  };
}

export const counting = (scope: Role['scope']): Role => ({
  name: `counting-${scope}`, input: topics.observations.name, output: topics.incidents.name, scope, create: createCounting,
});

export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}

export async function readAll(bus: Bus, topic: InRecord['topic']): Promise<InRecord[]> {
  const records: InRecord[] = [];
  await new Promise<void>((resolve) => {
    const reader = bus.tail(topic, 'start', (batch) => void records.push(...batch), () => resolve());
    void reader;
  });
  return records;
}

export function busContract(name: string, place: () => Promise<BusPlace>): void {
  describe(`${name}: the Bus contract`, () => {
    let at: BusPlace;
    let bus: Bus;
    beforeEach(async () => {
      at = await place();
      bus = await at.open();
    });
    afterEach(async () => {
      await bus.close();
      await at.remove();
    });
    const restart = async () => {
      await bus.close();
      bus = await at.open();
    };
    const failed = (error: Error) => {
      throw error;
    };

    test('records of a partition are read in the order in which they were written', async () => {
      for (let i = 0; i < 50; i++) await bus.publish([observation(0, `a${i}`), observation(1, `b${i}`)]);
      const records = await readAll(bus, topics.observations.name);
      expect(words(records.filter((record) => record.partition === 0))).toEqual(Array.from({ length: 50 }, (_, i) => `a${i}`));
      expect(words(records.filter((record) => record.partition === 1))).toEqual(Array.from({ length: 50 }, (_, i) => `b${i}`));
    });

    test('the key decides the partition as Kafka does, and headers come back', async () => {
      await bus.publish([{ topic: topics.alerts.name, key: 'whatsapp-1', value: text('x'), headers: { ce_id: 'ü1' } }]);
      const [record] = await readAll(bus, topics.alerts.name);
      expect(record).toMatchObject({ key: 'whatsapp-1', headers: { ce_id: 'ü1' }, partition: partitionOf('whatsapp-1', bus.partitions(topics.alerts.name)) });
    });

    test('a compacted topic keeps the latest of each key, and an erased key is gone', async () => {
      const control = (key: string, value: string | null) => ({ topic: topics.controls.name, key, value: value === null ? null : text(value) });
      await bus.publish([control('a', '1'), control('b', '1'), control('a', '2'), control('b', null)]);
      await restart();
      const latest = await bus.latest(topics.controls.name);
      expect([...latest.keys()]).toEqual(['a']);
      expect(words([latest.get('a')!])).toEqual(['2']);
    });

    test('a role folds each record once across restarts, snapshot or not', async () => {
      const role = counting('partition');
      for (let round = 0; round < 4; round++) {
        const running = await bus.work(role, failed);
        await bus.publish(Array.from({ length: 10 }, (_, i) => observation(0, `r${round}-${i}`)));
        await until(async () => (await readAll(bus, topics.incidents.name)).length === (round + 1) * 10);
        await running.stop();
        await restart();
      }
      const all = words(await readAll(bus, topics.incidents.name));
      expect(all).toEqual(Array.from({ length: 40 }, (_, i) => `${i + 1} r${Math.floor(i / 10)}-${i % 10}`));
    });

    test('a role over a whole topic reads all partitions with one fold', async () => {
      const running = await bus.work(counting('topic'), failed);
      await bus.publish([observation(0, 'x'), observation(1, 'y'), observation(2, 'z')]);
      await until(async () => (await readAll(bus, topics.incidents.name)).length === 3);
      expect(words(await readAll(bus, topics.incidents.name)).map((word) => word.split(' ')[0]).toSorted()).toEqual(['1', '2', '3']);
      await running.stop();
    });

    test('a fold that goes live is shown what its output already holds', async () => {
      const role = counting('partition');
      const first = await bus.work(role, failed);
      await bus.publish([observation(0, 'one'), observation(1, 'two')]);
      await until(async () => (await readAll(bus, topics.incidents.name)).length === 2);
      await first.stop();
      await restart();
      const shown = new Map<string, string[]>();
      const second = await bus.work(
        { ...role, create: (part) => ({ ...createCounting(part), live: (published) => void shown.set(part, words(published)) }) },
        failed,
      );
      await until(() => shown.size === bus.partitions(topics.observations.name));
      expect(shown.get('0')).toEqual(['1 one']);
      expect(shown.get('1')).toEqual(['1 two']);
      await second.stop();
    });

    test('a fold that throws stops with its error, and what it did not commit is folded again', async () => {
      const errors: Error[] = [];
      let broken = true;
      const role: Role = {
        ...counting('partition'),
        create(part) {
          const inner = createCounting(part);
          return { ...inner, fold: (record, emit) => { if (broken) throw new Error('broken state'); inner.fold(record, emit); } };
        },
      };
      const first = await bus.work(role, (error) => errors.push(error));
      await bus.publish([observation(0, 'one')]);
      await until(() => errors.length === 1);
      expect(errors[0]!.message).toBe('broken state');
      await first.stop();
      await restart();
      broken = false;
      const second = await bus.work(role, failed);
      await until(async () => (await readAll(bus, topics.incidents.name)).length === 1);
      expect(words(await readAll(bus, topics.incidents.name))).toEqual(['1 one']);
      await second.stop();
    });

    test('a tail from now sees what comes after it, once', async () => {
      await bus.publish([observation(0, 'before')]);
      const seen: string[] = [];
      const tail = bus.tail(topics.observations.name, 'now', (batch) => void seen.push(...words(batch)));
      await bus.publish([observation(0, 'after')]);
      await until(() => seen.length > 0);
      expect(seen).toEqual(['after']);
      await tail.stop();
    });

    test('progress tells the lag of each fold', async () => {
      await bus.publish([observation(0, 'a'), observation(0, 'b')]);
      const running = await bus.work(counting('partition'), failed);
      // they may begin one after the other
      await until(() => bus.progress().length === bus.partitions(topics.observations.name) && bus.progress().every((one) => one.live && one.lag === 0));
      expect(bus.progress().map((one) => one.part).toSorted()).toEqual(Array.from({ length: bus.partitions(topics.observations.name) }, (_, p) => String(p)));
      await running.stop();
    });

    test('the last to open a writer of a name is the only one', async () => {
      const first = await bus.writer('a source');
      const other = await bus.writer('another source');
      await first.publish([observation(0, 'from the first')]);
      const second = await bus.writer('a source');
      await expect(first.publish([observation(0, 'too late'), observation(1, 'too late')])).rejects.toMatchObject({ code: 'fenced', retry: false });
      await second.publish([observation(0, 'from the second')]);
      await other.publish([observation(0, 'from another')]);
      expect(words(await readAll(bus, topics.observations.name))).toEqual(['from the first', 'from the second', 'from another']);
      await Promise.all([first, second, other].map((one) => one.close()));
    });

    test('close can be called twice and a closed log says so', async () => {
      await bus.close();
      await bus.close();
      await expect(bus.publish([observation(0, 'x')])).rejects.toMatchObject({ code: 'closed' });
    });
  });
}
