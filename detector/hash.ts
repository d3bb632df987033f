// Owns the one hash by which the fold tells posts, people and texts apart. Not for secrets: authors come hashed.

/** A 53-bit hash of a text, from two 32-bit FNV-1a streams with different primes and a final avalanche each. */
export function hash53(text: string, seed = 0): number {
  let a = 0x811c9dc5 ^ seed;
  let b = 0x9dc5811c ^ seed;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    a = Math.imul(a ^ c, 0x01000193);
    b = Math.imul(b ^ c, 0x85ebca6b);
    b = (b << 13) | (b >>> 19);
  }
  return (mix(a) & 0x1fffff) * 0x1_0000_0000 + mix(b ^ a);
}

/** Avalanches 32 bits, so that any of them can pick a place. Source: the finaliser of MurmurHash3, public domain. */
export function mix(value: number): number {
  let h = value ^ (value >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
