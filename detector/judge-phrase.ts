// A phrase: one entry of a lexicon's lists, with what its kind may do. Owns taking them out of a lexicon; finding them in a
// text is judge-phrases.ts's.
import type { Symptom } from '../shared/report.ts';
import { neverHidden, type PhraseKind, speaking } from './judge-kinds.ts';
import type { Lexicon } from './lexicon.ts';

export interface Phrase {
  kind: PhraseKind;
  lang: string;
  symptom: Symptom | null;
  /** as the lexicon writes it */
  text: string;
  /** where it stands among all of its language; those of `any` come behind */
  place: number;
  /** what its kind may do (judge-kinds.ts) */
  speaks: boolean;
  hides: boolean;
}

/** what is no list of phrases */
const notSearched: ReadonlySet<string> = new Set(['lang', 'about', 'hashtagEnd', 'ordinary', 'plain', 'local', 'article', 'of', 'power', 'subjectFollows']);

/** All phrases of a lexicon, in its order. */
export function* phrasesOf(lexicon: Lexicon): Generator<Phrase> {
  let place = lexicon.lang === 'any' ? 1 << 20 : 0;
  for (const [key, value] of Object.entries(lexicon)) {
    if (notSearched.has(key) || typeof value === 'string' || typeof value === 'boolean') continue;
    const kind = key as PhraseKind;
    const groups: [Symptom | null, string[]][] = Array.isArray(value) ? [[null, value]] : (Object.entries(value) as [Symptom, string[]][]);
    for (const [symptom, patterns] of groups) {
      for (const text of patterns) yield { kind, lang: lexicon.lang, symptom, text, place: place++, speaks: speaking.has(kind), hides: !neverHidden.has(kind) };
    }
  }
}
