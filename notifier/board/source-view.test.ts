import { expect, test } from 'vitest';
import type { SourceStatus } from '../../shared/source-status.ts';
import { isBlind, readStatuses, sourceView, staleAfterMs } from './source-view.ts';

const now = Date.parse('2026-05-03T12:00:00Z');
function status(state: SourceStatus['state'], at: number): SourceStatus {
  return {
    source: 'lines', type: 'lines', instance: 'one', state, since: at, detail: '', silenceNormal: false, lastPostAt: null, watermark: null, posts: 0, mentions: 0,
    late: 0, dropped: {}, at,
  };
}

test('a source whose worker has been silent too long is stale, a closed one never', () => {
  expect(sourceView(status('live', now - staleAfterMs - 1), now).stale).toBe(true);
  expect(sourceView(status('live', now - staleAfterMs), now).stale).toBe(false);
  expect(sourceView(status('closed', 0), now).stale).toBe(false);
});

test('the board is blind when no open source sees anything', () => {
  const view = (state: SourceStatus['state'], at = now) => sourceView(status(state, at), now);
  expect(isBlind([view('blind'), view('live', 0)])).toBe(true);
  expect(isBlind([view('blind'), view('live')])).toBe(false);
  expect(isBlind([view('closed')])).toBe(false);
  expect(isBlind([])).toBe(false);
});

test('a status page that is read does not make a blind house see, and one that is not does not make it blind', () => {
  const view = (state: SourceStatus['state'], carries: 'posts' | 'notices' | 'tallies') => sourceView({ ...status(state, now), carries }, now);
  expect(isBlind([view('blind', 'posts'), view('live', 'notices'), view('live', 'tallies')])).toBe(true);
  expect(isBlind([view('live', 'posts'), view('blind', 'notices')])).toBe(false);
});

test('a status that can not be read is left out', () => {
  const entries = new Map([['source/a', '{'], ['source/b', '{"source":1}'], ['other', '{}'], ['source/c', JSON.stringify(status('live', now))]]);
  expect(readStatuses(entries).map(({ source }) => source)).toEqual(['lines']);
});
