// The words of a stranger's HTML: tags away, blocks as line breaks, entities as their characters. For texts that come as
// HTML from a source; what is shown is escaped where it is shown. Linear in its input, however that is made: the libraries
// for it take half a second for 60 KB of hostile tags.

/** More HTML than this is not looked at: a post's text is cut far below. */
const maxHtmlLength = 32 << 10;

const blocks: ReadonlySet<string> = new Set([
  'address', 'article', 'aside', 'blockquote', 'br', 'dd', 'div', 'dl', 'dt', 'figcaption', 'figure', 'footer', 'form', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'header', 'hr', 'li',
  'main', 'nav', 'ol', 'p', 'pre', 'section', 'table', 'td', 'th', 'tr', 'ul',
]);
/** What stands between these is no text. */
const silent: ReadonlySet<string> = new Set(['script', 'style', 'template', 'title', 'textarea', 'noscript', 'iframe', 'svg', 'math', 'head']);

/** The characters 160 to 255 by their names, in order (HTML 4, Latin-1). */
const latin = 'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml';
const named: ReadonlyMap<string, string> = new Map([
  ...latin.split(' ').map((name, i): [string, string] => [name, String.fromCharCode(160 + i)]),
  ['amp', '&'], ['lt', '<'], ['gt', '>'], ['quot', '"'], ['apos', "'"], ['hellip', '…'], ['ndash', '–'], ['mdash', '—'], ['lsquo', '‘'], ['rsquo', '’'], ['sbquo', '‚'],
  ['ldquo', '“'], ['rdquo', '”'], ['bdquo', '„'], ['lsaquo', '‹'], ['rsaquo', '›'], ['bull', '•'], ['trade', '™'], ['euro', '€'], ['OElig', 'Œ'], ['oelig', 'œ'], ['Scaron', 'Š'],
  ['scaron', 'š'], ['Yuml', 'Ÿ'], ['zwj', '\u200d'], ['zwnj', '\u200c'], ['ensp', ' '], ['emsp', ' '], ['thinsp', ' '], ['rarr', '→'], ['larr', '←'], ['num', '#'], ['commat', '@'],
]);
/** Numbers 128 to 159 mean the Windows characters, as browsers read them. */
const windows = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

function characterOf(code: number): string {
  if (code >= 128 && code < 160) return windows[code - 128]!;
  return code === 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? '\ufffd' : String.fromCodePoint(code);
}

/** Entities as their characters; what is none stays as it is. */
export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|([A-Za-z][A-Za-z\d]{1,7}));?/g, (whole, decimal?: string, hex?: string, name?: string) => {
    if (decimal !== undefined) return characterOf(Number(decimal));
    if (hex !== undefined) return characterOf(Number.parseInt(hex, 16));
    // without its semicolon a name is only sometimes meant: `?a=1&copy=2`
    return whole.endsWith(';') ? (named.get(name!) ?? whole) : whole;
  });
}

/** Just behind the tag that begins at `at`; a `>` in a quoted value does not end it, unless the quote never ends. */
function tagEnd(html: string, at: number): number {
  const close = html.indexOf('>', at);
  if (close === -1) return html.length;
  let end = close;
  for (let from = at; ; ) {
    const found = /=\s*(["'])/.exec(html.slice(from, end));
    if (found === null) return end + 1;
    const value = from + found.index + found[0].length;
    const endOfValue = html.indexOf(found[1]!, value);
    if (endOfValue === -1) return close + 1;
    if (endOfValue > end) end = html.indexOf('>', endOfValue);
    if (end === -1) return close + 1;
    from = endOfValue + 1;
  }
}

/** Just behind the element whose tag of this name ended at `at`. */
function elementEnd(lower: string, name: string, at: number): number {
  const end = lower.indexOf(`</${name}`, at);
  return end === -1 ? lower.length : tagEnd(lower, end);
}

/**
 * The text of `html`, of which the first 32 KB are looked at. White space is run together; a block begins a new line. A
 * `<` that begins no tag stays. Plain text comes out as it is but for its white space and what looks like an entity.
 */
export function htmlWords(html: string): string {
  const all = html.length > maxHtmlLength ? html.slice(0, maxHtmlLength) : html;
  const lower = all.toLowerCase();
  // some letters are longer in lower case: then no place in one is the same in the other
  const search = lower.length === all.length ? lower : all;
  const lines: string[] = [];
  let line = '';
  let at = 0;
  while (at < all.length) {
    const open = all.indexOf('<', at);
    line += all.slice(at, open === -1 ? all.length : open);
    if (open === -1) break;
    if (!/^<[A-Za-z/!?]/.test(all.slice(open, open + 2))) {
      line += '<';
      at = open + 1;
      continue;
    }
    if (all.startsWith('<!--', open)) {
      const end = all.indexOf('-->', open + 4);
      at = end === -1 ? all.length : end + 3;
      continue;
    }
    at = tagEnd(all, open);
    const [, ending, name = ''] = /^<(\/?)([a-z][a-z\d]*)/i.exec(all.slice(open, Math.min(at, open + 20))) ?? [];
    const element = name.toLowerCase();
    if (blocks.has(element)) {
      lines.push(line);
      line = '';
    } else if (silent.has(element) && ending === '') at = elementEnd(search, element, at);
  }
  lines.push(line);
  return lines
    .map((one) => decodeEntities(one.replace(/[ \t\r\n\f]+/g, ' ')).replaceAll('\u00a0', ' ').trim())
    .filter((one) => one !== '')
    .join('\n');
}
