// The automaton: Aho-Corasick over symbol classes, as a double array. One step costs one look at one cell whatever the
// number of names, and a state costs 16 bytes instead of a row as wide as the alphabet.
// It knows sequences and masks, nothing of services.
import type { Pattern, Patterns } from './match-patterns.ts';

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

/** Slots of the double array: finds room for the children of one state, whose classes are ascending. */
function createSlots(classCount: number, states: number): { place(children: Uint16Array, count: number): number; size(): number } {
  let used = new Uint8Array(2 * (states + classCount));
  let size = 1;
  let hole = 1;
  let scan = 1;
  used[0] = 1;

  function fits(base: number, children: Uint16Array, count: number): boolean {
    for (let i = 0; i < count; i++) if (used[base + children[i]!] === 1) return false;
    return true;
  }

  function place(children: Uint16Array, count: number): number {
    const first = children[0]!;
    const several = count > 1;
    while (used[hole] === 1) hole++;
    let slot = Math.max(first, several ? Math.max(scan, hole) : hole);
    let tried = 0;
    while (used[slot] === 1 || (several && !fits(slot - first, children, count))) {
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
    for (let i = 0; i < count; i++) used[base + children[i]!] = 1;
    return base;
  }

  return { place, size: () => size };
}

/** Builds the automaton of all patterns. */
export function buildAutomaton({ list, trie, table: { classCount } }: Patterns): Automaton {
  const { size, labels, firstChild, nextSibling } = trie.branches(classCount);
  const slots = createSlots(classCount, size);
  const patternAt = new Int32Array(size);
  list.forEach(({ node }, i) => {
    patternAt[node] = i + 1;
  });
  let cells = new Int32Array(4 * (size + (size >> 3) + 3 * classCount)).fill(-1);
  let ends = new Int32Array(cells.length >> 2);
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
  const nodes = new Int32Array(size);
  const stateOf = new Int32Array(size);
  const children = new Uint16Array(classCount);
  for (let at = 0, end = 1; at < end; at++) {
    const s = stateOf[nodes[at]!]!;
    const begin = end;
    for (let child = firstChild[nodes[at]!]!; child !== 0; child = nextSibling[child]!) {
      children[end - begin] = labels[child]!;
      nodes[end++] = child;
    }
    if (end === begin) continue;
    const base = slots.place(children, end - begin);
    grow();
    for (let i = begin; i < end; i++) {
      const c = children[i - begin]!;
      const t = 4 * (base + c);
      const fail = s === 0 ? 0 : step(cells, cells[s + 2]!, c);
      const own = patternAt[nodes[i]!]!;
      cells[t] = 0;
      cells[t + 1] = s;
      cells[t + 2] = fail;
      cells[t + 3] = own === 0 ? cells[fail + 3]! : cells[fail + 3]! | maskOf(list[own - 1]!);
      ends[t >> 2] = own;
      stateOf[nodes[i]!] = t;
    }
    cells[s] = 4 * base;
  }
  const length = slots.size() + classCount;
  return { cells: cells.slice(0, 4 * length), ends: ends.slice(0, length) };
}
