// A memo of words: which class the word at a place of a text is of, without cutting it out. Owns finding it again; what a
// class is, and of which one a new word is, its caller says. What it remembers changes what an answer costs, never the answer.

export interface WordMemo {
  /** The number kept for text[start, end), else what `read` says of that word (0 or more), kept from then on. */
  classOf(text: string, start: number, end: number, read: (word: string) => number): number;
}

/** words remembered: posts repeat themselves, and the memo must not grow with them */
const mostWords = 20_000;
const slots = 1 << 16;
const longest = 40;

/** Creates an empty memo (about 2 MB). */
export function createWordMemo(): WordMemo {
  const classes = new Int32Array(slots).fill(-1);
  const hashes = new Int32Array(slots);
  const places = new Int32Array(slots);
  const lengths = new Uint8Array(slots);
  const letters = new Uint16Array(mostWords * longest);
  let words = 0;
  let end = 0;

  const isAt = (slot: number, text: string, start: number, length: number): boolean => {
    if (lengths[slot] !== length) return false;
    const place = places[slot]!;
    for (let i = 0; i < length; i++) if (letters[place + i] !== text.charCodeAt(start + i)) return false;
    return true;
  };

  return {
    classOf(text, start, stop, read) {
      const length = stop - start;
      if (length > longest) return read(text.slice(start, stop));
      let hash = 0x811c9dc5;
      for (let i = start; i < stop; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
      hash ^= hash >>> 15;
      let slot = hash & (slots - 1);
      for (; classes[slot] !== -1; slot = (slot + 1) & (slots - 1)) {
        if (hashes[slot] === hash && isAt(slot, text, start, length)) return classes[slot]!;
      }
      const found = read(text.slice(start, stop));
      if (words >= mostWords) {
        classes.fill(-1);
        words = end = 0;
        slot = hash & (slots - 1);
      }
      classes[slot] = found;
      hashes[slot] = hash;
      places[slot] = end;
      lengths[slot] = length;
      for (let i = start; i < stop; i++) letters[end++] = text.charCodeAt(i);
      words++;
      return found;
    },
  };
}
