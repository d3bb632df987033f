import { expect, test } from 'vitest';
import type { Frame, SourceState } from '../shared/frame.ts';
import { mentionOf } from './detector.fixture.ts';
import { createTimeline, type Item, type Timeline } from './timeline.ts';

function frame(source: string, watermark: number, times: number[] = [], state: SourceState = 'live'): Frame {
  return {
    v: 1, source, instance: 'i', epoch: 1, seq: watermark, state, filtered: true, watermark, cursor: '', notices: [], deletions: [],
    reads: times.map((ts) => [Math.floor(ts / 1000), 1] as [number, number]), mentions: times.map((ts) => mentionOf({ ts, id: `${source}${ts}` }, ts)),
  };
}

function take(timeline: Timeline): string[] {
  const out: string[] = [];
  for (let item: Item | undefined; (item = timeline.next(timeline.watermark()!)) !== undefined; ) if (item.kind === 'mention') out.push(item.id);
  return out;
}

test('mentions come out in event order, strictly before the least watermark of the live sources', () => {
  const timeline = createTimeline();
  timeline.accept(frame('a', 100_000, [90_000, 70_000, 100_000]));
  timeline.accept(frame('b', 80_000, [79_000, 85_000]));
  expect(timeline.watermark()).toBe(100_000);
  expect(take(timeline)).toEqual(['a70000', 'a90000']);
  timeline.accept(frame('b', 150_000, [140_000]));
  timeline.accept(frame('a', 120_000));
  expect(timeline.watermark()).toBe(120_000);
  expect(take(timeline)).toEqual(['a100000']);
});

test('what a source that catches up brings from before the watermark is backfill', () => {
  const timeline = createTimeline();
  timeline.accept(frame('a', 100_000, [50_000]));
  const backfill = timeline.accept(frame('b', 60_000, [40_000, 30_000], 'catching-up'));
  expect(backfill.flatMap((item) => (item.kind === 'mention' ? [item.id] : []))).toEqual(['b30000', 'b40000']);
  expect(timeline.watermark()).toBe(100_000);
});

test('a blind source leaves the minimum; when no other is live, time stands still', () => {
  const timeline = createTimeline();
  timeline.accept(frame('a', 100_000));
  timeline.accept(frame('b', 100_000));
  timeline.accept(frame('a', 110_000, [], 'blind'));
  timeline.accept(frame('b', 200_000));
  expect(timeline.watermark()).toBe(200_000);
  expect(timeline.blind()).toBe(false);
  timeline.accept(frame('b', 300_000, [], 'blind'));
  expect(timeline.watermark()).toBe(200_000);
  expect(timeline.blind()).toBe(true);
});

test('a source that ended with nothing to follow has its watermark past its last post, and everything comes out', () => {
  const timeline = createTimeline();
  timeline.accept(frame('a', 100_000, [99_000, 105_000]));
  timeline.accept(frame('a', 105_001, [], 'closed'));
  expect(timeline.start()).toBe(60_000);
  expect(take(timeline)).toEqual(['a99000', 'a105000']);
});

test('a source that was stopped in the middle keeps what an earlier post may still precede', () => {
  const timeline = createTimeline();
  timeline.accept(frame('a', 100_000, [99_000, 102_000]));
  timeline.accept(frame('a', 100_000, [], 'closed'));
  expect(take(timeline)).toEqual(['a99000']);
  timeline.accept(frame('a', 104_000, [101_000, 106_000]));
  expect(take(timeline)).toEqual(['a101000', 'a102000']);
  const young = createTimeline();
  young.accept(frame('a', 100_000, [102_000]));
  young.accept(frame('a', 100_000, [], 'closed'));
  expect(young.start()).toBe(null);
});

test('states at one watermark come out in the order in which they came', () => {
  const timeline = createTimeline();
  const states: SourceState[] = ['live', 'closed', 'live', 'closed', 'catching-up', 'blind', 'live', 'closed', 'live'];
  for (const state of states) timeline.accept(frame('a', 100_000, [], state));
  const copy = createTimeline(JSON.parse(JSON.stringify(timeline.encode())));
  for (const one of [timeline, copy]) {
    one.accept(frame('a', 100_000, [], 'closed'));
    const out: SourceState[] = [];
    for (let item: Item | undefined; (item = one.next(Infinity)) !== undefined; ) if (item.kind === 'state') out.push(item.state);
    expect(out).toEqual([...states, 'closed']);
  }
});

test('a gap that begins where the source was stopped is blind, not closed', () => {
  const timeline = createTimeline();
  timeline.accept(frame('a', 100_000));
  timeline.accept(frame('a', 100_000, [], 'closed'));
  timeline.accept({ ...frame('a', 200_000), gap: { from: 100_000, to: 190_000 } });
  const out: [number, SourceState][] = [];
  for (let item: Item | undefined; (item = timeline.next(200_000)) !== undefined; ) if (item.kind === 'state') out.push([item.at, item.state]);
  expect(out.slice(1)).toEqual([[100_000, 'closed'], [100_000, 'blind'], [190_000, 'live']]);
});

test('the watermark never goes back, and a timeline made of what it encodes goes on alike', () => {
  const timeline = createTimeline();
  timeline.accept(frame('a', 100_000, [120_000, 110_000]));
  const copy = createTimeline(JSON.parse(JSON.stringify(timeline.encode())));
  for (const one of [timeline, copy]) {
    one.accept(frame('a', 90_000));
    expect(one.watermark()).toBe(100_000);
    one.accept(frame('a', 130_000));
    expect(take(one)).toEqual(['a110000', 'a120000']);
  }
});
