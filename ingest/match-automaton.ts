// The automaton: Aho-Corasick over symbol classes, as a double array. One step costs one look at one cell whatever the
// number of names, and a state costs 16 bytes instead of a row as wide as the alphabet.
// It knows sequences and masks, nothing of services.
import type { Pattern } from './match-patterns.ts';

/**
 * State s is the offset of its cell; the root is 0. cells[s] is its base, cells[s + 1] its parent, cells[s + 2] where it
 * fails to, cells[s + 3] its mask. On class c it goes to t = cells[s] + 4 * c if cells[t + 1] === s, else it tries again
 * from where it fails to.
 * Mask, by the kind k of the symbol that comes next: bit k, a service is named for certain; bit k + 8, it is unless an
 * exclude phrase covers it; bit k + 16, something ends here, were it an exclude phrase.
 */
export type Automaton = {
  readonly cells: Int32Array;
  /** by s / 4: 1 + the index of the pattern that ends in this very state, or 0 */
  readonly ends: Int32Array;
};

function maskOf(pattern: Pattern): number {
  let mask = 0;
  for (const use of pattern.uses) {
    mask |= use.endsBefore << 16;
    if (use.by !== 'exclude') mask |= use.doubtful ? use.endsBefore << 8 : use.endsBefore;
  }
  return mask;
}

/** The state after class c: the shared step of building and of the plain matcher. */
export function step(cells: Int32Array, s: number, c: number): number {
  let t = cells[s]! + 4 * c;
  while (cells[t + 1] !== s) {
    if (s === 0) return 0;
    s = cells[s + 2]!;
    t = cells[s]! + 4 * c;
  }
  return t;
}

/** Slots of the double array: finds room for the children of one state. */
function createSlots(classCount: number): { place(children: readonly number[]): number; size(): number } {
  let used = new Uint8Array(1 << 12);
  let size = 1;
  let hole = 1;
  let scan = 1;
  used[0] = 1;

  function fits(base: number, children: readonly number[]): boolean {
    for (const c of children) if (used[base + c] === 1) return false;
    return true;
  }

  function place(children: readonly number[]): number {
    const first = children[0]!;
    const several = children.length > 1;
    while (used[hole] === 1) hole++;
    let slot = Math.max(first, several ? Math.max(scan, hole) : hole);
    let tried = 0;
    while (used[slot] === 1 || (several && !fits(slot - first, children))) {
      slot++;
      tried++;
    }
    // A region where room is hard to find is left to only children; otherwise building would be quadratic.
    if (several && tried > 64) scan = Math.max(scan, slot - 32);
    const base = slot - first;
    size = Math.max(size, base + classCount);
    if (size + classCount >= used.length) {
      const grown = new Uint8Array(2 * (size + classCount));
      grown.set(used);
      used = grown;
    }
    for (const c of children) used[base + c] = 1;
    return base;
  }

  return { place, size: () => size };
}

/** Builds the automaton of patterns that are sorted by key and distinct, whose classes are below `classCount`. */
export function buildAutomaton(patterns: readonly Pattern[], classCount: number): Automaton {
  const slots = createSlots(classCount);
  let cells = new Int32Array(4 * 2 * classCount).fill(-1);
  let ends = new Int32Array(2 * classCount);
  cells.set([0, -1, 0, 0], 0);

  function grow(): void {
    const need = slots.size() + classCount;
    if (4 * need <= cells.length) return;
    const wider = new Int32Array(8 * need).fill(-1);
    wider.set(cells);
    cells = wider;
    const longer = new Int32Array(2 * need);
    longer.set(ends);
    ends = longer;
  }

  // Breadth first: what a state fails to is shallower, so it is there already; and the states that posts visit most lie
  // together at the front.
  const lows = [0];
  const highs = [patterns.length];
  const states = [0];
  let depth = 0;
  let levelEnd = 1;
  for (let node = 0; node < states.length; node++) {
    if (node === levelEnd) {
      depth++;
      levelEnd = states.length;
    }
    let low = lows[node]!;
    const high = highs[node]!;
    const s = states[node]!;
    if (low < high && patterns[low]!.key.length === depth) low++;
    const children: number[] = [];
    const starts: number[] = [];
    for (let i = low; i < high; i++) {
      const c = patterns[i]!.key.charCodeAt(depth);
      if (c !== children.at(-1)) {
        children.push(c);
        starts.push(i);
      }
    }
    if (children.length === 0) continue;
    starts.push(high);
    const base = slots.place(children);
    grow();
    for (let j = 0; j < children.length; j++) {
      const c = children[j]!;
      const t = 4 * (base + c);
      const pattern = patterns[starts[j]!]!;
      const fail = s === 0 ? 0 : step(cells, cells[s + 2]!, c);
      const own = pattern.key.length === depth + 1;
      cells[t] = 0;
      cells[t + 1] = s;
      cells[t + 2] = fail;
      cells[t + 3] = cells[fail + 3]! | (own ? maskOf(pattern) : 0);
      if (own) ends[t >> 2] = starts[j]! + 1;
      lows.push(starts[j]!);
      highs.push(starts[j + 1]!);
      states.push(t);
    }
    cells[s] = 4 * base;
  }
  const size = slots.size() + classCount;
  return { cells: cells.slice(0, 4 * size), ends: ends.slice(0, size) };
}
