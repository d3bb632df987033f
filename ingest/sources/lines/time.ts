// The time of a post in a line that is not parsed, for pacing only: what counts is what the intake reads.
import { readTime } from '../../../shared/post.ts';

const timeField = /"ts"\s*:\s*(?:"([^"\\]{10,40})"|(\d{1,16}))/;

/** ms since 1970 of the first `ts` in bytes[start, end), or undefined. */
export function readLineTime(bytes: Uint8Array, start: number, end: number): number | undefined {
  const found = timeField.exec(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1'));
  if (found === null) return undefined;
  return readTime(found[1] ?? Number(found[2]));
}
