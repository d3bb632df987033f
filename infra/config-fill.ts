// What a configuration takes from outside: ${NAME} from the environment, ${file:PATH} from a file, as orchestrators mount
// secrets. What is filled in appears in no message.
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Place, Problem } from './config-place.ts';

export interface Outside {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Relative paths start here. */
  readonly folder: string;
}

/** No secret is longer; what is, is another file. */
const maxFileBytes = 64 << 10;
const marks = /\$\{(?:file:([^{}]+)|([A-Za-z_][A-Za-z0-9_]*))\}/g;

/** A file's text without its last line break, or why it can not be had. */
function readSecret(path: string): { text: string } | { why: string } {
  try {
    if (statSync(path).size > maxFileBytes) return { why: `is larger than ${maxFileBytes >> 10} KiB` };
    return { text: readFileSync(path, 'utf8').replace(/\r?\n$/, '') };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { why: code === 'ENOENT' ? 'is not there' : `can't be read (${code})` };
  }
}

/** The value with all marks in its texts replaced; each that can not be is a problem. */
export function fillIn(value: unknown, path: readonly PropertyKey[], place: Place, outside: Outside, problems: Problem[]): unknown {
  if (typeof value === 'string') {
    const problem = (message: string) => void problems.push({ line: place.lineOf(path), path: path.join('.'), message });
    return value.replace(marks, (whole, file: string | undefined, name: string | undefined) => {
      if (file !== undefined) {
        const read = readSecret(resolve(outside.folder, file));
        if ('text' in read) return read.text;
        problem(`the file ${file} ${read.why}: mount it, or write the value`);
        return whole;
      }
      const found = Object.hasOwn(outside.env, name!) ? outside.env[name!] : undefined;
      if (found !== undefined) return found;
      problem(`the environment has no ${name}: set it, or write the value`);
      return whole;
    });
  }
  if (Array.isArray(value)) return value.map((one, i) => fillIn(one, [...path, i], place, outside, problems));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, fillIn(one, [...path, key], place, outside, problems)]));
  }
  return value;
}
