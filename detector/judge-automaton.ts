// An automaton over numbered words, made deterministic only as far as texts have led it: building all of it at the
// start would cost a second. Knows nothing of words or phrases. What it remembers changes what a step costs, never its end.

/** An edge that any word, or any dense character, may take; a pause takes neither. */
export const anyPlain = 0;
export const anyDense = 1;
export const neither = 2;
/** the first number that is free for words */
export const firstWord = 3;

export interface Automaton<T> {
  /** Makes a node and gives its number; node 0 is the start. */
  node(): number;
  edge(from: number, label: number, to: number): void;
  /** `to` is reached wherever `from` is. */
  free(from: number, to: number): void;
  /** Reaching this node means `output`. */
  output(node: number, output: T): void;
  /** The state after a word of this class, or -1; state 0 is the start. After the first call edges come only from `supply`. */
  next(state: number, word: number): number;
  /** What reaching this state means: 0, nothing; else as `noteOf` said of its outputs. */
  note(state: number): number;
  outputs(state: number): readonly T[];
}

/** The classes of words and the labels that each may take, and both the other way round; shared by automata. */
export interface Classes {
  /** how many there are: every class is below it */
  readonly count: number;
  /** the labels of words that a class may take, besides those of `anyOf` */
  labels(word: number): readonly number[];
  /** the classes that may take the label of a word */
  by(label: number): readonly number[];
  /** by class: `anyPlain` or `anyDense`, which it may take, or `neither` */
  readonly anyOf: Uint8Array;
}

const untaken = -2;
const free = -1;
/** A row has as many pairs at least, so that `mostCells` bounds the number of states too. */
const leastPairs = 4;
/** numbers in the rows of all states before all is forgotten: 2 MB */
const mostCells = 1 << 19;

// what is known of a state stands side by side, so that a step costs the machine one look at its memory
const wide = 8;
const rowAt = 0; // where its row begins in the cells
const maskAt = 1; // the row's size less one, in pairs
const anyAt = 2; // three: where words lead that are not in the row, by what they may take
const noteAt = 5;
const waysAt = 6; // a bit for each 32nd class: no word of the others is in the row

/** What is told of an automaton. */
export interface Told<T> {
  /** Called before the start's edges with a label are first followed: adds all that can begin with it and is not there yet. */
  supply(label: number, to: Automaton<T>): void;
  /** Sums up outputs that are reached together in a number from 1 up. */
  noteOf(outputs: readonly T[]): number;
  /** Their order. */
  compare(a: T, b: T): number;
}

