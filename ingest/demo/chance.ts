// Chance: the dice of the simulated world. Same seed, same throws, on any machine.
// Nothing here is fit for secrets.

export interface Chance {
  /** A number in [0, 1). */
  unit(): number;
  /** A whole number in [0, n). */
  below(n: number): number;
  /** True with this probability. */
  hits(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
  /** How many events happen where `mean` are expected (Knuth's product method, so mind the cost: it grows with the mean). */
  poisson(mean: number): number;
}

/** sfc32 (Chris Doty-Humphrey's small fast counting generator, public domain), its state filled from a hash of the seed. */
export function createChance(seed: string | number): Chance {
  let [a, b, c, counter] = spread(String(seed));
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 12; i++) next();
  const unit = (): number => next() / 4_294_967_296;
  const below = (n: number): number => Math.floor(unit() * n);
  return {
    unit,
    below,
    hits: probability => unit() < probability,
    pick<T>(list: readonly T[]): T {
      if (list.length === 0) throw new RangeError('nothing to pick from');
      return list[below(list.length)] as T;
    },
    poisson(mean) {
      const limit = Math.exp(-mean);
      let count = 0;
      for (let product = unit(); product > limit; product *= unit()) count++;
      return count;
    },
  };
}

/** Things with weights, drawn in proportion to them. */
export interface Draw<T> {
  readonly total: number;
  /** `at` in [0, 1): usually chance.unit(), or a hash where the same thing must come out every time. */
  at(at: number): T;
}

/** A draw over [thing, weight] pairs; at least one weight must be above zero. */
export function createDraw<T>(weighted: readonly (readonly [T, number])[]): Draw<T> {
  const things = weighted.filter(([, weight]) => weight > 0);
  const last = things.at(-1);
  if (last === undefined) throw new RangeError('nothing to draw from');
  const total = things.reduce((sum, [, weight]) => sum + weight, 0);
  return {
    total,
    at(at) {
      let left = at * total;
      for (const [thing, weight] of things) {
        left -= weight;
        if (left < 0) return thing;
      }
      return last[0];
    },
  };
}

/** FNV-1a with four offsets, finished by murmur3's mixer. */
function spread(seed: string): [number, number, number, number] {
  const one = (salt: number): number => {
    let hash = 0x811c9dc5 ^ salt;
    for (let i = 0; i < seed.length; i++) hash = Math.imul(hash ^ seed.charCodeAt(i), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return hash ^ (hash >>> 16);
  };
  return [one(0), one(0x9e3779b9), one(0x7f4a7c15), one(0x2545f491)];
}
