// Cuts a flat text into sentences and clauses and says how far two places are apart in words.
// Knows punctuation only; the words that open a new clause ("but") come from the lexicon as places.
import { isPause, type Line, mostUnits } from './judge-line.ts';

export interface Clauses {
  sentenceAt(place: number): number;
  clauseAt(place: number): number;
  /** the sentence around this place ends with a question mark */
  asks(place: number): boolean;
  /** a question mark stands anywhere */
  asksAnywhere(): boolean;
  /** words between two places; ten characters of Chinese, Japanese or Korean count as four words, ten of Thai as two */
  wordsBetween(from: number, to: number): number;
}

export interface ClauseReader extends Clauses {
  /** Reads a line once; what is asked afterwards is asked of it. `breaks` are places where a new clause opens besides. */
  read(line: Line, breaks: readonly number[]): void;
}

/** a word is five quarters, for the blank before it, a dense character two; a Korean syllable is as much by its first letter */
const wordQuarters = 5;
const denseQuarters = 2;
const thaiQuarters = 1;

function quartersOf(dense: number): number {
  if (dense >= 0xe00 && dense < 0xe80) return thaiQuarters;
  return dense >= 0x1160 && dense < 0x1200 ? 0 : denseQuarters;
}

/** Creates the reader with its tables (70 KB). */
export function createClauseReader(alone: Uint8Array): ClauseReader {
  const most = mostUnits + 16;
  // by place: sentences ended before it, clauses ended up to it, quarters of words before it
  const sentences = new Int32Array(most);
  const clauses = new Int32Array(most);
  const quarters = new Int32Array(most);
  let asked: boolean[] = [];
  let anywhere = false;
  let end = 0;
  const at = (place: number): number => Math.min(Math.max(place, 0), end);

  return {
    read({ units, length }, breaks) {
      let sentence = 0;
      let clause = 0;
      let quarter = 0;
      const ofBlank = wordQuarters;
      asked = [];
      anywhere = false;
      end = length;
      for (let i = 0; i < length; i++) {
        const code = units[i]!;
        sentences[i] = sentence;
        quarters[i] = quarter;
        if (code === 0x20) quarter += ofBlank;
        else if (code >= 0x80) {
          if (alone[code] === 1) quarter += quartersOf(code);
        } else if (code < 0x40 && isPause(code) && (i === 0 || units[i - 1] === 0x20) && (i + 1 >= length || units[i + 1] === 0x20)) {
          clause++;
          if (code !== 0x2c) {
            sentence++;
            asked.push(code === 0x3f);
          }
          if (code === 0x3f) anywhere = true;
        }
        clauses[i] = clause;
      }
      sentences[length] = sentence;
      quarters[length] = quarter;
      clauses[length] = clause;
      for (const place of breaks) for (let i = place; i <= length; i++) clauses[i]!++;
    },
    sentenceAt: (place) => sentences[at(place)]!,
    clauseAt: (place) => clauses[at(place)]!,
    asks: (place) => asked[sentences[at(place)]!] ?? false,
    asksAnywhere: () => anywhere,
    wordsBetween(from, to) {
      return Math.max(0, Math.abs(quarters[at(to)]! - quarters[at(from)]!) / wordQuarters - 1);
    },
  };
}
