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

// what is kept of a word stands side by side, so that finding it costs the machine one look at its memory
const wide = 4;
const classAt = 0;
const hashAt = 1;
const placeAt = 2;
const lengthAt = 3;

/** Creates an empty memo (about 3 MB). */
export function createWordMemo(): WordMemo {
  const table = new Int32Array(slots * wide);
  const letters = new Uint16Array(mostWords * longest);
  let words = 0;
  let end = 0;

  const clear = (): void => {
    for (let at = classAt; at < table.length; at += wide) table[at] = -1;
    words = end = 0;
  };
  clear();

  return {
    classOf(text, start, stop, read) {
      const length = stop - start;
      if (length > longest) return read(text.slice(start, stop));
      let hash = 0x811c9dc5;
      for (let i = start; i < stop; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
      hash ^= hash >>> 15;
      let slot = (hash & (slots - 1)) * wide;
      for (; table[slot] !== -1; slot = (slot + wide) & (slots * wide - 1)) {
        if (table[slot + hashAt] !== hash || table[slot + lengthAt] !== length) continue;
        const place = table[slot + placeAt]! - start;
        let i = start;
        while (i < stop && letters[place + i] === text.charCodeAt(i)) i++;
        if (i === stop) return table[slot]!;
      }
      const found = read(text.slice(start, stop));
      if (words >= mostWords) {
        clear();
        slot = (hash & (slots - 1)) * wide;
      }
      table[slot] = found;
      table[slot + hashAt] = hash;
      table[slot + placeAt] = end;
      table[slot + lengthAt] = length;
      for (let i = start; i < stop; i++) letters[end++] = text.charCodeAt(i);
      words++;
      return found;
    },
  };
}
