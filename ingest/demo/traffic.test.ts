import { expect, test } from 'vitest';

import { languages, readLibrary } from './library.ts';
import { createTraffic, reportTexts } from './traffic.ts';

const library = readLibrary();
const startMs = Date.UTC(2026, 0, 1);

test('traffic has the size and the share of mentions that were asked for', () => {
  const services = [{ id: 'lantern', name: 'Lantern' }];
  const posts = [...createTraffic({ seed: 1, startMs, seconds: 50, postsPerSecond: 100, mentionShare: 0.2, services, library })];
  expect(posts).toHaveLength(5_000);
  const naming = posts.filter(({ text }) => /lantern/i.test(text)).length;
  expect(naming / posts.length).toBeGreaterThan(0.16);
  expect(naming / posts.length).toBeLessThan(0.24);
});

test('traffic that names nothing needs no services', () => {
  const posts = [...createTraffic({ seed: 1, startMs, seconds: 2, postsPerSecond: 50, mentionShare: 0, services: [], library })];
  expect(posts).toHaveLength(100);
});

test('the same seed brings the same traffic', () => {
  const play = (seed: number): string =>
    JSON.stringify([...createTraffic({ seed, startMs, seconds: 5, postsPerSecond: 20, mentionShare: 0.5, library })]);
  expect(play(7)).toBe(play(7));
  expect(play(7)).not.toBe(play(8));
});

test('traffic stays in its seconds and arrives within 1.5 s of event order', () => {
  let newest = 0;
  for (const { ts } of createTraffic({ seed: 3, startMs, seconds: 30, postsPerSecond: 40, mentionShare: 0.1, library })) {
    expect(newest - ts).toBeLessThanOrEqual(1_500);
    newest = Math.max(newest, ts);
    expect(ts).toBeGreaterThanOrEqual(startMs);
    expect(ts).toBeLessThan(startMs + 30_000);
  }
});

test('every language has reports to offer, mostly different ones', () => {
  for (const lang of languages) {
    const texts = reportTexts(lang, 80, library);
    expect(texts).toHaveLength(80);
    expect(new Set(texts).size, lang).toBeGreaterThan(65);
    expect(reportTexts(lang, 80, library)).toEqual(texts);
  }
});
