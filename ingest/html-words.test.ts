import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { htmlWords } from './html-words.ts';

test('tags go, blocks begin lines, entities become what they mean', () => {
  expect(htmlWords('<p>WhatsApp is <b>down</b> &amp; so is <a href="https://x.example/?a>b">it</a></p>\n<p>since 9&#x2F;10<br/>&eacute;t&eacute;&nbsp;&#8364;&#128;</p>')).toBe('WhatsApp is down & so is it\nsince 9/10\nété €€');
});

test('what a browser would not show as text is not text', () => {
  expect(htmlWords('a<script>alert("<b>")</script>b<!-- c > d --><style>x{}</style><SCRIPT src=x>never closed')).toBe('ab');
});

test('escaped markup stays the words it is, once', () => {
  expect(htmlWords('&lt;b&gt;down&lt;/b&gt; &amp;lt;')).toBe('<b>down</b> &lt;');
});

test('plain text with signs that are no markup comes out whole', () => {
  for (const text of ['1 < 2 && 3 > 2', 'AT&T is down', '<3 <- ok', '?a=1&copy=2', '100% &', "it's \"down\"", '#whatsappdown @whatsapp 👍']) expect(htmlWords(text)).toBe(text);
});

test('a quote that never ends swallows no more than its tag', () => {
  expect(htmlWords('<a title="x>down</a> here')).toBe('down here');
  expect(htmlWords('<a title="x>y" b=\'>\' c>down')).toBe('down');
});

test('numbers that are no characters become the sign for that', () => {
  expect(htmlWords('a&#0;b&#xD800;c&#1114112;d')).toBe('a\ufffdb\ufffdc\ufffdd');
});

test('whatever comes, the answer is a text of no markup that is no longer than what came', () => {
  const piece = fc.oneof(fc.string(), fc.constantFrom('<', '>', '"', "'", '=', '<!--', '-->', '<script>', '</script', '&lt;', '&#x', '<p', '</', '\u0000', '&amp;', '<a b="'));
  fc.assert(fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
    const html = pieces.join('');
    const words = htmlWords(html);
    expect(words.length).toBeLessThanOrEqual(html.length);
    expect(words).toBe(words.trim());
  }), { seed: 1, numRuns: 2_000 });
});
