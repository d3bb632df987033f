// Reads a lexicon's pattern into an automaton, alternatives side by side: `{a|b} {c|d}` is four edges, not four phrases.
// Owns the syntax (lexicon.ts describes it); how a word is spelled is its caller's.
import { anyDense, anyPlain, type Automaton } from './judge-automaton.ts';
import { hashOf, type Line, writeLine } from './judge-line.ts';

/** What a pattern is written into. */
export type Builder<T> = Pick<Automaton<T>, 'node' | 'edge' | 'free' | 'output'>;

/** How the words of a pattern become labels of edges: "isn't" is one, "it's" two, 落ち two. `*` and `~` never come here. */
export type Speller = (word: string) => readonly number[];

/** A place reached, with the letters of a word that has not ended yet. */
interface Tip {
  readonly node: number;
  readonly letters: string;
}

const blank = 0x20;
const percent = 0x25;
const opens = 0x7b;
const bar = 0x7c;
const closes = 0x7d;
const tilde = 0x7e;
const mostDepth = 31;

/** Letters that go on before or behind alternatives, and parentheses. */
const isOdd = /[()]|[^ {|%]\{|\}[^ }|%]/;

/** A word of a pattern, by its code units in `line` and its hash (judge-line.ts). `opens`: the pattern may begin with it, for no word before it is sure to stand there. */
export type Reader = (line: Line, start: number, length: number, hash: number, opens: boolean) => void;

/**
 * Reads the words of a pattern, names, stars and tildes among them, in place and without writing anything: a tenth of the
 * work. Returns false where letters go on before or behind alternatives, with nothing read, and where the pattern is broken.
 */
export function readWords(pattern: string, line: Line, read: Reader): boolean {
  if (isOdd.test(pattern)) return false;
  writeLine(line, pattern);
  const { units, length } = line;
  let depth = 0;
  let words = 0;
  let from = -1;
  let hash = 0;
  // by depth, as bits: the alternative at hand has a word that it can't do without; all alternatives before it had one
  let sure = 0;
  let allSure = 0;
  const take = (start: number, size: number, of: number): void => {
    read(line, start, size, of, sure === 0);
    words++;
    // up to three words, or none
    if (size !== 1 || units[start] !== tilde) sure |= 1 << depth;
  };
  for (let at = 0; at <= length; at++) {
    const code = at === length ? blank : units[at]!;
    if (code !== blank && code !== percent && (code < opens || code > closes)) {
      if (from === -1) {
        from = at;
        hash = 0x811c9dc5; // as in hashOf
      }
      hash = Math.imul(hash ^ code, 0x01000193);
      continue;
    }
    if (from !== -1) take(from, at - from, hash);
    from = -1;
    if (code === percent) take(at, 1, nameHash);
    const bit = 1 << depth;
    if (code === opens) {
      if (++depth === mostDepth) return false;
      allSure |= bit << 1;
      sure &= ~(bit << 1);
    } else if (code === bar || code === closes) {
      if (depth === 0) return false;
      if ((sure & bit) === 0) allSure &= ~bit;
      sure &= ~bit;
      if (code === closes && --depth >= 0 && (allSure & bit) !== 0) sure |= bit >> 1;
    }
  }
  return depth === 0 && words > 0;
}
const nameHash = hashOf('%');

/** Where nothing is written: for who asks only which words there are. */
export const nowhere: Builder<unknown> = { node: () => 1, edge: () => {}, free: () => {}, output: () => {} };

/**
 * A tilde goes on for three words or so many characters of a script without spaces: six of Chinese and Japanese; Thai spells
 * its vowels out, and Korean is read letter by letter. There a star, one word, is up to a third of that, else one character.
 */
function reachOf(pattern: string): { tilde: number; star: number } {
  return /[\p{Script=Thai}\p{Script=Hangul}]/u.test(pattern) ? { tilde: 18, star: 6 } : { tilde: 6, star: 1 };
}

