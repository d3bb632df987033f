// Authors as keyed hashes: the same author gives the same hash, and nobody without the key can tell who it was.
import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';

/** Block of SHA-256, bytes. */
const blockBytes = 64;

/**
 * HMAC-SHA-256 under one key by its definition (RFC 2104) over one-shot hashes: node's own Hmac object costs several
 * times what hashing the few bytes of a name does.
 */
function createMac(key: Uint8Array): (message: string) => Buffer {
  const block = Buffer.alloc(blockBytes);
  block.set(key.length > blockBytes ? hash('sha256', key, 'buffer') : key);
  const inner = block.map((byte) => byte ^ 0x36) as Buffer;
  const outer = Buffer.concat([block.map((byte) => byte ^ 0x5c), Buffer.alloc(32)]);
  return (message) => {
    outer.set(hash('sha256', Buffer.concat([inner, Buffer.from(message)]), 'buffer'), blockBytes);
    return hash('sha256', outer, 'buffer');
  };
}

/**
 * A function from (kind, value) to 16 characters of base64url: the first 96 bits of HMAC-SHA-256 under `key`.
 * `kind` keeps equal names of different sources apart. Recent answers are kept, because busy authors repeat.
 */
export function createAnonymiser(key: Uint8Array): (kind: string, value: string) => string {
  const mac = createMac(key);
  const recent = new LRUCache<string, string>({ max: 20_000 });
  return (kind, value) => {
    const plain = `${kind}\0${value}`;
    const known = recent.get(plain);
    if (known !== undefined) return known;
    const hashed = mac(plain).toString('base64url', 0, 12);
    recent.set(plain, hashed);
    return hashed;
  };
}
