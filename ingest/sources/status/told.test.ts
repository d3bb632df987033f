import { expect, test } from 'vitest';
import type { EventKind, PageWord, Reading } from './page-word.ts';
import { createTold, type Told } from './told.ts';

const now = Date.UTC(2026, 4, 3, 20);
const hour = 3_600_000;
const word = (event: string, key: string, hours: number, more: Partial<PageWord> = {}): PageWord => ({ key, event, kind: 'incident', ts: now + hours * hour, state: 'outage', title: `About ${event}`, components: [], ...more });
const reading = (...words: PageWord[]): Reading => ({ words, whole: new Set<EventKind>(['incident', 'maintenance', 'component']), odd: [] });
const toAll = (): string[] => ['s'];

/** What a page would be told, settled as it goes. */
function tell(told: Told, page: string, read: Reading, nowMs = now, forgetMs?: number, services: (one: PageWord) => string[] = toAll): string[] {
  const news = told.news(page, read, services, nowMs, forgetMs);
  for (const one of news) told.settle(page, one);
  return news.filter((one) => one.services.length > 0).map((one) => `${one.word.key.replace(/\d{13}/, 'T')} ${one.word.state}`);
}

test('a word is told once, also after a restart, and what is new of an event is told alone', () => {
  const told = createTold(undefined);
  expect(tell(told, 'p', reading(word('e', 'b', -1), word('e', 'a', -2)))).toEqual(['a outage', 'b outage']);
  expect(tell(told, 'p', reading(word('e', 'a', -2), word('e', 'b', -1)))).toEqual([]);
  const again = createTold(told.encode(now));
  expect(tell(again, 'p', reading(word('e', 'a', -2), word('e', 'b', -1), word('e', 'c', 0, { state: 'ok', ended: now })))).toEqual(['c ok']);
  expect(tell(again, 'q', reading(word('e', 'a', -2)))).toEqual(['a outage']);
});

test('what ended more than a day ago is not told, unless its beginning was', () => {
  const over = [word('e', 'a', -60), word('e', 'b', -30, { state: 'ok', ended: now - 30 * hour })];
  expect(tell(createTold(undefined), 'p', reading(...over))).toEqual([]);
  const told = createTold(undefined);
  tell(told, 'p', reading(over[0]!), now - 50 * hour);
  expect(tell(createTold(told.encode(now - 50 * hour)), 'p', reading(...over))).toEqual(['b ok']);
  // what has gone on for weeks is told whenever it is met
  expect(tell(createTold(undefined), 'p', reading(word('old', 'x', -900)))).toEqual(['x outage']);
});

test('an event that the page does not show any more is over after two rounds, and one that comes back goes on', () => {
  const told = createTold(undefined);
  tell(told, 'p', reading(word('e', 'a', -1)));
  expect(tell(told, 'p', reading())).toEqual([]);
  expect(tell(told, 'p', reading(word('e', 'a', -1)))).toEqual([]);
  expect(tell(told, 'p', reading())).toEqual([]);
  const last = told.news('p', reading(), toAll, now);
  expect(last).toMatchObject([{ word: { event: 'e', state: 'ok', ts: now, title: 'About e', text: 'it is no longer on the page' }, services: ['s'] }]);
  told.settle('p', last[0]!);
  expect(tell(told, 'p', reading())).toEqual([]);
  expect(tell(told, 'p', reading(word('e', 'a', -1)))).toEqual(['a/again/T outage']);
});

test('a list that is not there ends nothing', () => {
  const told = createTold(undefined);
  tell(told, 'p', reading(word('e', 'a', -1)));
  for (let i = 0; i < 5; i++) expect(tell(told, 'p', { words: [], whole: new Set(['component']), odd: [] })).toEqual([]);
});

