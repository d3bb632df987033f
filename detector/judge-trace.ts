// Why a post was judged as it was, for people: every place that could be a report with what speaks against it, and every
// other phrase that had a say. Reads what the rules read and decides nothing; the rules are judge-mask.ts's and judge-weigh.ts's.
import { candidatesOf } from './judge-candidates.ts';
import { handleMark, nameMark, otherMark } from './judge-letters.ts';
import type { PhraseKind } from './judge-kinds.ts';
import { type Line, textOf } from './judge-line.ts';
import { maskOf } from './judge-mask.ts';
import type { Reason } from './judge-reason.ts';
import type { Scene } from './judge-scene.ts';

/** A place that could be a report. */
export interface Said {
  /** the words of the post, folded; `%` for the service, `%other` for another, `@` for a handle */
  said: string;
  /** as the lexicon writes it */
  phrase: string;
  reason: Reason;
  weight: number;
  /** the rule that keeps it from counting, null where it counts */
  masked: Reason | null;
}

/** A phrase that speaks for or against a report without being one. */
export interface Heard {
  said: string;
  phrase: string;
  list: PhraseKind;
}

export interface Trace {
  candidates: Said[];
  heard: Heard[];
  /** how much the text is set like a machine's message; 0.9 and more, less 0.4 for a person's words, makes it one */
  machine: number;
}

/** Lists whose hits are parts of candidates, or too plain to tell anything. */
const untold: ReadonlySet<PhraseKind> = new Set(['outage', 'weak', 'errorCode', 'question', 'joke', 'sameHere', 'cannot', 'action', 'fails', 'object', 'stopWords', 'but', 'determiner']);

/** Traces a scene; the texts are those of the post, and as hostile. */
export function traceOf(scene: Scene): Trace {
  const found = candidatesOf(scene);
  const candidates = found.map((c): Said => ({
    said: wordsOf(scene.line, c.start, c.end), phrase: c.text, reason: c.reason, weight: c.weight, masked: maskOf(c, found, scene),
  }));
  const heard = Object.entries(scene.hits).flatMap(([list, hits]): Heard[] =>
    untold.has(list as PhraseKind) ? [] : hits.map((h) => ({ said: wordsOf(scene.line, h.start, h.end), phrase: h.phrase.text, list: list as PhraseKind })),
  );
  return { candidates, heard, machine: Math.round(scene.machine() * 100) / 100 };
}

function wordsOf(line: Line, start: number, end: number): string {
  // Korean is read letter by letter and shown in syllables
  return textOf(line, start, end).replaceAll(nameMark, '%').replaceAll(otherMark, '%other').replaceAll(handleMark, '@').normalize('NFC').trim();
}
