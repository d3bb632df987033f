// The page's words in English and German, chosen by the browser's language. What Outcry's data says in codes
// (symptoms, states, reasons) is put into words here; strangers' text is never translated.
import { english } from './words-english.ts';
import { german } from './words-german.ts';

export type Words = typeof english;

/** The words for a browser's language: German for de and its kin, else English. */
export function wordsFor(language: string): Words {
  return /^de\b/i.test(language) ? german : english;
}

/** A sentence with {0}, {1} ... filled in. */
export function say(sentence: string, ...values: readonly (string | number)[]): string {
  return sentence.replace(/\{(\d)\}/g, (_, index: string) => String(values[Number(index)] ?? ''));
}
