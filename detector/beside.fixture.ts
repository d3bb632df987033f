// For tests: frames of sources that hand over notices or tallies, and the records that tell of pages.
import type { Frame, SourceState } from '../shared/frame.ts';
import type { Official } from '../shared/incident.ts';
import type { Notice, Tally } from '../shared/observation.ts';
import { minuteMs, type Run } from './detector.fixture.ts';

/** A notice of `acme`'s page; its place is where it says that it was said. */
export function noticeOf(notice: Partial<Notice> & { ts: number }): Notice {
  const event = notice.event ?? 'event-1';
  return { id: `${event}/${notice.ts}/${notice.state ?? 'degraded'}`, at: notice.ts, service: 'acme', event, state: 'degraded', title: 'Elevated error rates', components: [], ...notice };
}

/** A frame of a source that carries no posts. */
export function pageFrame(watermark: number, notices: readonly Notice[] = [], state: SourceState = 'live', source = 'page'): Frame {
  return { v: 1, source, instance: 'one', epoch: 1, seq: watermark, state, filtered: false, carries: 'notices', watermark, cursor: '', reads: [], mentions: [], notices: [...notices], deletions: [] };
}

export function tallyFrame(watermark: number, tallies: readonly Tally[], state: SourceState = 'live', source = 'counts'): Frame {
  return { ...pageFrame(watermark, [], state, source), carries: 'tallies', tallies: [...tallies] };
}

/** Frames of posts with those of a page put between them: each notice in a frame of its own, after the first frame past its time. */
export function withNotices(frames: readonly Frame[], notices: readonly Notice[], source = 'page'): Frame[] {
  const left = notices.toSorted((a, b) => a.at - b.at);
  const all: Frame[] = [];
  for (const frame of frames) {
    while (left[0] !== undefined && left[0].at <= frame.watermark + minuteMs) {
      const notice = left.shift()!;
      all.push(pageFrame(notice.at, [notice], 'live', source));
    }
    all.push(frame);
  }
  return [...all, ...left.map((notice) => pageFrame(notice.at, [notice], 'live', source))];
}

/** What was told of pages, in order. */
export function officialsOf(run: Run): Official[] {
  return run.records.flatMap((record): Official[] => {
    const value = JSON.parse(new TextDecoder().decode(record.value!)) as Official;
    return record.topic === 'outcry.incidents' && value.kind === 'official' ? [value] : [];
  });
}