/** Creates an automaton that has only its start. */
export function createAutomaton<T>({ count, labels: labelsOf, by, anyOf }: Classes, { supply, noteOf, compare }: Told<T>): Automaton<T> {
  // edges of a node are a chain through these lists: cheap to build, read once a state
  const first: number[] = [-1];
  const labels: number[] = [];
  const targets: number[] = [];
  const rest: number[] = [];
  const freely = new Map<number, number[]>();
  const outputs = new Map<number, T[]>();
  let states: (readonly number[])[] = [];
  let reachedBy: (readonly T[])[] = [];
  const ids = new Map<string, number>();
  /** the start's edges by label, for it has thousands; from which nodes, and how many edges there were when that was noted */
  const opening = new Map<number, number[]>();
  const opened = new Set<number>();
  let openedEdges = 0;
  const supplied = new Uint8Array(count);
  let starts = new Int32Array(0);
  // A state's row is an open hash of its own, of the classes that lead on by a word of their own and of where they lead; most
  // words of a text are in no row.
  let cells = new Int32Array(1 << 14);
  let used = 0;
  let heads = new Int32Array(wide << 10);

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
      const found = [...new Set(all.flatMap((n) => outputs.get(n) ?? []))].sort(compare);
      reachedBy.push(found);
      if (id > 0) writeState(id, all, found.length === 0 ? 0 : noteOf(found));
    }
    return id;
  };
  const writeState = (id: number, nodes: readonly number[], note: number): void => {
    const live = new Set<number>();
    const any = [-1, -1, -1];
    for (const node of nodes) {
      for (let e = first[node]!; e !== -1; e = rest[e]!) {
        if (labels[e]! < neither) any[labels[e]!] = untaken;
        else for (const word of by(labels[e]!)) live.add(word);
      }
    }
    let ways = 0;
    for (const word of live) ways |= 1 << word;
    let size = leastPairs;
    while (size < 2 * live.size) size *= 2;
    if (used + 2 * size > cells.length) cells = longer(cells, used + 2 * size);
    if (wide * (id + 1) > heads.length) heads = longer(heads, wide * (id + 1));
    heads.set([used, size - 1, ...any, note, ways], wide * id);
    cells.fill(free, used, used + 2 * size);
    for (const word of live) {
      const at = cellOf(used, size - 1, word);
      cells[at] = word;
      cells[at + 1] = untaken;
    }
    used += 2 * size;
  };
  /** The cell of a class in a row, or the free one where it would be. */
  const cellOf = (row: number, mask: number, word: number): number => {
    let place = word & mask;
    while (cells[row + 2 * place] !== word && cells[row + 2 * place] !== free) place = (place + 1) & mask;
    return row + 2 * place;
  };
  const open = (): void => {
    states = [];
    reachedBy = [];
    ids.clear();
    used = 0;
    starts = new Int32Array(count).fill(untaken);
    stateOf([0]);
  };
  /** Notes the edges that the start has gained. */
  const openUp = (): void => {
    for (const node of closure([0])) {
      const isOld = opened.has(node);
      for (let e = first[node]!; e !== -1 && !(isOld && e < openedEdges); e = rest[e]!) push(opening, labels[e]!, targets[e]!);
      opened.add(node);
    }
    openedEdges = labels.length;
  };
  const step = (state: number, word: number): number => {
    const reached: number[] = [];
    const own = [anyOf[word]!, ...labelsOf(word)];
    if (state === 0) {
      for (const label of own) {
        if (supplied[label] === 0) supply(label, automaton);
        supplied[label] = 1;
      }
      openUp();
      for (const label of own) reached.push(...(opening.get(label) ?? []));
    } else {
      for (const node of states[state]!) {
        for (let e = first[node]!; e !== -1; e = rest[e]!) if (own.includes(labels[e]!)) reached.push(targets[e]!);
      }
    }
    return reached.length === 0 ? -1 : stateOf(reached);
  };
  const start = (word: number): number => {
    if (starts.length === 0 || used > mostCells) open();
    return starts[word] === untaken ? (starts[word] = step(0, word)) : starts[word]!;
  };

  // A step taken for the first time; it may make a state, and so longer arrays.
  const learnCell = (state: number, word: number, at: number): number => {
    const to = step(state, word);
    return (cells[at] = to);
  };
  const learnAny = (state: number, word: number, at: number): number => {
    const to = step(state, word);
    return (heads[at] = to);
  };

  const automaton: Automaton<T> = {
    node: () => first.push(-1) - 1,
    edge(from, label, to) {
      labels.push(label);
      targets.push(to);
      rest.push(first[from]!);
      first[from] = labels.length - 1;
    },
    free: (from, to) => push(freely, from, to),
    output: (node, output) => push(outputs, node, output),
    // the hot path of every search: -1 and -2 are `free` and `untaken`, 8 is `wide`
    next(state, word) {
      if (state === 0) {
        const to = starts[word];
        return to === undefined || to === -2 || used > mostCells ? start(word) : to;
      }
      const head = state * 8;
      if (((heads[head + waysAt]! >> word) & 1) !== 0) {
        const row = heads[head + rowAt]!;
        const mask = heads[head + maskAt]!;
        let place = word & mask;
        let cell = cells[row + 2 * place]!;
        while (cell !== word && cell !== -1) {
          place = (place + 1) & mask;
          cell = cells[row + 2 * place]!;
        }
        if (cell === word) {
          const at = row + 2 * place + 1;
          const to = cells[at]!;
          return to === -2 ? learnCell(state, word, at) : to;
        }
      }
      const at = head + anyAt + anyOf[word]!;
      const to = heads[at]!;
      return to === -2 ? learnAny(state, word, at) : to;
    },
    note: (state) => heads[state * 8 + noteAt]!,
    outputs: (state) => reachedBy[state]!,
  };
  return automaton;
}

function push<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function longer(numbers: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const more = new Int32Array(2 * length);
  more.set(numbers);
  return more;
}
