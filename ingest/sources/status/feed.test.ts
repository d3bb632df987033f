import { beforeAll, expect, test } from 'vitest';
import { feedReader, type ParseFeed } from './feed.ts';
import { loadParseFeed } from './feed-words.ts';
import type { PageWord, ReadAnswer } from './page-word.ts';

const now = Date.UTC(2026, 4, 3, 20);
const date = (minutes: number): string => new Date(now + minutes * 60_000).toUTCString();
let parse: ParseFeed;
beforeAll(async () => {
  parse = await loadParseFeed();
});

const rss = (items: string): Uint8Array => new TextEncoder().encode(`<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Status</title><link>https://status.example.com</link>${items}</channel></rss>`);
const item = (guid: string, minutes: number, title: string, html: string): string =>
  `<item><title>${title}</title><guid isPermaLink="false">${guid}</guid><link>https://status.example.com/${guid}</link><pubDate>${date(minutes)}</pubDate><description><![CDATA[${html}]]></description></item>`;
function wordsOf(answer: ReadAnswer): readonly PageWord[] {
  if ('why' in answer) throw new Error(answer.why);
  return answer.words;
}
const stateOf = (title: string, html: string, presence = false): string | undefined => wordsOf(feedReader(parse, presence)(rss(item('g', -5, title, html)), now))[0]?.state;

test('the first words of an entry say its state, the latest on top as the makers write them', () => {
  expect(stateOf('Logins fail', '<p><small>May 3, 19:40 UTC</small><br><strong>Resolved</strong> - over.</p><p><strong>Investigating</strong> - we look.</p>')).toBe('ok');
  expect(stateOf('Logins fail', '<p><small>May 3, 19:40 UTC</small><br><strong>Monitoring</strong> - a fix is in.</p><p><strong>Investigating</strong> - we look.</p>')).toBe('degraded');
  expect(stateOf('API outage', '<b>Status: Identified</b> We found it')).toBe('outage');
  expect(stateOf('[Resolved] API outage', 'More later')).toBe('ok');
  expect(stateOf('Database maintenance', '<b>In progress</b> - we move.')).toBe('maintenance');
  expect(stateOf('Database maintenance', '<b>Scheduled</b> - next week we move.')).toBeUndefined();
  expect(stateOf('Our new office', 'We are proud to tell you of it.')).toBeUndefined();
});

test('in a feed that lists only what is open, being listed is the state', () => {
  expect(stateOf('Virtual machines, West Europe', 'Engineers look at it.', true)).toBe('degraded');
  expect(stateOf('Mitigated - Virtual machines', 'It was a cable.', true)).toBe('ok');
  expect(wordsOf(feedReader(parse, true)(rss(item('g', -5, 'Trouble', 'x').replace('</item>', '<category>Storage</category><category>West US</category></item>')), now))[0]!.components).toEqual(['Storage', 'West US']);
  expect(feedReader(parse, true)(rss(''), now)).toEqual({ words: [], whole: new Set(['incident', 'maintenance']), odd: [] });
});

test('entries of one guid are words about one event, oldest first', () => {
  const answer = feedReader(parse)(rss(`${item('g1', -5, 'Slow', 'Status: Resolved')}${item('g1', -50, 'Slow', 'Status: Investigating &amp; <i>slow</i>')}${item('g2', -9, 'News', 'We won a prize')}`), now);
  expect(answer).toMatchObject({ odd: ['entry-without-state'], whole: new Set() });
  expect(wordsOf(answer)).toMatchObject([
    { event: 'g1', ts: now - 50 * 60_000, state: 'degraded', text: 'Status: Investigating & slow', url: 'https://status.example.com/g1' }, { event: 'g1', ts: now - 5 * 60_000, state: 'ok', ended: now - 5 * 60_000 },
  ]);
});

test('Atom is read like RSS, with the time of the update', () => {
  const atom = `<feed xmlns="http://www.w3.org/2005/Atom"><title>s</title><id>f</id><updated>${new Date(now).toISOString()}</updated><entry><id>tag:1</id><title>Mail is late</title><published>${new Date(now - 3_600_000).toISOString()}</published><updated>${new Date(now - 60_000).toISOString()}</updated><link rel="alternate" type="text/html" href="https://status.example.com/1"/><content type="html">&lt;strong&gt;Identified&lt;/strong&gt; - found</content></entry></feed>`;
  expect(wordsOf(feedReader(parse)(new TextEncoder().encode(atom), now))).toMatchObject([{ event: 'tag:1', ts: now - 60_000, began: now - 3_600_000, state: 'degraded', url: 'https://status.example.com/1' }]);
});

test('entities that grow are not unpacked', () => {
  const bomb = `<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><rss version="2.0"><channel><title>&b;</title></channel></rss>`;
  expect(feedReader(parse)(new TextEncoder().encode(bomb), now)).toEqual({ why: 'a feed with entities of its own' });
});

test('what is no feed is said to be none', () => {
  expect([feedReader(parse)(new TextEncoder().encode('<html><body>hi</body></html>'), now), feedReader(parse)(new Uint8Array(), now)]).toEqual([{ why: 'no feed' }, { why: 'no feed' }]);
});
