// Snapshots of the state version before: what is told after such a one is restored is what would have been told.
import { expect, test } from 'vitest';
import type { SnapshotPart } from '../shared/bus.ts';
import type { IncidentEvent } from '../shared/incident.ts';
import { arrivals, createRandom, foldFrame, framesOf, hourMs, minuteMs, monday, newDetector, type Run } from './detector.fixture.ts';
import { runOf } from './cusum.ts';
import type { Ids } from './seen-posts.ts';
import { decodeStored, type StoredWatch } from './watch-stored.ts';

const floats = (array: Float32Array): string => Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64');

/** A watch in the bytes of version 4: a ring of 120 minutes of 11 floats, and each statistic an object. */
function asVersion4({ bank, volume, active, scatterToLearn, ...watch }: StoredWatch): Uint8Array {
  const runs = (of: StoredWatch['bank']) => [0, 1, 2, 3, 4, 5].map((i) => {
    const { taught: _taught, ...run } = runOf(of, i);
    return run;
  });
  const ring = new Float32Array(120 * 11);
  const { unlearnt = [], minutes = { last: 0, rows: [] }, seen, ...rest } = active ?? {};
  const ids = (of: Ids | undefined) => new Set((of?.table ?? []).filter((id) => id !== 0));
  const heard = { slot: seen?.slot, now: ids(seen?.now), before: ids(seen?.before) };
  for (let at = 0; at < minutes.rows.length; at += 7) ring.set(minutes.rows.slice(at + 1, at + 7), (minutes.rows[at]! % 120) * 11);
  for (const [until = 0, , , , , ...lagging] of unlearnt) ring.set([1, ...lagging], ((until / minuteMs - 1) % 120) * 11 + 6);
  const learntTo = (unlearnt[0]?.[0] ?? minutes.last + minuteMs) - minuteMs;
  const scatter = Array.from({ length: scatterToLearn.length / 4 }, (_, i) => scatterToLearn.slice(4 * i, 4 * i + 4));
  const older = { ...watch, scatterToLearn: scatter, learntTo, bank: runs(bank), volume: runs(volume), active: active === null ? null : { ...rest, seen: heard, minutes: { last: minutes.last, values: ring } } };
  return new TextEncoder().encode(JSON.stringify(older, (_key, value: unknown) => {
    if (value instanceof Map) return { $map: [...value] };
    if (value instanceof Set) return { $set: [...value] };
    return value instanceof Float32Array ? { $f32: floats(value) } : value;
  }));
}

function older(part: SnapshotPart): SnapshotPart {
  const text = new TextDecoder().decode(part.value);
  if (part.key === 'fold') return { key: part.key, value: new TextEncoder().encode(JSON.stringify({ ...(JSON.parse(text) as object), v: 4 })) };
  return part.key.startsWith('watch/') ? { key: part.key, value: asVersion4(decodeStored(text) as StoredWatch) } : part;
}

const onset = monday + 29 * hourMs;
const posts = ['acme', 'bolt']
  .flatMap((service, i) => arrivals(createRandom(51 + i), monday, monday + 31 * hourMs, (t) => (i === 0 && t >= onset ? 5 : 0.3), 5)
    .map((ts, n) => ({ ts, service, id: `${service}-${n}`, author: `${service}-${n}`, ...(n % 3 === 0 ? { text: `talk of ${n}` } : {}) })))
  .sort((a, b) => a.ts - b.ts);
const frames = framesOf(posts, { size: 5 });
// version 4 rounded what is expected of a minute to floats
const bare = ({ change, at, seq, incident: { signal, expected: _expected, ...rest } }: IncidentEvent): unknown => [change, at, seq, signal.rule, signal.since, rest];
const empty = (): Run => ({ events: [], evidence: [], rollups: [], records: [] });

test('a snapshot of version 4, taken before or during an incident, goes on as if nothing had happened', () => {
  for (const stop of [onset - 7 * minuteMs, onset + 20 * minuteMs]) {
    const here = frames.findIndex((frame) => frame.watermark > stop);
    const first = newDetector({}, ['acme', 'bolt']);
    first.restore([]);
    frames.slice(0, here).forEach((frame, i) => foldFrame(first, frame, i, empty()));
    const restored = newDetector({}, ['acme', 'bolt']);
    // in whatever order the parts come
    restored.restore(first.snapshot().map(older).toReversed());
    const [told, wanted] = [empty(), empty()];
    frames.slice(here).forEach((frame, i) => {
      foldFrame(restored, frame, i, told);
      foldFrame(first, frame, i, wanted);
    });
    expect(wanted.events.length).toBeGreaterThan(0);
    expect(told.events.map(bare)).toEqual(wanted.events.map(bare));
    expect(told.rollups.map((r) => r.observed)).toEqual(wanted.rollups.map((r) => r.observed));
  }
});

test('a snapshot of a version that nobody knows is refused', () => {
  const detector = newDetector();
  detector.restore([]);
  for (const v of [3, 6, undefined]) {
    const parts = detector.snapshot().map((part) => (part.key === 'fold' ? { ...part, value: new TextEncoder().encode(JSON.stringify({ v })) } : part));
    expect(() => newDetector().restore(parts)).toThrow(/version/);
  }
});

test('a tally that a stranger named like a mark of the encoding comes back as a tally', () => {
  const langs = ['$map', '$set', '$f32', '$f64', '__proto__'];
  const marked = framesOf([{ ts: monday }, ...langs.map((lang, i) => ({ ts: monday + minuteMs + i, lang }))], { size: 1, beatMs: 10_000, end: monday + 1.5 * minuteMs }).slice(0, -1);
  const detector = newDetector();
  detector.restore([]);
  marked.forEach((frame, i) => foldFrame(detector, frame, i, empty()));
  const parts = detector.snapshot();
  expect(parts.some((part) => new TextDecoder().decode(part.value).includes('"$map":1'))).toBe(true);
  const again = newDetector();
  again.restore(parts);
  expect(again.snapshot()).toEqual(parts);
});
