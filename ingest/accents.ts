// Folding takes accents off, so that "turk telekom" names Türk Telekom. The other way round an accent makes another
// word: German "über" is not Uber, Spanish "línea" is not Linea. This says whether a hit rests on such a word.
import type { Service } from '../shared/service.ts';
import { foldText } from '../shared/fold.ts';

const accented = /[\u00c0-\u024f\u1e00-\u1eff]/;
const accentedLetters = /[\u00c0-\u024f\u1e00-\u1eff]|\p{L}\u0308/gu;
// where a name that is written out plainly may still be another word: marks behind letters, and İ, whose lower case has one
const unsure = /[\u0300-\u036f\u0130]/;
// stands for a letter with an accent: folds to itself and ends no word
const otherLetter = 'ꬠ';

/**
 * A check of folded names in a text: true where the name is there only because an accent was taken off, and no service
 * is written with one. Cheap for texts without accents.
 */
export function createAccentCheck(services: readonly Service[]): (text: string, foldedName: string) => boolean {
  let known: ReadonlySet<string> | undefined;
  return (text, foldedName) => {
    if (!accented.test(text) && !text.includes('\u0308')) return false;
    if ((known ??= spelledWithAccents(services)).has(foldedName)) return false;
    if (!unsure.test(text) && text.toLowerCase().includes(foldedName)) return false;
    return !foldText(text.normalize('NFC').replace(accentedLetters, otherLetter)).includes(foldedName);
  };
}

function spelledWithAccents(services: readonly Service[]): ReadonlySet<string> {
  const spelled = new Set<string>();
  for (const { name, names, hashtags, handles } of services) {
    for (const one of [name, ...names, ...hashtags, ...handles]) if (accented.test(one.normalize('NFC'))) spelled.add(foldText(one.replace(/^[#@]/, '')));
  }
  return spelled;
}
