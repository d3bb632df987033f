// Whether a text is written as a headline: most of its longer words open with a capital. Owns that one question.

const lowest = 0xd83c; // of these pairs, emoji and other pictures, none is a letter
const highest = 0xd83e;

/** Of four words and more of at least four letters, seven in ten open with a capital and go on without; the first forty are read. */
export function isHeadline(text: string): boolean {
  let long = 0;
  let capital = 0;
  for (let i = 0; i < text.length && long < 40; ) {
    if (!isLetter(text, i) && !isApostrophe(text.charCodeAt(i))) {
      i++;
      continue;
    }
    const start = i;
    let letters = 0;
    while (i < text.length) {
      const wide = widthOf(text, i);
      if (!isLetter(text, i) && !isApostrophe(text.charCodeAt(i))) break;
      letters++;
      i += wide;
    }
    const before = start === 0 ? 0 : text.charCodeAt(start - 1);
    if (letters < 4 || before === 0x23 || before === 0x40 || isApostrophe(text.charCodeAt(start))) continue;
    long++;
    const first = text.charAt(start);
    const second = text.charAt(start + 1);
    if (first !== first.toLowerCase() && second !== second.toUpperCase()) capital++;
  }
  return long >= 4 && capital / long >= 0.7;
}

function isApostrophe(code: number): boolean {
  return code === 0x27 || code === 0x2019;
}

function widthOf(text: string, at: number): number {
  return text.charCodeAt(at) >> 10 === 0x36 && text.charCodeAt(at + 1) >> 10 === 0x37 ? 2 : 1;
}

function isLetter(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code < 0x80) return (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
  if (code >= lowest && code <= highest) return false;
  return /^\p{L}/u.test(widthOf(text, at) === 2 ? text.slice(at, at + 2) : text.charAt(at));
}
