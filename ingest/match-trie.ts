// The trie: every sequence of symbol classes that the matcher looks for, each beginning stored once. It is what the
// automaton is built of, and tells two spellings of one sequence to be the same. It knows numbers only, nothing of names.

export type Trie = {
  /** The node of a sequence, made where there is none yet; the root, 0, is that of none. */
  add(sequence: Uint16Array, length: number): number;
  /** Writes the sequence of a node from `into[0]` on; returns how long it is. */
  read(node: number, into: Uint16Array): number;
  /** All nodes as they stand; a node's children in the order of their classes, which are below `classCount`. */
  branches(classCount: number): Branches;
};

/** 0 where there is no child and no sibling: the root is neither. */
export type Branches = { readonly size: number; readonly labels: Uint16Array; readonly firstChild: Int32Array; readonly nextSibling: Int32Array };

export function createTrie(): Trie {
  let size = 1;
  let parents = new Int32Array(1 << 8);
  let labels = new Uint16Array(1 << 8);
  // an open hash of nodes by their parent and label, at most half full
  let slots = new Int32Array(1 << 9);
  let shift = 32 - 9;

  const slotOf = (parent: number, label: number): number => {
    const last = slots.length - 1;
    let slot = (Math.imul(parent, 0x9e3779b1) ^ Math.imul(label, 0x85ebca6b)) >>> shift;
    for (let node = slots[slot]!; node !== 0 && (parents[node] !== parent || labels[node] !== label); node = slots[slot]!) slot = (slot + 1) & last;
    return slot;
  };

  function grow(): void {
    const more = new Int32Array(2 * size);
    more.set(parents);
    parents = more;
    const longer = new Uint16Array(2 * size);
    longer.set(labels);
    labels = longer;
    slots = new Int32Array(4 * size);
    shift--;
    for (let node = 1; node < size; node++) slots[slotOf(parents[node]!, labels[node]!)] = node;
  }

  return {
    add(sequence, length) {
      let node = 0;
      for (let i = 0; i < length; i++) {
        const label = sequence[i]!;
        let slot = slotOf(node, label);
        if (slots[slot] === 0) {
          if (size === parents.length) {
            grow();
            slot = slotOf(node, label);
          }
          parents[size] = node;
          labels[size] = label;
          slots[slot] = size++;
        }
        node = slots[slot]!;
      }
      return node;
    },
    read(node, into) {
      let length = 0;
      for (let above = node; above !== 0; above = parents[above]!) length++;
      for (let at = length, above = node; above !== 0; above = parents[above]!) into[--at] = labels[above]!;
      return length;
    },
    branches(classCount) {
      // nodes by label, the highest first: whoever is put before its siblings is then the lowest
      const starts = new Int32Array(classCount + 1);
      for (let node = 1; node < size; node++) starts[classCount - 1 - labels[node]! + 1]!++;
      for (let i = 0; i < classCount; i++) starts[i + 1]! += starts[i]!;
      const order = new Int32Array(size);
      for (let node = 1; node < size; node++) order[starts[classCount - 1 - labels[node]!]!++] = node;
      const firstChild = new Int32Array(size);
      const nextSibling = new Int32Array(size);
      for (let i = 0; i < size - 1; i++) {
        const node = order[i]!;
        nextSibling[node] = firstChild[parents[node]!]!;
        firstChild[parents[node]!] = node;
      }
      return { size, labels, firstChild, nextSibling };
    },
  };
}
