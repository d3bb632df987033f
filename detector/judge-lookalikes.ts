// Words that mix Latin with Cyrillic or Greek letters that look the same ("WhatsАpp dоwn", from a joker or a wrong keyboard)
// are given one alphabet. Works in place. Owns such words only; a word of one alphabet is left as it is.
import { scripts } from './judge-letters.ts';
import { type Line, space } from './judge-line.ts';

const cyrillic = 'аеорсхуіѕјкмтвнԁԛԝһӏ';
const ofCyrillic = 'aeopcxyisjkmtbhdqwhl';
const greek = 'αορνικτυχεβ';
const ofGreek = 'aopviktuxeb';

const toLatin: ReadonlyMap<number, number> = new Map([...mapped(cyrillic, ofCyrillic), ...mapped(greek, ofGreek)]);
const toCyrillic: ReadonlyMap<number, number> = new Map(mapped(ofCyrillic, cyrillic).toReversed());
const toGreek: ReadonlyMap<number, number> = new Map(mapped(ofGreek, greek));

function mapped(from: string, to: string): [number, number][] {
  return Array.from(from, (c, i) => [c.charCodeAt(0), to.charCodeAt(i)]);
}

/**
 * Gives each mixed word of an uncut flat text the alphabet in which all its letters can be written, Latin first unless the
 * text has more of the other; `letters` are the counts by script, which follow.
 */
export function mendMixedWords(line: Line, letters: Int32Array): void {
  const foreign = letters[scripts.cyrillic]! + letters[scripts.ukrainian]! + letters[scripts.russian]!;
  const latin = letters[scripts.latin]!;
  if (latin === 0 || (foreign === 0 && letters[scripts.greek] === 0)) return;
  const { units, length } = line;
  for (let start = 0; start < length; start++) {
    if (units[start] === space) continue;
    let end = start;
    let hasLatin = false;
    let other = 0;
    let turns = 0;
    let turnedAt = 0;
    for (; end < length && units[end] !== space; end++) {
      const code = units[end]!;
      const isLatin = code >= 0x61 && code <= 0x7a;
      if (!isLatin && (code < 0x370 || code >= 0x530)) continue;
      if (isLatin ? other !== 0 && units[end - 1] === other : hasLatin && other !== units[end - 1]) {
        turns++;
        turnedAt = end;
      }
      if (isLatin) hasLatin = true;
      else other = code;
    }
    // a Latin name with an ending, as "iPhoneом", is no mixture
    const isInflected = turns === 1 && turnedAt - start > 2 && end - turnedAt > 1;
    if (hasLatin && other !== 0 && !isInflected) {
      const isGreek = other < 0x400;
      const away = isGreek ? toGreek : toCyrillic;
      const ways = foreign > latin ? [away, toLatin] : [toLatin, away];
      const way = ways.find((one) => fits(units, start, end, one === toLatin, one));
      if (way !== undefined) rewrite(line, start, end, way, letters, isGreek ? scripts.greek : scripts.cyrillic, way === toLatin);
    }
    start = end;
  }
}

/** All letters that are not of the alphabet aimed at have a twin in it. */
function fits(units: Uint16Array, start: number, end: number, latin: boolean, way: ReadonlyMap<number, number>): boolean {
  for (let i = start; i < end; i++) {
    const code = units[i]!;
    const foreign = latin ? code >= 0x370 && code < 0x530 : code >= 0x61 && code <= 0x7a;
    if (foreign && !way.has(code)) return false;
  }
  return true;
}

function rewrite({ units }: Line, start: number, end: number, way: ReadonlyMap<number, number>, letters: Int32Array, script: number, latin: boolean): void {
  for (let i = start; i < end; i++) {
    const to = way.get(units[i]!);
    if (to === undefined) continue;
    units[i] = to;
    letters[scripts.latin]! += latin ? 1 : -1;
    letters[script] = Math.max(0, letters[script]! + (latin ? -1 : 1));
  }
}
