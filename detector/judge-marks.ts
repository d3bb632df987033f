// Puts marks into a line where services are named, and parts the hashtags at its end from its sentence. Works in place.
// Which names count is its callers' to say.
import { atSign, cut, hashSign, isMark, isPause, type Line, space, writeLine } from './judge-line.ts';
import { handleMark, nameMark, otherMark } from './judge-text.ts';

/** Names as they stand in flat texts, the longest first, ready to be looked for among the words of a line. */
export interface Names {
  readonly texts: readonly string[];
  /** of each: the hash of its first word, and what stands before that word (# or @) */
  readonly hashes: Int32Array;
  readonly leads: Uint8Array;
  /** by the last eleven bits of each hash: a filter, which may say yes too often */
  readonly filter: Int32Array;
}

/** Reads names, writing them on `line`. */
export function readNames(names: Iterable<string>, alone: Uint8Array, line: Line): Names {
  const texts = [...new Set(names)].filter((name) => name !== '').sort((a, b) => b.length - a.length);
  const firsts = texts.map((text) => {
    writeLine(line, text);
    cut(line, alone);
    return { hash: line.hashes[0]!, lead: line.starts[0]! };
  });
  const filter = new Int32Array(64);
  for (const { hash } of firsts) filter[(hash >> 5) & 63]! |= 1 << hash;
  return { texts, hashes: Int32Array.from(firsts, ({ hash }) => hash), leads: Uint8Array.from(firsts, ({ lead }) => lead), filter };
}

/** A name that stands in the line at hand. */
interface Standing {
  readonly text: string;
  readonly hash: number;
  readonly lead: number;
  readonly mark: number;
  /** of names of one length the first in its list goes first, the judged service's before those of others */
  readonly rank: number;
}

/** names of one service, for ranks */
const mostNames = 100_000;

/**
 * Puts `nameMark` where one of the judged service's names stands, `otherMark` for those of others unless they are in
 * `plain`, in a line that has been cut, and remains so. Long names come first: "facebook messenger" must not become a mark
 * and a word.
 */
export function markNames(line: Line, own: Names, others: readonly Names[], plain: ReadonlySet<string>, alone: Uint8Array): void {
  const standing: Standing[] = [];
  collect(line, own, nameMark.charCodeAt(0), 0, standing);
  if (others.length > 0) {
    const found: Standing[] = [];
    for (const [i, names] of others.entries()) collect(line, names, otherMark.charCodeAt(0), (i + 1) * mostNames, found);
    for (const one of found) if (!plain.has(one.text) && !own.texts.includes(one.text)) standing.push(one);
  }
  if (standing.length > 1) standing.sort((a, b) => b.text.length - a.text.length || a.rank - b.rank);
  for (const one of standing) replaceName(line, one, alone);
}

/** Adds the names that stand in the line, whatever is around them. */
function collect({ units, length, count, starts, hashes }: Line, names: Names, mark: number, rank: number, standing: Standing[]): void {
  const { filter, hashes: firsts } = names;
  for (let i = 0; i < count; i++) {
    const hash = hashes[i]!;
    if (((filter[(hash >> 5) & 63]! >> hash) & 1) === 0) continue;
    for (let k = 0; k < firsts.length; k++) {
      if (firsts[k] !== hash || !standsAt(units, length, starts[i]! - names.leads[k]!, names.texts[k]!)) continue;
      const text = names.texts[k]!;
      if (!standing.some((one) => one.text === text)) standing.push({ text, hash, lead: names.leads[k]!, mark, rank: rank + k });
    }
  }
}

