// Whether a text is written as a headline: most of its longer words open with a capital. Owns that one question. What it
// remembers of letters changes what an answer costs, never the answer.

const unread = 0;
const other = 1;
const letter = 2;
const lower = 4; // has a capital
const capital = 8; // has a small letter
const apostrophe = 16;
const high = 32; // the first half of a character

/** of that many words the answer is made */
const most = 40;

const page = /https?:\/\/(?!(?:t\.co|pic\.|(?:[\w-]+\.)*(?:x\.com|twitter\.com|twimg\.com|instagram\.com|imgur\.com|redd\.it|reddit\.com|bsky\.app|giphy\.com|tenor\.com|tiktok\.com|youtu\.be|youtube\.com|facebook\.com|fb\.me|prnt\.sc|ibb\.co|discordapp\.\w+|mastodon\.\w+))\b)[\w-]+\.[\w.-]+\/\S/i;

/** A link of the text leads to a page: newsrooms link to one, people who complain to their own picture. */
export function linksToPage(text: string): boolean {
  return page.test(text);
}

export interface HeadlineReader {
  /** Of four words and more of at least four letters, seven in ten open with a capital and go on without; the first forty are read. */
  isHeadline(text: string): boolean;
}

/** Creates the reader; its table is 64 KB. */
export function createHeadlineReader(): HeadlineReader {
  const table = new Uint8Array(0x10000);
  const read = (code: number): number => {
    const c = String.fromCharCode(code);
    if (c === "'" || c === '’') return (table[code] = letter | apostrophe);
    if (code >> 10 === 0x36) return (table[code] = high);
    const cased = (c === c.toUpperCase() ? 0 : lower) | (c === c.toLowerCase() ? 0 : capital);
    return (table[code] = (/\p{L}/u.test(c) ? letter : other) | cased);
  };
  const kindOf = (code: number): number => {
    const kind = table[code]!;
    return kind === unread ? read(code) : kind;
  };

  return {
    isHeadline(text) {
      const { length } = text;
      let long = 0;
      let capitals = 0;
      // small words of which no more words could make a headline
      const tooMany = 0.31 * Math.min(most, (length + 1) / 5);
      for (let i = 0; i < length && long < most; i++) {
        const start = i;
        let letters = 0;
        for (; i < length; letters++) {
          const code = text.charCodeAt(i);
          let kind = table[code]!;
          if (kind === 0) kind = read(code);
          if ((kind & 2) !== 0) i++;
          else if (kind === 32 && text.charCodeAt(i + 1) >> 10 === 0x37 && /^\p{L}/u.test(text.slice(i, i + 2))) i += 2;
          else break;
        }
        if (letters < 4) continue;
        const first = kindOf(text.charCodeAt(start));
        if ((first & apostrophe) !== 0) continue;
        const before = start === 0 ? 0 : text.charCodeAt(start - 1);
        if (before === 0x23 || before === 0x40) continue;
        long++;
        if ((first & capital) !== 0 && (kindOf(text.charCodeAt(start + 1)) & lower) !== 0) capitals++;
        else if (long - capitals > tooMany) return false;
      }
      return long >= 4 && capitals / long >= 0.7;
    },
  };
}
