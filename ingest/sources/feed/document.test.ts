import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadFeedReader, readFeedDate, type FeedDocument } from './document.ts';

const read = await loadFeedReader();
const at = Date.UTC(2026, 4, 3, 19, 30);
const document = (text: string | Uint8Array, type: string | null = null): FeedDocument => {
  const found = read(typeof text === 'string' ? Buffer.from(text) : text, type);
  if ('unreadable' in found) throw new Error(found.unreadable);
  return found;
};
const rss = (items: string, more = '') => `<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Forum</title><link>https://forum.example/</link>${more}${items}</channel></rss>`;

test('RSS: words without markup, who, when and where', () => {
  const [entry] = document(rss('<item><title>WhatsApp &amp;amp; co</title><link>https://forum.example/1</link><guid>g1</guid><pubDate>Sun, 03 May 2026 21:30:00 +0200</pubDate><dc:creator>amy</dc:creator><description><![CDATA[<p>It is <b>down</b></p>]]></description></item>')).entries;
  expect(entry).toEqual({ key: 'g1', text: 'WhatsApp & co\nIt is down', link: 'https://forum.example/1', author: 'amy', publishedMs: at });
});

test('Atom, RDF, old RSS and JSON Feed read alike', () => {
  const wanted = { text: 'WhatsApp is down\nfor me', link: 'https://forum.example/1', publishedMs: at };
  const forms = [
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><id>f</id><entry><id>tag:1</id><title type="html">WhatsApp is &lt;i&gt;down&lt;/i&gt;</title><link href="https://forum.example/1"/><published>2026-05-03T19:30:00Z</published><updated>2026-05-04T00:00:00Z</updated><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">for <b>me</b></div></content></entry></feed>',
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>F</title><link>l</link><description>d</description></channel><item rdf:about="https://forum.example/1"><title>WhatsApp is down</title><link>https://forum.example/1</link><description>for me</description><dc:date>2026-05-03T19:30:00+00:00</dc:date></item></rdf:RDF>',
    '<rss version="0.91"><channel><title>F</title><item><title>WhatsApp is down</title><link>https://forum.example/1</link><description>for me</description><pubDate>Sun, 03 May 2026 19:30:00</pubDate></item></channel></rss>',
    JSON.stringify({ version: 'https://jsonfeed.org/version/1.1', title: 'F', items: [{ id: '1', title: 'WhatsApp is down', content_html: '<p>for me</p>', url: 'https://forum.example/1', date_published: '2026-05-03T19:30:00Z' }] }),
  ];
  for (const form of forms) expect(document(form).entries).toEqual([expect.objectContaining(wanted)]);
});

test('a title that only begins what the body says is left out', () => {
  expect(document(rss('<item><title>WhatsApp is do…</title><description>WhatsApp is down here</description></item><item><title>Same</title><description>Same</description></item>')).entries.map(({ text }) => text)).toEqual(['WhatsApp is down here', 'Same']);
});

test('the key is the guid, else the link, else a hash that stays', () => {
  const of = (item: string) => document(rss(`<item><title>t</title>${item}</item>`)).entries[0]!.key;
  expect([of('<guid>g</guid><link>https://l.example/</link>'), of('<link>https://l.example/</link>'), of('') === of(''), of('').length]).toEqual(['g', 'https://l.example/', true, 43]);
});

test('a link that is no web address is none, and an entry without words has a key all the same', () => {
  const found = document(rss('<item><title>t</title><link>javascript:alert(1)</link></item><item><link>https://l.example/</link></item>'));
  expect(found.entries.map(({ key, text, link }) => [key.slice(0, 9), text, link])).toEqual([[expect.any(String), 't', undefined], ['https://l', '', 'https://l.example/']]);
});

test('bytes are read by byte order mark, header or declaration', () => {
  const umlaut = rss('<item><title>WhatsApp gestört</title></item>');
  const declared = umlaut.replace('?>', ' encoding="ISO-8859-1"?>');
  for (const [bytes, type] of [[Buffer.from(umlaut), null], [Buffer.from(`\ufeff${umlaut}`, 'utf16le'), 'text/xml; charset=utf-8'], [Buffer.from(umlaut, 'latin1'), 'application/rss+xml; charset=ISO-8859-1'], [Buffer.from(declared, 'latin1'), 'text/xml'], [Buffer.from(umlaut), 'text/xml; charset=nonsense']] as const) {
    expect(document(bytes, type).entries[0]!.text).toBe('WhatsApp gestört');
  }
});

test('how often, and when, a publisher does not want to be asked', () => {
  const found = document(rss('', '<ttl>30</ttl><skipHours><hour>3</hour><hour>24</hour><hour>99</hour></skipHours><skipDays><day>Monday</day><day>Someday</day></skipDays>'));
  expect([found.everyMs, found.skipHours, found.skipDays]).toEqual([1_800_000, [3, 0], [1]]);
});

test('entities of its own, a page for people, and anything else are told apart', () => {
  const bomb = `<?xml version="1.0"?><!DOCTYPE lol [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>${rss('<item><title>&b;</title></item>')}`;
  const whyNot = (text: string) => (read(Buffer.from(text), null) as { unreadable?: string }).unreadable;
  expect([whyNot(bomb), whyNot('<!DOCTYPE html><html><title>404</title>'), whyNot(''), whyNot('{"a":1}'), whyNot('null'), whyNot(rss('<item><title>cut').slice(0, -30)), whyNot('<svg/>')]).toEqual(['entities', 'html', 'other', 'other', 'other', 'other', 'other']);
});

test('dates are read as feeds write them, without a zone as UTC', () => {
  const dates = ['Sun, 03 May 2026 19:30:00 GMT', 'Sun, 03 May 2026 15:30:00 EDT', '3 May 2026 19:30:00', '2026-05-03T19:30:00', '2026-05-03T21:30:00+02:00', 'Sun, 03 May 2026 19:30:00 UT'];
  expect(dates.map(readFeedDate)).toEqual(dates.map(() => at));
  // no zone, though it ends like one: UTC as any other
  expect(readFeedDate('23 Nov 2026 04:00 PM')).toBe(Date.UTC(2026, 10, 23, 16));
  expect(['', 'yesterday', '0000', 'x'.repeat(100), undefined, '1969-01-01T00:00:00Z'].map(readFeedDate).filter((one) => one !== undefined)).toEqual([]);
});

test('whatever bytes come, the answer is a document, or that it is none', () => {
  const piece = fc.oneof(fc.string(), fc.constantFrom('<rss version="2.0">', '<channel>', '<item>', '<title>', '</title>', '<guid/>', '<link>', '</item>', '</channel></rss>', '<![CDATA[', ']]>', '&#0;', '<feed xmlns="http://www.w3.org/2005/Atom">', '<entry>', '{"version":"https://jsonfeed.org/version/1"', ',"items":[{}]}'));
  fc.assert(fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
    const found = read(Buffer.from(pieces.join('')), null);
    expect('unreadable' in found || Array.isArray(found.entries)).toBe(true);
  }), { seed: 1, numRuns: 1_000 });
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void read(bytes, null)), { seed: 1, numRuns: 300 });
});
