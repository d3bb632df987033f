// The kinds of phrases, which are the lists of a lexicon, and what each may do to the others. What a verdict makes of them
// is judge-weigh.ts's.
import type { Lexicon } from './lexicon.ts';

export type PhraseKind = Exclude<keyof Lexicon, 'lang' | 'about' | 'hashtagEnd' | 'ordinary' | 'plain' | 'local' | 'article' | 'of' | 'power' | 'subjectFollows'>;

/** They stand wherever they are found, and hide no other. */
export const neverHidden: ReadonlySet<PhraseKind> = new Set(['deviceFault', 'thought', 'cause', 'object', 'fails', 'action', 'stopWords', 'firstHand', 'determiner', 'but', 'negation', 'still', 'refuge', 'praise']);

/** Without one of these nothing is said of an outage, nor is there another reason to give. */
export const speaking: ReadonlySet<PhraseKind> = new Set([
  'outage', 'errorCode', 'question', 'weak', 'joke', 'sameHere', 'cannot', 'fails', 'recovery', 'operator',
  'noneOfIt', 'slow', 'otherSense', 'ownAccount', 'planned', 'advert', 'headline', 'wish',
]);
