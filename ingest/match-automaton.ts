// The automaton: Aho-Corasick over symbol classes, as a double array, made only as far as texts have led it: most names are
// never met, and laying out all of them would cost each start a quarter of a second. One step costs one look at one cell
// whatever the number of names, and a state costs 32 bytes instead of a row as wide as the alphabet.
// It knows sequences and masks, nothing of services. What it remembers changes what a step costs, never its end.
import { createGroups } from './match-groups.ts';
import type { Patterns, Use } from './match-patterns.ts';

/** State 0 is the root. */
export type Automaton = {
  /** The state after class c. */
  step(s: number, c: number): number;
  /**
   * What holds in a state, by the kind k of the symbol that comes next: bit k, a service is named for certain; bit k + 8, it
   * is unless an exclude phrase covers it; bit k + 16, something ends here, were it an exclude phrase.
   */
  mask(s: number): number;
  /** What ends in this very state, and how long it is; undefined where nothing does. */
  endAt(s: number): End | undefined;
  /** The state of the longest other beginning that this one ends with: what ends there ends here too. */
  failsTo(s: number): number;
};

export type End = { readonly length: number; readonly uses: readonly Use[] };

function maskOf(uses: readonly Use[]): number {
  let mask = 0;
  for (const use of uses) {
    mask |= use.endsBefore << 16;
    if (use.by !== 'exclude') mask |= use.doubtful ? use.endsBefore << 8 : use.endsBefore;
  }
  return mask;
}

/** The base of a state whose children are not laid out: from there on lie as many cells as there are classes, of no state. */
const unmade = 4;
/** The base of one that has no children. */
const childless = 0;

/** Makes the automaton of all patterns. */
export function createAutomaton({ count, sequences, starts, usesOf, table: { classCount } }: Patterns): Automaton {
  // State s is the offset of its cell. cells[s] is its base, cells[s + 1] its parent, cells[s + 2] where it fails to,
  // cells[s + 3] its mask. On class c it goes to t = cells[s] + 4 * c if cells[t + 1] === s, else it tries again from where
  // it fails to.
  let cells = new Int32Array(4 * 8 * classCount).fill(-1);
  // beside its cell: where its patterns begin and end in the order, how deep it is, and 1 + the number of what ends there
  let facts = new Int32Array(cells.length);
  const ends: End[] = [];
  const slots = createSlots(classCount);
  // no class of a sequence is 0: patterns that are over come first
  const groups = createGroups(count, classCount, (pattern, depth) => (starts[pattern]! + depth < starts[pattern + 1]! ? sequences[starts[pattern]! + depth]! : 0));
  const children = new Uint16Array(classCount);
  cells.set([count === 0 ? childless : unmade, -1, 0, 0], 0);
  facts[1] = count;

  /** Lays out the children of a state; those of the states it fails to are. */
  function layOut(s: number): void {
    const depth = facts[s + 2]!;
    let from = facts[s]!;
    const groupCount = groups.part(from, facts[s + 1]!, depth);
    const own = groups.keys[0] === 0 ? 1 : 0;
    if (own === 1) from = groups.ends[0]!;
    const childCount = groupCount - own;
    for (let k = 0; k < childCount; k++) children[k] = groups.keys[k + own]!;
    const base = slots.place(children, childCount);
    if (4 * slots.size() > cells.length) {
      cells = longer(cells, 8 * slots.size());
      facts = longer(facts, cells.length);
    }
    cells[s] = 4 * base;
    for (let k = 0; k < childCount; k++) {
      const c = children[k]!;
      const t = 4 * (base + c);
      const to = groups.ends[k + own]!;
      const fail = s === 0 ? 0 : step(cells[s + 2]!, c);
      const over = overAt(from, to, depth + 1);
      cells[t] = over.length === to - from ? childless : unmade;
      cells[t + 1] = s;
      cells[t + 2] = fail;
      cells[t + 3] = cells[fail + 3]!;
      facts[t] = from;
      facts[t + 1] = to;
      facts[t + 2] = depth + 1;
      facts[t + 3] = 0;
      if (over.length > 0) {
        const uses = usesOf(over);
        cells[t + 3]! |= maskOf(uses);
        facts[t + 3] = ends.push({ length: depth + 1, uses });
      }
      from = to;
    }
  }

  /** The patterns of a range that end at this depth. */
  function overAt(from: number, to: number, depth: number): Int32Array {
    return groups.order.subarray(from, to).filter((one) => starts[one]! + depth === starts[one + 1]);
  }

  /** Lays out a state and those that it fails to, the nearest to the root first: then no step on the way meets one unmade. */
  function make(s: number): void {
    const waiting: number[] = [];
    for (let f = s; cells[f] === unmade || cells[f] === childless; f = cells[f + 2]!) {
      if (cells[f] === unmade) waiting.push(f);
      if (f === 0) break;
    }
    for (const one of waiting.toReversed()) layOut(one);
  }

  function step(s: number, c: number): number {
    let t = cells[s]! + 4 * c;
    while (cells[t + 1] !== s) {
      if (cells[s] === unmade) make(s);
      else if (s === 0) return 0;
      else s = cells[s + 2]!;
      t = cells[s]! + 4 * c;
    }
    return t;
  }

  return {
    step,
    mask: (s) => cells[s + 3]!,
    endAt: (s) => ends[facts[s + 3]! - 1],
    failsTo: (s) => cells[s + 2]!,
  };
}

function longer(numbers: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const more = new Int32Array(length).fill(-1);
  more.set(numbers);
  return more;
}

/** Slots of the double array: finds room for the children of one state, whose classes are ascending. */
function createSlots(classCount: number): { place(children: Uint16Array, count: number): number; size(): number } {
  // the root, and the cells of no state
  let used = new Uint8Array(4 * classCount).fill(1, 0, 1 + classCount);
  let size = 2 * classCount + 1;
  let hole = 1 + classCount;
  let scan = hole;

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

  /** All bases are so that every class lies below it. */
  return { place, size: () => size };
}
