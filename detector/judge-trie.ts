// A trie over word numbers, its edges in an open hash of typed arrays: a Map a state would be ten times as large.
// Knows nothing of words or phrases.

export interface WordTrie<T> {
  add(path: readonly number[], output: T): void;
  /** the state after this word, or -1; 0 is the root */
  next(state: number, word: number): number;
  outputs(state: number): readonly T[];
  /** the state has edges */
  goesOn(state: number): boolean;
}

/** Creates an empty trie. Adding the same path and output twice keeps one. */
export function createWordTrie<T>(): WordTrie<T> {
  let size = 1 << 14;
  let froms = new Int32Array(size).fill(-1);
  let words = new Int32Array(size);
  let targets = new Int32Array(size);
  let edges = 0;
  let states = 1;
  let inner = new Uint8Array(1 << 12);
  const outputs = new Map<number, T[]>();
  const nothing: readonly T[] = [];

  const slot = (state: number, word: number): number => {
    let h = Math.imul(state, 0x9e3779b1) ^ Math.imul(word, 0x85ebca6b);
    h ^= h >>> 15;
    let at = h & (size - 1);
    while (froms[at] !== -1 && (froms[at] !== state || words[at] !== word)) at = (at + 1) & (size - 1);
    return at;
  };
  const put = (state: number, word: number, next: number): void => {
    const at = slot(state, word);
    froms[at] = state;
    words[at] = word;
    targets[at] = next;
  };
  const grow = (): void => {
    const old = { froms, words, targets };
    size *= 2;
    froms = new Int32Array(size).fill(-1);
    words = new Int32Array(size);
    targets = new Int32Array(size);
    old.froms.forEach((from, i) => {
      if (from !== -1) put(from, old.words[i]!, old.targets[i]!);
    });
  };
  const next = (state: number, word: number): number => {
    const at = slot(state, word);
    return froms[at] === -1 ? -1 : targets[at]!;
  };

  return {
    next,
    add(path, output) {
      let state = 0;
      for (const word of path) {
        let to = next(state, word);
        if (to === -1) {
          if (++edges * 2 >= size) grow();
          to = states++;
          put(state, word, to);
          if (state >= inner.length) {
            const wider = new Uint8Array(Math.max(state + 1, inner.length * 2));
            wider.set(inner);
            inner = wider;
          }
          inner[state] = 1;
        }
        state = to;
      }
      const here = outputs.get(state);
      if (here === undefined) outputs.set(state, [output]);
      else if (!here.includes(output)) here.push(output);
    },
    outputs: (state) => outputs.get(state) ?? nothing,
    goesOn: (state) => inner[state] === 1,
  };
}
