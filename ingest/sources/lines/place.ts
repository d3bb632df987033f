// The place of `lines` in its file, and whether a place that was kept is still one in it. A file under the same name may
// have been swapped, cut or begun anew since: then its posts are read from the start rather than lost.
import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import { parseJson } from '../../json.ts';

const placeSchema = z.object({
  file: z.string().describe('absolute path'),
  offset: z.int().min(0).describe('the byte after the last line taken'),
  head: z.tuple([z.int().min(0), z.string()]).describe('how many bytes from the start of the file, at most to the offset, and their hash'),
});

const headBytes = 256;

export interface LinesPlace {
  /** The byte to read from; 0 unless what was kept fits the file. */
  readonly from: number;
  /** Why a place that was kept is not gone on from; undefined when it is, or when there was none. */
  readonly anew: string | undefined;
  /** The cursor for when all before `offset` has been taken. */
  cursorAt(offset: number): string;
}

async function headOf(file: string): Promise<Uint8Array> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64url').slice(0, 22);

/** Finds the place in `file`, a path, for a cursor of an earlier run. Rejects when the file can't be read. */
export async function findPlace(file: string, cursor: string | undefined): Promise<LinesPlace> {
  const path = resolve(file);
  const about = await stat(path);
  // a pipe by name has no places, and reading its head would lose it
  const head = about.isFile() ? await headOf(path) : new Uint8Array(0);

  function judge(): { from: number; anew?: string } {
    if (cursor === undefined || cursor === '') return { from: 0 };
    const kept = readPlace(cursor);
    if (kept === undefined) return { from: 0, anew: 'the place kept under this name is none in a file' };
    if (kept.file !== path) return { from: 0, anew: 'it is another file than before' };
    if (about.size < kept.offset) return { from: 0, anew: 'it is shorter than what was read of it before' };
    const [length, hash] = kept.head;
    if (hashOf(head.subarray(0, length)) !== hash) return { from: 0, anew: 'it begins otherwise than before' };
    return { from: kept.offset };
  }

  const { from, anew } = judge();
  let last: [number, string] | undefined;
  return {
    from, anew,
    cursorAt(offset) {
      const length = Math.min(offset, head.length);
      if (last?.[0] !== length) last = [length, hashOf(head.subarray(0, length))];
      return JSON.stringify({ file: path, offset, head: last } satisfies z.infer<typeof placeSchema>);
    },
  };
}

function readPlace(cursor: string): z.infer<typeof placeSchema> | undefined {
  return placeSchema.safeParse(parseJson(cursor)).data;
}
