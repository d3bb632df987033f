// Authors as keyed hashes: the same author gives the same hash, and nobody without the key can tell who it was.
import { createHmac } from 'node:crypto';
import { LRUCache } from 'lru-cache';

/**
 * A function from (kind, value) to 16 characters of base64url: the first 96 bits of HMAC-SHA-256 under `key`.
 * `kind` keeps equal names of different sources apart. Recent answers are kept, because busy authors repeat.
 */
export function createAnonymiser(key: Uint8Array): (kind: string, value: string) => string {
  const recent = new LRUCache<string, string>({ max: 20_000 });
  return (kind, value) => {
    const plain = `${kind}\0${value}`;
    const known = recent.get(plain);
    if (known !== undefined) return known;
    const hash = createHmac('sha256', key).update(plain).digest('base64url').slice(0, 16);
    recent.set(plain, hash);
    return hash;
  };
}
