// Cuts a flat text into sentences and clauses and says how far two places are apart in words.
// Knows punctuation only; the words that open a new clause ("but") come from the lexicon as places.

export interface Clauses {
  sentenceAt(place: number): number;
  clauseAt(place: number): number;
  /** the sentence around this place ends with a question mark */
  asks(place: number): boolean;
  /** words between two places; ten dense characters count as four words */
  wordsBetween(from: number, to: number): number;
}

/** Reads the pauses of a flat text once. `breaks` are places where a new clause opens besides. */
export function readClauses(flat: string, breaks: readonly number[], isDense: (code: number) => boolean): Clauses {
  const ends: number[] = []; // where a sentence ends
  const asked: boolean[] = [];
  const clauseEnds: number[] = [...breaks];
  for (let i = 0; i < flat.length; i++) {
    const code = flat.charCodeAt(i);
    if (code > 0x3f) continue;
    const lone = (i === 0 || flat.charCodeAt(i - 1) === 0x20) && (i + 1 >= flat.length || flat.charCodeAt(i + 1) === 0x20);
    if (!lone) continue;
    if (code === 0x2e || code === 0x21 || code === 0x3f) {
      ends.push(i);
      asked.push(code === 0x3f);
      clauseEnds.push(i);
    } else if (code === 0x2c) clauseEnds.push(i);
  }
  clauseEnds.sort((a, b) => a - b);
  const indexIn = (list: readonly number[], place: number): number => {
    let n = 0;
    while (n < list.length && list[n]! < place) n++;
    return n;
  };
  return {
    sentenceAt: (place) => indexIn(ends, place),
    clauseAt: (place) => indexIn(clauseEnds, place + 1),
    asks: (place) => asked[indexIn(ends, place)] ?? false,
    wordsBetween(from, to) {
      let quarters = 0;
      for (let i = Math.min(from, to); i < Math.max(from, to); i++) {
        const code = flat.charCodeAt(i);
        if (code === 0x20) quarters += 5;
        else if (isDense(code)) quarters += 2;
      }
      return Math.max(0, quarters / 5 - 1);
    },
  };
}
