import { expect, test } from 'vitest';
import type { Frame, SourceState } from '../shared/frame.ts';
import { noticeOf, pageFrame, tallyFrame } from './beside.fixture.ts';
import { mentionOf } from './detector.fixture.ts';
import { createTimeline, type Timeline } from './timeline.ts';

const minuteMs = 60_000;

function posts(watermark: number, times: number[] = [], state: SourceState = 'live'): Frame {
  return {
    v: 1, source: 'posts', instance: 'i', epoch: 1, seq: watermark, state, filtered: true, watermark, cursor: '', notices: [], deletions: [],
    reads: times.map((ts) => [Math.floor(ts / 1000), 1] as [number, number]), mentions: times.map((ts) => mentionOf({ ts }, ts)),
  };
}

function words(timeline: Timeline, before = Infinity): [string, number][] {
  const out: [string, number][] = [];
  for (let word = timeline.nextWord(before); word !== undefined; word = timeline.nextWord(before)) if (word.kind !== 'page-source') out.push([word.kind === 'notice' ? word.notice.event : String(word.tally.minute), word.at]);
  return out;
}

test('a notice stands where it was read, not before it was said, and not behind what time has come to', () => {
  const timeline = createTimeline();
  timeline.accept(posts(100_000, [90_000]));
  timeline.accept(pageFrame(130_000, [noticeOf({ event: 'read-later', ts: 50_000, at: 120_000 }), noticeOf({ event: 'ahead', ts: 150_000, at: 130_000 }), noticeOf({ event: 'behind', ts: 40_000 })]));
  expect(words(timeline)).toEqual([['behind', 100_000], ['read-later', 120_000], ['ahead', 150_000]]);
});

test('a tally stands some minutes after its own, whenever it was asked for', () => {
  const timeline = createTimeline();
  timeline.accept(posts(10 * minuteMs, [9 * minuteMs]));
  timeline.accept(tallyFrame(10 * minuteMs, [5, 9, 1].map((minute) => ({ service: 'acme', minute: minute * minuteMs, posts: 1 }))));
  expect(words(timeline)).toEqual([[String(minuteMs), 10 * minuteMs], [String(5 * minuteMs), 12 * minuteMs], [String(9 * minuteMs), 16 * minuteMs]]);
});

test('words wait for the posts, and only where these have not begun or stand still go on with their own sources', () => {
  const timeline = createTimeline();
  expect(timeline.wordsUpTo()).toBe(null);
  timeline.accept(pageFrame(500_000));
  expect([timeline.wordsUpTo(), timeline.watermark(), timeline.start()]).toEqual([500_000, null, null]);
  timeline.accept(posts(400_000, [60_000, 390_000]));
  expect([timeline.wordsUpTo(), timeline.watermark()]).toEqual([400_000, 400_000]);
  timeline.accept(pageFrame(700_000));
  expect(timeline.wordsUpTo()).toBe(400_000);
  timeline.accept(posts(410_000, [], 'blind'));
  expect([timeline.wordsUpTo(), timeline.watermark(), timeline.blind()]).toEqual([700_000, 400_000, true]);
  timeline.accept(pageFrame(800_000, [], 'blind'));
  expect(timeline.wordsUpTo()).toBe(400_000);
  timeline.accept(posts(900_000, [850_000]));
  expect([timeline.wordsUpTo(), timeline.blind()]).toEqual([900_000, false]);
});

test('a name that carried posts and now carries notices is no source of posts any more, and the other way round', () => {
  const timeline = createTimeline();
  timeline.accept(posts(100_000, [90_000]));
  timeline.accept({ ...posts(50_000, [], 'live'), source: 'other' });
  timeline.accept(pageFrame(60_000, [], 'live', 'other'));
  expect([timeline.watermark(), timeline.carriesPosts('other'), timeline.carriesPosts('posts')]).toEqual([100_000, false, true]);
  timeline.accept({ ...posts(150_000), source: 'other' });
  timeline.accept(posts(200_000));
  expect([timeline.watermark(), timeline.carriesPosts('other')]).toEqual([150_000, true]);
});

test('a source of notices that is retired, by a frame that does not say what it carried, stays one', () => {
  const timeline = createTimeline();
  timeline.accept(posts(100_000, [90_000]));
  timeline.accept(pageFrame(120_000));
  const { carries: _carries, ...retired } = pageFrame(0, [], 'closed');
  timeline.accept(retired);
  timeline.accept(posts(130_000));
  expect([timeline.carriesPosts('page'), timeline.watermark()]).toEqual([false, 130_000]);
  const left: SourceState[] = [];
  for (let word = timeline.nextWord(Infinity); word !== undefined; word = timeline.nextWord(Infinity)) if (word.kind === 'page-source') left.push(word.state);
  expect(left).toEqual(['live', 'closed']);
});

test('words that wait survive in what a timeline encodes', () => {
  const timeline = createTimeline();
  timeline.accept(posts(100_000, [90_000]));
  timeline.accept(pageFrame(300_000, [noticeOf({ event: 'a', ts: 200_000 }), noticeOf({ event: 'b', ts: 250_000 })]));
  const copy = createTimeline(JSON.parse(JSON.stringify(timeline.encode())));
  expect(copy.wordAt()).toBe(timeline.wordAt());
  expect(words(copy, 250_000)).toEqual([['a', 200_000]]);
  expect(copy.wordAt()).toBe(250_000);
});
