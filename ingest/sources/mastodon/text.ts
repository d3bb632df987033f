// The words of a Mastodon post. Its content comes as HTML that a server cleaned, but which server is a stranger's choice:
// here nothing is trusted, tags only part words, and what is no tag is text. White space is kept as it is, since a server escapes
// what people type as they typed it. Pure and linear.
import { decodeEntities } from '../../html-words.ts';

/** What parts lines, at a tag's beginning or end. */
const lineTags = new Set(['br', 'p', 'div', 'li', 'ul', 'ol', 'blockquote', 'pre', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6']);
/** What stands inside is no text. */
const hiddenTags = new Set(['script', 'style', 'template', 'noscript']);

const isNameStart = (unit: number): boolean => (unit >= 97 && unit <= 122) || (unit >= 65 && unit <= 90);

/** Where the tag that begins at `at` ends: behind its `>`, not one in quotes; undefined where it has none. */
function endOfTag(html: string, at: number): number | undefined {
  let quote = 0;
  for (let i = at + 1; i < html.length; i++) {
    const unit = html.charCodeAt(i);
    if (quote !== 0) {
      if (unit === quote) quote = 0;
    } else if (unit === 34 || unit === 39) quote = unit;
    else if (unit === 62) return i + 1;
  }
  return undefined;
}

/**
 * Text of an HTML fragment: lines for paragraphs and breaks, entities as their characters, hashtags, mentions and links as
 * the words that stand for them. Links stay whole, since that a post links somewhere says something of it.
 */
export function textOfHtml(html: string): string {
  if (!html.includes('<')) return decodeEntities(html);
  const parts: string[] = [];
  let hidden = '';
  let from = 0;
  /** Behind the last tag that has an end: an open one is looked for once, not once a `<`. */
  let tagsEnd = false;
  const put = (to: number): void => {
    if (hidden === '' && to > from) parts.push(decodeEntities(html.slice(from, to)));
  };
  for (let at = html.indexOf('<'); at !== -1 && !tagsEnd; at = html.indexOf('<', at)) {
    const closing = html.charCodeAt(at + 1) === 47;
    const first = html.charCodeAt(at + (closing ? 2 : 1));
    if (!isNameStart(first) && first !== 33) {
      at += 1;
      continue;
    }
    const end = endOfTag(html, at);
    if (end === undefined) {
      tagsEnd = true;
      break;
    }
    put(at);
    const name = /^[a-zA-Z0-9]*/.exec(html.slice(at + (closing ? 2 : 1), Math.min(end, at + 16)))![0].toLowerCase();
    if (hidden !== '') {
      if (closing && name === hidden) hidden = '';
    } else if (!closing && hiddenTags.has(name)) hidden = name;
    else if (lineTags.has(name) && (closing || name === 'br')) parts.push('\n');
    from = end;
    at = end;
  }
  put(html.length);
  return parts.join('').replace(/\n$/, '');
}
