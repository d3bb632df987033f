// What is dear to make of lexicons and catalogue, kept from one start to the next, beside the packages as compiled code is, and so
// in nobody else's hands. A file is named by what it was made of, code included, and carries its own check: one that is wrong or
// cut short is made anew, and a folder that can't be read or written costs only time.
import { createHash, hash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { deserialize, serialize } from 'node:v8';
import { crc32 } from 'node:zlib';
import type { Keep } from '../shared/keep.ts';

const root = join(import.meta.dirname, '..');
const checkBytes = 4;
/** Other catalogues and other versions may be in use at the same time. */
const mostOfAName = 8;
/** Where all code lies that makes what is kept. */
const madeBy = ['shared', 'shared/catalog', 'ingest', 'detector'];

/** The code as it stands, and what runs it: another may make something else of the same inputs. */
function codeDigest(): string {
  const all = createHash('sha256').update(process.version);
  for (const folder of madeBy) {
    const files = readdirSync(join(root, folder)).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
    for (const name of files.sort()) all.update(name).update(readFileSync(join(root, folder, name)));
  }
  return all.digest('hex');
}

/** Keeps in a folder, which need not exist. */
export function createStored(folder: string): Keep {
  let code: string | undefined;
  /** By what was given out, its key: it goes into others, and writing all of it out would cost more than reading what they make. */
  const keys = new WeakMap<object, string>();

  const keyOf = (input: unknown): string => (typeof input === 'object' && input !== null ? keys.get(input) : undefined) ?? JSON.stringify(input);

  function read(file: string): { value: unknown } | undefined {
    try {
      const bytes = readFileSync(file);
      const body = bytes.subarray(checkBytes);
      return crc32(body) === bytes.readUInt32LE(0) ? { value: deserialize(body) } : undefined;
    } catch {
      return undefined;
    }
  }

  function write(name: string, file: string, value: unknown): void {
    const fresh = `${file}.${process.pid}.${threadId}`;
    try {
      mkdirSync(folder, { recursive: true });
      const body = serialize(value);
      const check = Buffer.alloc(checkBytes);
      check.writeUInt32LE(crc32(body));
      writeFileSync(fresh, Buffer.concat([check, body]));
      renameSync(fresh, file);
      for (const old of ofName(name).slice(mostOfAName)) rmSync(old, { force: true });
    } catch {
      try {
        rmSync(fresh, { force: true });
      } catch {
        // there is no such folder
      }
    }
  }

  /** The files of a name, the newest first. */
  function ofName(name: string): string[] {
    const files = readdirSync(folder).filter((one) => one.startsWith(`${name}-`)).map((one) => join(folder, one));
    return files.map((file) => ({ file, at: statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0 })).sort((a, b) => b.at - a.at).map(({ file }) => file);
  }

  return <T>(name: string, inputs: readonly unknown[], make: () => T): T => {
    code ??= codeDigest();
    const key = `${name}-${hash('sha256', `${code}${inputs.map(keyOf).join('\n')}`).slice(0, 32)}`;
    const file = join(folder, key);
    const kept = read(file);
    const value = kept === undefined ? make() : (kept.value as T);
    if (kept === undefined) write(name, file, value);
    if (typeof value === 'object' && value !== null) keys.set(value, key);
    return value;
  };
}

/** What all commands keep. */
export const stored: Keep = createStored(join(root, 'node_modules', '.cache', 'outcry-stored'));
