// An automaton over numbered words, made deterministic only as far as texts have led it: building all of it at the
// start would cost a second. Knows nothing of words or phrases. What it remembers changes what a step costs, never its end.

/** An edge that any word, or any dense character, may take; a pause takes neither. */
export const anyPlain = 0;
export const anyDense = 1;
/** the first number that is free for words */
export const firstWord = 2;

export interface Automaton<T> {
  /** Makes a node and gives its number; node 0 is the start. */
  node(): number;
  edge(from: number, label: number, to: number): void;
  /** `to` is reached wherever `from` is. */
  free(from: number, to: number): void;
  /** Reaching this node means `output`. */
  output(node: number, output: T): void;
  /** The state after a word of this class, or -1; state 0 is the start. Nothing may be added after the first call. */
  next(state: number, word: number): number;
  /** what reaching this state means; null for nothing */
  outputs(state: number): readonly T[] | null;
}

const untaken = -2;
const wide = 4;
/** steps remembered before all is forgotten: about 8 MB */
const mostSteps = 1 << 18;

/** Creates an automaton that has only its start. A class of words, 0 or more, may take the labels that `labelsOf` gives. */
export function createAutomaton<T>(labelsOf: (word: number) => readonly number[]): Automaton<T> {
  // edges of a node are a chain through these lists: cheap to build, read once a state
  const first: number[] = [-1];
  const labels: number[] = [];
  const targets: number[] = [];
  const rest: number[] = [];
  const freely = new Map<number, number[]>();
  const outputs = new Map<number, T[]>();
  let states: (readonly number[])[] = [];
  let reachedBy: (readonly T[] | null)[] = [];
  const ids = new Map<string, number>();
  /** the start has thousands of edges, so they are sorted by label */
  let opening: Map<number, number[]> | null = null;

  // steps taken before, as an open hash of three numbers and a spare one: from a state, with a class of words, to a state
  let size = 1 << 13;
  let taken = new Int32Array(size * wide).fill(-1);
  let steps = 0;
  /** the first step of each class; most words of a text lead nowhere */
  let starts = new Int32Array(1 << 10).fill(untaken);

  const slot = (state: number, word: number): number => {
    let h = Math.imul(state, 0x9e3779b1) ^ Math.imul(word, 0x85ebca6b);
    h ^= h >>> 15;
    let at = (h & (size - 1)) * wide;
    while (taken[at] !== -1 && (taken[at] !== state || taken[at + 1] !== word)) at = (at + wide) & (size * wide - 1);
    return at;
  };
  const put = (state: number, word: number, to: number): void => {
    const at = slot(state, word);
    taken[at] = state;
    taken[at + 1] = word;
    taken[at + 2] = to;
  };
  const remember = (state: number, word: number, to: number): void => {
    if (++steps * 2 >= size) {
      const old = taken;
      size *= 2;
      taken = new Int32Array(size * wide).fill(-1);
      for (let at = 0; at < old.length; at += wide) if (old[at] !== -1) put(old[at]!, old[at + 1]!, old[at + 2]!);
    }
    put(state, word, to);
  };

  const closure = (nodes: readonly number[]): number[] => {
    const all = new Set(nodes);
    for (const node of all) for (const to of freely.get(node) ?? []) all.add(to);
    return [...all].sort((a, b) => a - b);
  };
  const stateOf = (nodes: readonly number[]): number => {
    const all = closure(nodes);
    const key = all.join();
    let id = ids.get(key);
    if (id === undefined) {
      ids.set(key, (id = states.length));
      states.push(all);
      const found = [...new Set(all.flatMap((n) => outputs.get(n) ?? []))];
      reachedBy.push(found.length === 0 ? null : found);
    }
    return id;
  };
  const open = (): Map<number, number[]> => {
    const byLabel = new Map<number, number[]>();
    states = [];
    reachedBy = [];
    ids.clear();
    taken.fill(-1);
    starts.fill(untaken);
    steps = 0;
    stateOf([0]);
    for (const node of states[0]!) {
      for (let e = first[node]!; e !== -1; e = rest[e]!) {
        const list = byLabel.get(labels[e]!);
        if (list === undefined) byLabel.set(labels[e]!, [targets[e]!]);
        else list.push(targets[e]!);
      }
    }
    return byLabel;
  };
  const step = (state: number, word: number, byLabel: ReadonlyMap<number, number[]>): number => {
    const reached: number[] = [];
    const open = labelsOf(word);
    if (state === 0) for (const label of open) reached.push(...(byLabel.get(label) ?? []));
    else {
      for (const node of states[state]!) {
        for (let e = first[node]!; e !== -1; e = rest[e]!) if (open.includes(labels[e]!)) reached.push(targets[e]!);
      }
    }
    return reached.length === 0 ? -1 : stateOf(reached);
  };

  return {
    node: () => first.push(-1) - 1,
    edge(from, label, to) {
      labels.push(label);
      targets.push(to);
      rest.push(first[from]!);
      first[from] = labels.length - 1;
    },
    free(from, to) {
      const list = freely.get(from);
      if (list === undefined) freely.set(from, [to]);
      else list.push(to);
    },
    output(node, output) {
      const list = outputs.get(node);
      if (list === undefined) outputs.set(node, [output]);
      else list.push(output);
    },
    next(state, word) {
      if (opening === null || (state === 0 && steps > mostSteps)) opening = open();
      if (state === 0) {
        if (word >= starts.length) starts = grown(starts, word);
        const known = starts[word]!;
        return known === untaken ? (starts[word] = step(0, word, opening)) : known;
      }
      const at = slot(state, word);
      if (taken[at] !== -1) return taken[at + 2]!;
      const to = step(state, word, opening);
      remember(state, word, to);
      return to;
    },
    outputs: (state) => reachedBy[state]!,
  };
}

function grown(starts: Int32Array, id: number): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(2 * (id + 1)).fill(untaken);
  longer.set(starts);
  return longer;
}
