// Authors as keyed hashes: the same author gives the same hash, and nobody without the key can tell who it was.
import { createMac } from './author-mac.ts';

/** Answers that are kept at least; at most twice as many are. */
const keptAnswers = 20_000;

/**
 * A function from (kind, value) to 16 characters of base64url: the first 96 bits of HMAC-SHA-256 under `key`.
 * `kind` keeps equal names of different sources apart. Recent answers are kept, because busy authors repeat.
 */
export function createAnonymiser(key: Uint8Array): (kind: string, value: string) => string {
  const mac = createMac(key);
  // Two generations: when the young one is full the old one goes, which costs nothing a call.
  let young = new Map<string, string>();
  let old = new Map<string, string>();
  return (kind, value) => {
    const plain = `${kind}\0${value}`;
    let hashed = young.get(plain);
    if (hashed !== undefined) return hashed;
    hashed = old.get(plain) ?? mac(plain);
    if (young.size >= keptAnswers) {
      old = young;
      young = new Map();
    }
    young.set(plain, hashed);
    return hashed;
  };
}