const noReach = { tilde: 0, star: 0 };

/**
 * Adds one pattern, so that wherever it is found `output` is. Throws for a lone brace, a parenthesis, a word without
 * letters and a pattern without words.
 */
export function addPattern<T>(automaton: Builder<T>, pattern: string, output: T, speller: Speller): void {
  if (/[()]/.test(pattern)) throw new Error(`lexicon phrase with a parenthesis, which no flat text has: ${pattern}`);
  const parts = pattern.replaceAll('%', ' % ').match(/[{|}]|[^{|}]+/g) ?? [];
  const { tilde, star } = /[*~]/.test(pattern) ? reachOf(pattern) : noReach;
  let at = 0;

  const chain = (from: number, word: string, to: number): void => {
    if (word === '*') {
      automaton.edge(from, anyPlain, to);
      let here = from;
      for (let i = 1; i < star; i++) {
        const next = automaton.node();
        automaton.edge(here, anyDense, next);
        automaton.free(next, to);
        here = next;
      }
      automaton.edge(here, anyDense, to);
      return;
    }
    if (word === '~') {
      const steps = [from, ...Array.from({ length: tilde }, () => automaton.node())];
      steps.forEach((node, i) => {
        automaton.free(node, to);
        if (i + 1 <= tilde) automaton.edge(node, anyDense, steps[i + 1]!);
        if (i + tilde / 3 <= tilde) automaton.edge(node, anyPlain, steps[i + tilde / 3]!);
      });
      return;
    }
    const labels = speller(word);
    if (labels.length === 0) throw new Error(`lexicon phrase with a word that has no letters: ${pattern}`);
    let here = from;
    labels.forEach((label, i) => {
      const next = i === labels.length - 1 ? to : automaton.node();
      automaton.edge(here, label, next);
      here = next;
    });
  };
  /** Ends the words that are open: all tips go on from one node. */
  const close = (tips: readonly Tip[]): readonly Tip[] => {
    if (tips.length === 1 && tips[0]!.letters === '') return tips;
    const node = automaton.node();
    for (const tip of tips) {
      if (tip.letters === '') automaton.free(tip.node, node);
      else chain(tip.node, tip.letters, node);
    }
    return [{ node, letters: '' }];
  };
  const write = (tips: readonly Tip[], plain: string): readonly Tip[] => {
    if (tips.length === 1 && !plain.includes(' ')) return [{ node: tips[0]!.node, letters: tips[0]!.letters + plain }];
    let here = tips;
    plain.split(' ').forEach((part, i) => {
      if (i > 0) here = close(here);
      if (part !== '') here = here.map(({ node, letters }) => ({ node, letters: letters + part }));
    });
    return here;
  };
  /** Tips that no word is open at go on from one node. */
  const merge = (tips: readonly Tip[]): readonly Tip[] => {
    let ended = 0;
    for (const tip of tips) if (tip.letters === '') ended++;
    return ended > 1 ? [...tips.filter((tip) => tip.letters !== ''), ...close(tips.filter((tip) => tip.letters === ''))] : tips;
  };
  const sequence = (tips: readonly Tip[], nested: boolean): readonly Tip[] => {
    const done: Tip[] = [];
    let here = tips;
    for (;;) {
      const part = parts[at++];
      if (part === '{') here = sequence(here, true);
      else if (nested && (part === '|' || part === '}')) {
        done.push(...here);
        if (part === '}') return merge(done);
        here = tips;
      } else if (part === undefined || part === '}') {
        if (nested || part === '}') throw new Error(`lexicon phrase with a lone brace: ${pattern}`);
        return here;
      } else here = write(here, part);
    }
  };

  const [last] = close(sequence([{ node: 0, letters: '' }], false));
  if (last === undefined || last.node === 0) throw new Error(`lexicon phrase without a word: ${pattern}`);
  automaton.output(last.node, output);
}
