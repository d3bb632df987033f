// The data folder: the database and the key that the authors' hashes are made with.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toBusError } from './backends/index.ts';

/** Where the demonstration keeps its data, relative to where it is started. */
export const demonstrationFolder = './outcry-data/demonstration';

/** The key of a configuration, else the folder's own, made at the first start. Throws a BusError where the folder can't be written. */
export function authorKeyOf(folder: string, configured: string | null): Uint8Array {
  if (configured !== null) return new TextEncoder().encode(configured);
  const file = join(folder, 'author.key');
  try {
    mkdirSync(folder, { recursive: true });
    if (!existsSync(file)) writeFileSync(file, randomBytes(32), { mode: 0o600, flag: 'wx' });
    return readFileSync(file);
  } catch (error) {
    throw toBusError(error, file);
  }
}
