// What is known of a text when it is weighed: its phrases and names with their places, and what could be a report in it.
// Forms only; the rules are in judge-candidates.ts, judge-mask.ts and judge-weigh.ts.
import type { Symptom } from '../shared/report.ts';
import type { Clauses } from './judge-clauses.ts';
import type { PhraseKind } from './judge-kinds.ts';
import type { Line } from './judge-line.ts';
import type { Hit } from './judge-phrases.ts';
import type { Reason } from './judge-reason.ts';

export interface Scene {
  line: Line;
  hits: HitsByKind;
  clauses: Clauses;
  /** where the judged service stands, where others do */
  own: readonly number[];
  other: readonly number[];
  /** where the hashtags at the end begin, else the length of the text */
  tail: () => number;
  /** where a name stands that says the outage itself ("power cut"); null for every other name */
  telling: readonly number[] | null;
  /** the post speaks to or of a known service (handle, hashtag, field, name) */
  addressed: boolean;
  /** the name is an ordinary word and nothing around it says otherwise */
  ordinary: boolean;
  /** such a name is written as names are, with a capital among small letters */
  isProper: () => boolean;
  hasUrl: boolean;
  titleCase: () => boolean;
  /** a link leads to a page, not to a picture of the writer's or another post */
  linksToPage: () => boolean;
  /** how much the text is set like a machine's message (judge-machine.ts) */
  machine: () => number;
  /** the subject of a candidate is neither a service nor a part of one: "the fridge is broken" */
  isBystanders: (c: Candidate) => boolean;
  /** a candidate speaks of electricity, and the service gives none */
  isOfPower: (c: Candidate) => boolean;
  /** the text of a hashtag such as #whatsappdown */
  hashtag: string | null;
}

/** The phrases that were found, by their lists, each in the order of the text. */
export type HitsByKind = Readonly<Record<PhraseKind, readonly Hit[]>>;

const noHits: readonly Hit[] = [];
const nothingFound: HitsByKind = {
  stopWords: noHits, outage: noHits, weak: noHits, fails: noHits, cannot: noHits, action: noHits, object: noHits, errorCode: noHits,
  question: noHits, sameHere: noHits, joke: noHits, recovery: noHits, negation: noHits, noneOfIt: noHits, past: noHits, still: noHits,
  headline: noHits, hearsay: noHits, operator: noHits, bot: noHits, planned: noHits, ownDevice: noHits, deviceFault: noHits, thought: noHits, cause: noHits, ownAccount: noHits,
  onePlace: noHits, otherSense: noHits, advert: noHits, wish: noHits, slow: noHits, refuge: noHits, praise: noHits, firstHand: noHits,
  but: noHits, determiner: noHits,
};

/** Puts each hit to its kind. */
export function byKind(hits: readonly Hit[]): HitsByKind {
  const kinds: Record<PhraseKind, readonly Hit[]> = { ...nothingFound };
  for (const hit of hits) {
    const list = kinds[hit.phrase.kind];
    if (list === noHits) kinds[hit.phrase.kind] = [hit];
    else (list as Hit[]).push(hit);
  }
  return kinds;
}

/** A place that could be a report. */
export interface Candidate {
  start: number;
  end: number;
  /** where the words of failing begin, after a subject that belongs to the candidate */
  core: number;
  symptom: Symptom;
  weight: number;
  reason: Reason;
  text: string;
}
