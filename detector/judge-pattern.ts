// Reads a lexicon's pattern into an automaton, alternatives side by side: `{a|b} {c|d}` is four edges, not four phrases.
// Owns the syntax (lexicon.ts describes it); how a word is spelled is its caller's.
import { anyDense, anyPlain, type Automaton } from './judge-automaton.ts';

/** How the words of a pattern become labels of edges: "isn't" is one, "it's" two, 落ち two. `*` and `~` never come here. */
export type Speller = (word: string) => readonly number[];

/** A place reached, with the letters of a word that has not ended yet. */
interface Tip {
  readonly node: number;
  readonly letters: string;
}

const tildeHalves = 6; // three words, or six dense characters

/**
 * Adds one pattern, so that wherever it is found `output` is. Throws for a lone brace, a parenthesis and a pattern that
 * has no words: lexicons are ours.
 */
export function addPattern<T>(automaton: Automaton<T>, pattern: string, output: T, speller: Speller): void {
  if (/[()]/.test(pattern)) throw new Error(`lexicon phrase with a parenthesis, which no flat text has: ${pattern}`);
  const text = pattern.replaceAll('%', ' % ');
  let at = 0;

  const chain = (from: number, word: string, to: number): void => {
    if (word === '*') {
      automaton.edge(from, anyPlain, to);
      automaton.edge(from, anyDense, to);
      return;
    }
    if (word === '~') {
      const halves = [from, ...Array.from({ length: tildeHalves }, () => automaton.node())];
      halves.forEach((node, i) => {
        automaton.free(node, to);
        if (i + 1 <= tildeHalves) automaton.edge(node, anyDense, halves[i + 1]!);
        if (i + 2 <= tildeHalves) automaton.edge(node, anyPlain, halves[i + 2]!);
      });
      return;
    }
    const labels = speller(word);
    if (labels.length === 0) automaton.free(from, to);
    let here = from;
    labels.forEach((label, i) => {
      const next = i === labels.length - 1 ? to : automaton.node();
      automaton.edge(here, label, next);
      here = next;
    });
  };
  /** Ends the words that are open: all tips go on from one node. */
  const close = (tips: readonly Tip[]): Tip[] => {
    if (tips.length === 1 && tips[0]!.letters === '') return [...tips];
    const node = automaton.node();
    for (const tip of tips) {
      if (tip.letters === '') automaton.free(tip.node, node);
      else chain(tip.node, tip.letters, node);
    }
    return [{ node, letters: '' }];
  };
  const write = (tips: readonly Tip[], plain: string): Tip[] => {
    let here = [...tips];
    plain.split(/\s+/).forEach((part, i) => {
      if (i > 0) here = close(here);
      if (part !== '') here = here.map(({ node, letters }) => ({ node, letters: letters + part }));
    });
    return here;
  };
  const merge = (tips: readonly Tip[]): Tip[] => {
    const seen = new Map<string, Tip>();
    for (const tip of tips) seen.set(`${tip.node} ${tip.letters}`, tip);
    const all = [...seen.values()];
    const ended = all.filter((tip) => tip.letters === '');
    return ended.length > 1 ? [...all.filter((tip) => tip.letters !== ''), ...close(ended)] : all;
  };
  const sequence = (tips: readonly Tip[], nested: boolean): Tip[] => {
    const done: Tip[] = [];
    let here = [...tips];
    for (;;) {
      const c = text.charAt(at);
      if (c === '{') {
        at++;
        here = sequence(here, true);
      } else if (nested && (c === '|' || c === '}')) {
        at++;
        done.push(...here);
        if (c === '}') return merge(done);
        here = [...tips];
      } else if (c === '' || c === '}') {
        if (nested || c === '}') throw new Error(`lexicon phrase with a lone brace: ${pattern}`);
        return here;
      } else {
        let end = at;
        while (end < text.length && !'{|}'.includes(text.charAt(end))) end++;
        if (end === at) end++;
        here = write(here, text.slice(at, end));
        at = end;
      }
    }
  };

  const [last] = close(sequence([{ node: 0, letters: '' }], false));
  if (last === undefined || last.node === 0) throw new Error(`lexicon phrase without a word: ${pattern}`);
  automaton.output(last.node, output);
}
