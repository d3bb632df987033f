import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { textOfHtml } from './text.ts';

test('paragraphs and breaks are lines; hashtags, mentions and links are their words', () => {
  const html = '<p>is <span class="h-card"><a href="https://a.example/@acme" class="u-url mention">@<span>acme</span></a></span> down?<br>again <a href="https://a.example/tags/acmedown" class="mention hashtag" rel="tag">#<span>AcmeDown</span></a></p><p>see <a href="https://www.status.example/a?b"><span class="invisible">https://www.</span><span class="ellipsis">status.example/</span><span class="invisible">a?b</span></a></p>';
  expect(textOfHtml(html)).toBe('is @acme down?\nagain #AcmeDown\nsee https://www.status.example/a?b');
});

test('entities are their characters, once, and what only looks like one stays', () => {
  expect(textOfHtml('<p>&lt;script&gt; &amp;lt; &quot;a&quot; &#39;b&#39; &#x1F44D; &constructor; &bogus &amp;</p>')).toBe('<script> &lt; "a" \'b\' 👍 &constructor; &bogus &');
});

test('what is no tag is text, and what scripts and styles hold is not', () => {
  expect(textOfHtml('1 < 2, <3 and <')).toBe('1 < 2, <3 and <');
  expect(textOfHtml('a<script>alert("</b>")</script>b<style>c</style><!-- d -->e')).toBe('abe');
  expect(textOfHtml('<a title="a > b">link</a>')).toBe('link');
  expect(textOfHtml('down <b never closed')).toBe('down <b never closed');
});

test('any text that a server has escaped comes back as it was', () => {
  const escape = (text: string) => `<p>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')}</p>`;
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
    const kept = text.replace(/\n$/, '');
    expect(textOfHtml(escape(kept))).toBe(kept);
  }), { seed: 1, numRuns: 1_000 });
});

test('hostile markup costs no more than its length', () => {
  for (const piece of ['<', '<a', '<a "', '&', '&#', '<!', '</', '<a b="', '<script>']) {
    const text = textOfHtml(piece.repeat(200_000));
    expect(text.length).toBeLessThanOrEqual(piece.length * 200_000);
  }
});
