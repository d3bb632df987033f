// What is dear to make of lexicons and catalogue, kept from one start to the next, beside the packages as compiled code is, and so
// in nobody else's hands. A file is named by what it was made of, code included, and carries its own check: one that is wrong or
// cut short is made anew, and a folder that can't be read or written costs only time.
import { createHash, hash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { deserialize, serialize } from 'node:v8';
import type { Keep } from '../shared/keep.ts';

const root = join(import.meta.dirname, '..');
const digestBytes = 32;
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

  function read(file: string): { value: unknown } | undefined {
    try {
      const bytes = readFileSync(file);
      const body = bytes.subarray(digestBytes);
      return hash('sha256', body, 'buffer').equals(bytes.subarray(0, digestBytes)) ? { value: deserialize(body) } : undefined;
    } catch {
      return undefined;
    }
  }

  function write(name: string, file: string, value: unknown): void {
    const fresh = `${file}.${process.pid}.${threadId}`;
    try {
      mkdirSync(folder, { recursive: true });
      const body = serialize(value);
      writeFileSync(fresh, Buffer.concat([hash('sha256', body, 'buffer'), body]));
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
    const file = join(folder, `${name}-${hash('sha256', `${code}${JSON.stringify(inputs)}`).slice(0, 32)}`);
    const kept = read(file);
    if (kept !== undefined) return kept.value as T;
    const value = make();
    write(name, file, value);
    return value;
  };
}

/** What all commands keep. */
export const stored: Keep = createStored(join(root, 'node_modules', '.cache', 'outcry-stored'));
