import { expect, test } from 'vitest';
import { decodeAlert } from '../shared/alert.ts';
import type { InRecord, OutRecord, SnapshotPart } from '../shared/bus.ts';
import type { IncidentRecord } from '../shared/incident.ts';
import { anEvent, evening } from '../test/fakes/incidents.ts';
import { createHold } from './hold.ts';
import { dealHold } from './repartition.ts';

const record = (partition: number, value: IncidentRecord): InRecord => ({ topic: 'outcry.incidents', partition, offset: 0, key: 'k', value: new TextEncoder().encode(JSON.stringify(value)), headers: {} });
const progress = (at: number): IncidentRecord => ({ v: 1, kind: 'progress', at });

function hold(partitions: number, parts: readonly SnapshotPart[] = []) {
  const fold = createHold({ services: [], partitions, dropped: () => {} });
  fold.restore(parts);
  fold.live([], () => {});
  return fold;
}

function changesOf(out: readonly OutRecord[]): string[] {
  return out.map(({ value }) => {
    const decoded = decodeAlert(value!);
    return 'alert' in decoded ? decoded.alert.change : decoded.reason;
  });
}

test('what hold holds back over a change of partitions is told once, when each new partition is past it', () => {
  const out: OutRecord[] = [];
  const before = hold(2);
  for (const one of [record(0, anEvent(1, 'suspected', evening)), record(0, progress(evening + 5)), record(1, progress(evening + 5)), record(0, anEvent(2, 'confirmed', evening + 9)), record(0, progress(evening + 20))]) before.fold(one, (emitted) => out.push(emitted));
  expect(changesOf(out)).toEqual(['suspected']);
  const dealt = dealHold(before.snapshot(), 3);
  const after = hold(3, 'parts' in dealt ? dealt.parts : []);
  for (const partition of [0, 1]) after.fold(record(partition, progress(evening + 30)), (emitted) => out.push(emitted));
  expect(changesOf(out)).toEqual(['suspected']);
  after.fold(record(2, progress(evening + 30)), (emitted) => out.push(emitted));
  expect(changesOf(out)).toEqual(['suspected', 'confirmed']);
  after.fold(record(2, anEvent(2, 'confirmed', evening + 9)), (emitted) => out.push(emitted));
  for (const partition of [0, 1, 2]) after.fold(record(partition, progress(evening + 40)), (emitted) => out.push(emitted));
  expect(out).toHaveLength(2);
});

test('the same number of partitions keeps the bytes, and a partition that never spoke leaves all unspoken', () => {
  const quiet = hold(2);
  quiet.fold(record(0, progress(evening)), () => {});
  const parts = quiet.snapshot();
  expect(dealHold(parts, 2)).toEqual({ parts });
  const dealt = dealHold(parts, 3);
  expect('parts' in dealt && JSON.parse(new TextDecoder().decode(dealt.parts[0]!.value))).toMatchObject({ merge: { progress: [null, null, null] } });
  expect(dealHold([], 3)).toEqual({ parts: [] });
});

test("a state of hold that nobody knows is refused", () => {
  const part = (text: string): SnapshotPart[] => [{ key: 'hold', value: new TextEncoder().encode(text) }];
  expect(dealHold(part('{"v":3,"merge":{"progress":[1],"waiting":[]}}'), 3)).toEqual({ reason: 'hold has a state of version 3, and only 1 and 2 can be dealt anew' });
  expect(dealHold(part('torn'), 3)).toMatchObject({ reason: expect.stringMatching(/can't be read/) });
  expect(dealHold([...part('{}'), { key: 'drafts', value: new Uint8Array() }], 3)).toMatchObject({ reason: expect.stringMatching(/`drafts`/) });
});
