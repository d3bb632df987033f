// HMAC-SHA-256 of short messages, by its definition (FIPS 180-4, RFC 2104). An author's name is one block, so with the
// key's two blocks hashed beforehand a hash is two compressions; node's own takes several times that to be called.
import { hash } from 'node:crypto';

const blockBytes = 64;
/** The longest message that is one block: behind it stand a bit and its length. */
const oneBlockBytes = blockBytes - 9;

/** The first 32 bits of the fractional part of the roots of the first primes, which SHA-256 is made of. */
function rootsOfPrimes(count: number, root: (n: number) => number): Int32Array {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  return Int32Array.from(primes, (prime) => Math.floor((root(prime) % 1) * 2 ** 32) | 0);
}

const roundConstants = rootsOfPrimes(64, Math.cbrt);
const startState = rootsOfPrimes(8, Math.sqrt);

/** Compresses one block, as 16 words at the start of `words` (64 wide), into the state. */
function compress(state: Int32Array, words: Int32Array): void {
  for (let t = 16; t < 64; t++) {
    const w15 = words[t - 15]!;
    const w2 = words[t - 2]!;
    const s0 = ((w15 >>> 7) | (w15 << 25)) ^ ((w15 >>> 18) | (w15 << 14)) ^ (w15 >>> 3);
    const s1 = ((w2 >>> 17) | (w2 << 15)) ^ ((w2 >>> 19) | (w2 << 13)) ^ (w2 >>> 10);
    words[t] = (words[t - 16]! + s0 + words[t - 7]! + s1) | 0;
  }
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  let f = state[5]!;
  let g = state[6]!;
  let h = state[7]!;
  for (let t = 0; t < 64; t++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const one = (h + s1 + ((e & f) ^ (~e & g)) + roundConstants[t]! + words[t]!) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  state[0] = (state[0]! + a) | 0;
  state[1] = (state[1]! + b) | 0;
  state[2] = (state[2]! + c) | 0;
  state[3] = (state[3]! + d) | 0;
  state[4] = (state[4]! + e) | 0;
  state[5] = (state[5]! + f) | 0;
  state[6] = (state[6]! + g) | 0;
  state[7] = (state[7]! + h) | 0;
}

const alphabet = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_');

/** A function from a message to the first 96 bits of its HMAC-SHA-256 under `key`, as 16 characters of base64url. */
export function createMac(key: Uint8Array): (message: string) => string {
  const block = Buffer.alloc(blockBytes);
  block.set(key.length > blockBytes ? hash('sha256', key, 'buffer') : key);
  const words = new Int32Array(64);
  const state = new Int32Array(8);
  const answer = Buffer.alloc(16);

  /** The state behind the key's block, every byte of which is changed by `pad`. */
  function keyed(pad: number): Int32Array {
    const after = startState.slice();
    for (let i = 0; i < 16; i++) words[i] = block.readInt32BE(4 * i) ^ pad;
    compress(after, words);
    return after;
  }
  const inner = keyed(0x36363636);
  const outer = keyed(0x5c5c5c5c);

  /** The last block of a message behind one other: `length` bytes of it are in place, a bit and the whole length follow. */
  function finish(length: number): void {
    words[length >> 2]! |= 0x80 << (24 - 8 * (length & 3));
    words[15] = 8 * (blockBytes + length);
    compress(state, words);
  }

  /** Writes an ASCII message of one block to `words`; false where it is none. */
  function fits(message: string): boolean {
    if (message.length > oneBlockBytes) return false;
    words.fill(0, 0, 16);
    let all = 0;
    for (let i = 0; i < message.length; i++) {
      const unit = message.charCodeAt(i);
      all |= unit;
      words[i >> 2]! |= unit << (24 - 8 * (i & 3));
    }
    return all < 0x80;
  }

  return (message) => {
    if (fits(message)) {
      state.set(inner);
      finish(message.length);
    } else {
      const first = hash('sha256', Buffer.concat([block.map((byte) => byte ^ 0x36), Buffer.from(message)]), 'buffer');
      for (let i = 0; i < 8; i++) state[i] = first.readInt32BE(4 * i);
    }
    words.fill(0, 8, 16);
    words.set(state);
    state.set(outer);
    finish(32);
    for (let i = 0; i < 16; i++) {
      const at = 6 * i;
      const word = at >> 5;
      // six bits, of which some may stand in the next word
      const shift = 26 - (at & 31);
      const bits = shift >= 0 ? state[word]! >>> shift : (state[word]! << -shift) | (state[word + 1]! >>> (32 + shift));
      answer[i] = alphabet[bits & 63]!;
    }
    return answer.toString('latin1');
  };
}
