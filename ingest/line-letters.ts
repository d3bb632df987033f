// What a JSON string's bytes stand for where they are no plain ASCII: escapes and UTF-8. And the end of a string, found
// four bytes at a time.

const quote = 0x22;
const backslash = 0x5c;
const replacement = 0xfffd;

/** The index of the first quote or backslash in buf[i, end), or `end`. */
export function plainEnd(buf: Uint8Array, view: DataView, i: number, end: number): number {
  for (; i + 4 <= end; i += 4) {
    const four = view.getInt32(i, true);
    const quotes = four ^ 0x22222222;
    const backslashes = four ^ 0x5c5c5c5c;
    // The top bit of each byte that is zero, and perhaps of bytes above the first one that is.
    const hits = (((quotes - 0x01010101) & ~quotes) | ((backslashes - 0x01010101) & ~backslashes)) & 0x80808080;
    if (hits !== 0) return i + ((31 - Math.clz32(hits & -hits)) >> 3);
  }
  while (i < end && buf[i] !== quote && buf[i] !== backslash) i++;
  return i;
}

/** The index behind the closing quote of the string whose inside starts at `i`, or -1. */
export function skipString(buf: Uint8Array, view: DataView, i: number, end: number): number {
  for (;;) {
    i = plainEnd(buf, view, i, end);
    if (i >= end) return -1;
    if (buf[i] === quote) return i + 1;
    i += 2;
  }
}

/** Four hex digits as a number, or -1. */
function hex4(buf: Uint8Array, from: number): number {
  let value = 0;
  for (let i = from; i < from + 4; i++) {
    const byte = buf[i]!;
    const lower = byte | 0x20;
    if (byte >= 0x30 && byte <= 0x39) value = (value << 4) | (byte - 0x30);
    else if (lower >= 0x61 && lower <= 0x66) value = (value << 4) | (lower - 0x57);
    else return -1;
  }
  return value;
}

/** What a backslash and this byte stand for, or -1. \u is not among them. */
function escaped(byte: number): number {
  switch (byte) {
    case quote:
    case backslash:
    case 0x2f:
      return byte;
    case 0x62:
      return 0x08;
    case 0x66:
      return 0x0c;
    case 0x6e:
      return 0x0a;
    case 0x72:
      return 0x0d;
    case 0x74:
      return 0x09;
    default:
      return -1;
  }
}

const answer = (codePoint: number, length: number): number => (codePoint << 4) | length;

function escapeAt(buf: Uint8Array, i: number, end: number): number {
  if (buf[i + 1] !== 0x75) {
    const one = escaped(buf[i + 1]!);
    return one < 0 ? -1 : answer(one, 2);
  }
  if (i + 6 >= end) return -1;
  const unit = hex4(buf, i + 2);
  if (unit < 0) return -1;
  if (unit >> 10 === 0x36 && i + 12 < end && buf[i + 6] === backslash && buf[i + 7] === 0x75) {
    const low = hex4(buf, i + 8);
    if (low >> 10 === 0x37) return answer(0x10000 + ((unit & 0x3ff) << 10) + (low & 0x3ff), 12);
  }
  return answer(unit, 6);
}

/**
 * The code point that the escape or the UTF-8 sequence at buf[i] stands for, and how many bytes it takes, as
 * codePoint << 4 | bytes; -1 where it is no escape or the string can't end before `end`. What is no UTF-8 is U+FFFD
 * byte by byte: a decoder may write fewer of them, and no name holds one.
 */
export function codePointAt(buf: Uint8Array, i: number, end: number): number {
  // A string and a brace end every line, so a code point this close to the end stands in no whole line.
  if (i + 3 >= end) return -1;
  const byte = buf[i]!;
  if (byte === backslash) return escapeAt(buf, i, end);
  if (byte < 0x80) return answer(byte, 1);
  const second = buf[i + 1]!;
  const third = buf[i + 2]!;
  if ((second & 0xc0) !== 0x80) return answer(replacement, 1);
  if (byte >= 0xc2 && byte <= 0xdf) return answer(((byte & 0x1f) << 6) | (second & 0x3f), 2);
  if (byte < 0xe0 || byte > 0xf4 || (third & 0xc0) !== 0x80) return answer(replacement, 1);
  if (byte <= 0xef) {
    const value = ((byte & 0x0f) << 12) | ((second & 0x3f) << 6) | (third & 0x3f);
    return value >= 0x800 && value >> 11 !== 0x1b ? answer(value, 3) : answer(replacement, 1);
  }
  if ((buf[i + 3]! & 0xc0) !== 0x80) return answer(replacement, 1);
  const value = ((byte & 0x07) << 18) | ((second & 0x3f) << 12) | ((third & 0x3f) << 6) | (buf[i + 3]! & 0x3f);
  return value >= 0x10000 && value <= 0x10ffff ? answer(value, 4) : answer(replacement, 1);
}
