import { expect, test } from 'vitest';
import { isXmlTrap } from './xml-guard.ts';

const feed = (title: string): string => `<rss version="2.0"><channel><title>${title}</title></channel></rss>`;

test('a feed is no trap, however long, with broken tags and lone quotes in its words', () => {
  const entry = `<item a='1' b="it's > that"><title>I <3 "it" and it's 5 < 6</title><description><![CDATA[<p class="a">don't]]></description></item>`;
  expect(isXmlTrap(feed(entry.repeat(12_000)))).toBe(false);
  expect(isXmlTrap(feed('<a b="'.repeat(20)))).toBe(false);
  expect(isXmlTrap(`<!DOCTYPE rss>${feed('<![CDATA[<!-- <!DOCTYPE html> -->]]>'.repeat(100))}`)).toBe(false);
  expect(isXmlTrap('')).toBe(false);
});

test('tags without an end are a trap, in quotes of either kind, in a comment or bare', () => {
  for (const open of ['<a b="', "<a b='", '<a b="\'', '<a ']) expect(isXmlTrap(`<rss version="2.0"><channel><title>${open.repeat(20_000)}`), open).toBe(true);
  expect(isXmlTrap(feed('<!DOCTYPE html>'.repeat(20_000)))).toBe(true);
  expect(isXmlTrap(`<rss><title>${'<a "'.repeat(20_001)}</title></rss>`)).toBe(true);
});
