// What is known of a text when it is weighed: its phrases and names with their places, and what could be a report in it.
// Forms only; the rules are in judge-candidates.ts, judge-mask.ts and judge-weigh.ts.
import type { Symptom } from '../shared/report.ts';
import type { Clauses } from './judge-clauses.ts';
import type { Hit, PhraseKind } from './judge-phrases.ts';
import type { Reason } from './judge-reason.ts';

export interface Scene {
  flat: string;
  hits: readonly Hit[];
  clauses: Clauses;
  /** where the judged service stands, where others do */
  own: readonly number[];
  other: readonly number[];
  /** where the hashtags at the end begin, else the length of the text */
  tail: number;
  /** where a name stands that says the outage itself ("power cut"); null for every other name */
  telling: readonly number[] | null;
  /** the post speaks to or of a known service (handle, hashtag, field, name) */
  addressed: boolean;
  /** the name is an ordinary word and nothing around it says otherwise */
  ordinary: boolean;
  hasUrl: boolean;
  titleCase: () => boolean;
  /** the text of a hashtag such as #whatsappdown */
  hashtag: string | null;
}

/** The phrases of one list that were found. */
export type HitsOf = (kind: PhraseKind) => readonly Hit[];

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
