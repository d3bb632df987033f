// Groups: items, each with a sequence of keys, parted by what comes next only where someone asks. Sorting tens of
// thousands of names at the start would cost more than all that is ever asked of them. It knows numbers only.

export type Groups = {
  /** The items; those of a range that was parted lie together by their key, the lowest first. */
  readonly order: Int32Array;
  /** Parts the range by the keys at a depth; returns how many groups there are. */
  part(from: number, to: number, depth: number): number;
  /** Of the range that was parted last, by group: the key, and where in the order the group ends. */
  readonly keys: Uint16Array;
  readonly ends: Int32Array;
};

/** Groups of so many items; keys are below `keyCount`. */
export function createGroups(count: number, keyCount: number, keyAt: (item: number, depth: number) => number): Groups {
  const order = new Int32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  const keys = new Uint16Array(keyCount);
  const ends = new Int32Array(keyCount);
  // by key: how many there are, then where the next goes; all 0 between two calls
  const counts = new Int32Array(keyCount);
  const scratch = new Int32Array(count);

  function part(from: number, to: number, depth: number): number {
    let groups = 0;
    for (let i = from; i < to; i++) {
      const key = keyAt(order[i]!, depth);
      if (counts[key]!++ === 0) keys[groups++] = key;
    }
    if (groups > 1) keys.subarray(0, groups).sort();
    for (let k = 0, end = from; k < groups; k++) {
      const begin = end;
      end += counts[keys[k]!]!;
      ends[k] = end;
      counts[keys[k]!] = begin;
    }
    if (groups > 1) {
      for (let i = from; i < to; i++) scratch[i] = order[i]!;
      for (let i = from; i < to; i++) order[counts[keyAt(scratch[i]!, depth)]!++] = scratch[i]!;
    }
    for (let k = 0; k < groups; k++) counts[keys[k]!] = 0;
    return groups;
  }

  return { order, part, keys, ends };
}
