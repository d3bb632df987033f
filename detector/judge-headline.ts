// Whether a text is written as a headline: most of its longer words open with a capital. Owns that one question. What it
// remembers of letters changes what an answer costs, never the answer.

const unread = 0;
const other = 1;
const letter = 2;
const lower = 4; // has a capital
const capital = 8; // has a small letter

export interface HeadlineReader {
  /** Of four words and more of at least four letters, seven in ten open with a capital and go on without; the first forty are read. */
  isHeadline(text: string): boolean;
}

/** Creates the reader; its table is 64 KB. */
export function createHeadlineReader(): HeadlineReader {
  const table = new Uint8Array(0x10000);

  const read = (code: number): number => {
    const c = String.fromCharCode(code);
    const cased = (c === c.toUpperCase() ? 0 : lower) | (c === c.toLowerCase() ? 0 : capital);
    return (table[code] = /\p{L}/u.test(c) ? letter | cased : other | cased);
  };
  const kindOf = (code: number): number => {
    const kind = table[code]!;
    return kind === unread ? read(code) : kind;
  };
  /** code units of the letter or the apostrophe at a place, 0 for none */
  const widthOf = (text: string, at: number): number => {
    const code = text.charCodeAt(at);
    if (code >> 10 === 0x36 && text.charCodeAt(at + 1) >> 10 === 0x37) return /^\p{L}/u.test(text.slice(at, at + 2)) ? 2 : 0;
    return isApostrophe(code) || (kindOf(code) & letter) !== 0 ? 1 : 0;
  };

  return {
    isHeadline(text) {
      let long = 0;
      let capitals = 0;
      for (let i = 0; i < text.length && long < 40; i++) {
        const start = i;
        let letters = 0;
        for (let wide = widthOf(text, i); wide > 0; wide = widthOf(text, i)) {
          letters++;
          i += wide;
          if (i >= text.length) break;
        }
        if (letters < 4 || isApostrophe(text.charCodeAt(start))) continue;
        const before = start === 0 ? 0 : text.charCodeAt(start - 1);
        if (before === 0x23 || before === 0x40) continue;
        long++;
        if ((kindOf(text.charCodeAt(start)) & capital) !== 0 && (kindOf(text.charCodeAt(start + 1)) & lower) !== 0) capitals++;
      }
      return long >= 4 && capitals / long >= 0.7;
    },
  };
}

function isApostrophe(code: number): boolean {
  return code === 0x27 || code === 0x2019;
}