test('a part that is well again is told at once, and may fail again in the same way', () => {
  const told = createTold(undefined);
  const part = (hours: number) => word('component/c', 'c/major', hours, { kind: 'component' });
  expect(tell(told, 'p', reading(part(-2)))).toEqual(['c/major outage']);
  // a page that stamps everything anew each minute says nothing new
  expect(tell(told, 'p', reading(part(-1)))).toEqual([]);
  expect(tell(createTold(told.encode(now)), 'p', reading(part(-1)))).toEqual([]);
  expect(tell(told, 'p', reading())).toEqual(['component/c/gone/T ok']);
  expect(tell(told, 'p', reading(part(0)))).toEqual(['c/major outage']);
});

test('an event of a feed of which nothing is said for a day is over', () => {
  const told = createTold(undefined);
  const feed = { words: [word('e', 'a', -2), word('stale', 'x', -40)], whole: new Set<EventKind>(), odd: [] };
  expect(tell(told, 'p', feed, now, 24 * hour)).toEqual(['a outage']);
  expect(tell(told, 'p', feed, now + 23 * hour, 24 * hour)).toEqual(['e/gone/T ok']);
  expect(tell(told, 'p', feed, now + 24 * hour, 24 * hour)).toEqual([]);
});

test('whoever heard of an event hears its end, and nobody else does', () => {
  const told = createTold(undefined);
  const meant = (one: PageWord) => one.components.slice();
  tell(told, 'p', reading(word('e', 'a', -2, { components: ['gmail'] })), now, undefined, meant);
  expect(told.news('p', reading(word('e', 'b', -1, { components: ['drive'], state: 'ok', ended: now })), meant, now)).toMatchObject([{ services: ['drive', 'gmail'] }]);
  expect(tell(told, 'p', reading(word('f', 'c', -1, { components: [] })), now, undefined, meant)).toEqual([]);
});

test('of an event of a hundred words its first and its latest are told, and the rest never', () => {
  const told = createTold(undefined);
  const words = Array.from({ length: 100 }, (_, i) => word('e', `w${i}`, -100 + i));
  expect(tell(told, 'p', reading(...words))).toEqual(['w0', ...Array.from({ length: 11 }, (_, i) => `w${89 + i}`)].map((key) => `${key} outage`));
  expect(tell(told, 'p', reading(...words))).toEqual([]);
});

test('what the pages were told to be is remembered, and a cursor of somebody else\'s is a first start', () => {
  const told = createTold(undefined);
  told.setState('p', 'ok');
  told.setState('q', 'ok');
  told.setState('q', 'unknown');
  const again = createTold(told.encode(now));
  expect([again.state('p'), again.state('q'), again.state('r')]).toEqual(['ok', 'unknown', undefined]);
  for (const strange of ['', '12345', '{"v":1}', 'null', '{"v":1,"ok":"abcd","no":"","pages":{"x":[["e"]]}}']) expect(createTold(strange).state('p')).toBeUndefined();
});

test('the cursor of 500 pages is small on a usual day and stays within its bound on the worst', () => {
  const usual = createTold(undefined);
  const worst = createTold(undefined);
  for (let p = 0; p < 500; p++) {
    for (const told of [usual, worst]) told.setState(`status.page-${p}.com`, 'ok');
    if (p % 10 === 0) tell(usual, `status.page-${p}.com`, reading(...Array.from({ length: 4 }, (_, i) => word(`incident${p}`, `update-${p}-${i}`, -i))));
    for (let e = 0; e < 26; e++) tell(worst, `status.page-${p}.com`, reading(...Array.from({ length: 6 }, (_, i) => word(`incident-with-a-long-id-${p}-${e}`, `update-${p}-${e}-${i}`, -i))));
  }
  expect(usual.encode(now).length).toBeLessThan(6_000);
  expect(worst.encode(now).length).toBeLessThanOrEqual(200_000);
  // a day later what is over is forgotten
  const over = createTold(undefined);
  tell(over, 'p', reading(word('e', 'a', -1), word('e', 'b', 0, { state: 'ok', ended: now })));
  expect(over.encode(now + 26 * hour)).toBe('{"v":1,"ok":"","no":"","pages":{}}');
});