function standsAt(units: Uint16Array, length: number, at: number, text: string): boolean {
  if (at < 0 || at + text.length > length) return false;
  for (let i = 0; i < text.length; i++) if (units[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** Puts the mark wherever the name stands as words of its own; what follows moves up, and so do its words. */
function replaceName(line: Line, { text, hash, lead, mark }: Standing, alone: Uint8Array): void {
  const { units, length, count, starts, ends, hashes } = line;
  let next = 0;
  while (next < count && hashes[next] !== hash) next++;
  let done = 0;
  let shift = 0;
  let kept = next;
  for (; next < count; next++) {
    const start = starts[next]!;
    const from = start - lead;
    if (hashes[next] === hash && standsAt(units, length, from, text) && isFree(units, length, from, from + text.length, alone)) {
      const begin = from > 0 && (units[from - 1] === hashSign || units[from - 1] === atSign) ? from - 1 : from;
      const end = from + text.length;
      if (shift > 0) units.copyWithin(done - shift, done, begin);
      starts[kept] = begin - shift;
      ends[kept] = begin - shift + 1;
      hashes[kept++] = 0;
      // written last: it may stand where the next name is looked for
      units[begin - shift] = mark;
      shift += end - begin - 1;
      done = end;
      while (next + 1 < count && starts[next + 1]! < end) next++;
    } else {
      starts[kept] = start - shift;
      ends[kept] = ends[next]! - shift;
      hashes[kept++] = hashes[next]!;
    }
  }
  if (shift > 0) units.copyWithin(done - shift, done, length);
  line.length -= shift;
  line.count = kept;
}

/** What stands at [from, end) is no part of a longer word. */
function isFree(units: Uint16Array, length: number, from: number, end: number, alone: Uint8Array): boolean {
  const sign = from > 0 && (units[from - 1] === hashSign || units[from - 1] === atSign) ? 1 : 0;
  const before = from - sign - 1;
  if (before >= 0 && units[before] !== space && alone[units[before]!] !== 1 && alone[units[from]!] !== 1) return false;
  return end >= length || units[end] === space || alone[units[end]!] === 1 || alone[units[end - 1]!] === 1;
}

/** Puts `handleMark` for every handle that is left; the line must be cut anew. */
export function markHandles(line: Line): void {
  const { units, length } = line;
  let written = 0;
  let done = 0;
  for (let from = 0; from < length; from++) {
    if (units[from] !== atSign) continue;
    let end = from + 1;
    while (end < length && units[end] !== space && !isPause(units[end]!)) end++;
    if (end === from + 1) continue;
    written = keep(line, written, done, from, handleMark.charCodeAt(0));
    done = end;
    from = end - 1;
  }
  finish(line, written, done);
}

/** Puts one unit wherever a hashtag stands, even at the beginning of a longer one. */
export function replaceTag(line: Line, tag: string, unit: number): void {
  const { units, length } = line;
  let written = 0;
  let done = 0;
  for (let from = 0; from < length; from++) {
    if (units[from] !== hashSign || !standsAt(units, length, from, tag)) continue;
    written = keep(line, written, done, from, unit);
    done = from + tag.length;
    from = done - 1;
  }
  finish(line, written, done);
}

/** Moves what stands in [done, from) to where writing goes on and puts `unit` behind it. */
function keep({ units }: Line, written: number, done: number, from: number, unit: number): number {
  if (written !== done) units.copyWithin(written, done, from);
  const at = written + from - done;
  units[at] = unit;
  return at + 1;
}

function finish(line: Line, written: number, done: number): void {
  if (written === done) return;
  line.units.copyWithin(written, done, line.length);
  line.length -= done - written;
}

/** The hashtags at the end of a post are a label on it, not the end of its sentence: puts a pause before them. */
export function partClosingTags(line: Line): void {
  const { units } = line;
  const pauses = beforePauses(line);
  let at = pauses;
  if (pauses === line.length) return;
  for (let start = chunkBefore(line, at); start !== -1 && at - start > 2 && units[start + 1] === hashSign; start = chunkBefore(line, at)) at = start;
  if (at === pauses) return;
  units.copyWithin(at + 2, at, line.length);
  units[at] = space;
  units[at + 1] = 0x2c;
  line.length += 2;
}

/** Where the hashtags and names begin that were parted from the end of the text, else its length. */
export function closingTagsAt(line: Line): number {
  const { units } = line;
  const pauses = beforePauses(line);
  let at = pauses;
  for (let start = chunkBefore(line, at); start !== -1; start = chunkBefore(line, at)) {
    const isTag = units[start + 1] === hashSign && at - start > 2;
    if (!isTag && !(at - start === 2 && isMark(units[start + 1]!))) break;
    at = start;
  }
  const start = chunkBefore(line, at);
  return pauses < line.length && at < pauses && start !== -1 && at - start === 2 && units[start + 1] === 0x2c ? start : line.length;
}

/** The place before the full stops, commas and exclamation marks at the end. */
function beforePauses(line: Line): number {
  let at = line.length;
  for (let start = chunkBefore(line, at); start !== -1 && at - start === 2; start = chunkBefore(line, at)) {
    const code = line.units[start + 1]!;
    if (!isPause(code) || code === 0x3f) break;
    at = start;
  }
  return at;
}

/** The blank before the word that ends at a place, -1 where there is none. */
function chunkBefore({ units }: Line, end: number): number {
  let at = end - 1;
  while (at >= 0 && units[at] !== space) at--;
  return at;
}

/** Where a text, or a mark, stands in a line. */
export function placesOf({ units, length }: Line, text: string): number[] {
  const places: number[] = [];
  const first = text.charCodeAt(0);
  for (let i = 0; i < length; i++) if (units[i] === first && standsAt(units, length, i, text)) places.push(i);
  return places;
}
