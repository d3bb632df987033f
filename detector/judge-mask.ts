// Says why a place that could be a report is none: another service's, denied, past, a wish, one person's own trouble, or an
// ordinary word. Each rule looks at the clause or the sentence around the place.
import type { Hit } from './judge-phrases.ts';
import type { Reason } from './judge-reason.ts';
import type { Candidate, HitsOf, Scene } from './judge-scene.ts';
import { isAboutOwn } from './judge-subject.ts';

/** People flee to this service, or praise it beside another that fails: what is said is not said of it. */
function isPraised(c: Candidate, scene: Scene, of: HitsOf): boolean {
  const { own, other, clauses } = scene;
  if (own.length === 0) return false;
  // "on Twitter because WhatsApp ...": the first name of the phrase is the one fled to
  const within = (hits: readonly Hit[], p: number): boolean => hits.some((h) => p >= h.start && p < h.end && ![...own, ...other].some((q) => q >= h.start && q < p));
  if (own.every((p) => within(of('refuge'), p))) return true;
  if (other.length === 0 || own.some((p) => p >= c.start && p < c.end)) return false;
  const praise = of('praise').filter((h) => !clauses.asks(h.start));
  return own.every((p) => within(praise, p) || within(of('refuge'), p));
}

/** Why a candidate does not count, or null. */
export function maskOf(c: Candidate, found: readonly Candidate[], scene: Scene, of: HitsOf): Reason | null {
  const { clauses } = scene;
  if (c.reason === 'hashtag-down') return null;
  const sentence = clauses.sentenceAt(c.start);
  const clause = clauses.clauseAt(c.start);
  const sameClause = (h: Hit): boolean => clauses.clauseAt(h.start) === clause;
  const sameSentence = (h: Hit): boolean => clauses.sentenceAt(h.start) === sentence;
  const before = (h: Hit, words: number): boolean => h.end <= c.start && clauses.wordsBetween(h.end, c.start) <= words;

  if (scene.ordinary && !isBeside(c, scene, of)) return 'ordinary-name';
  if (isPraised(c, scene, of)) return 'competitor-praised';
  const namesOwn = scene.own.some((p) => p >= c.start && p < c.end);
  // "WhatsApp blackout" is no power cut
  const isTelling = (p: number): boolean => p >= c.start - 1 && p < c.end && !scene.other.some((o) => o < p && clauses.wordsBetween(o + 1, p) < 1);
  if (scene.telling !== null && scene.other.length > 0 && !scene.telling.some(isTelling)) return 'other-service-blamed';
  if (scene.telling === null && !isAboutOwn(scene.flat, c.start, c.end, scene.own, scene.other, clauses)) return 'other-service-blamed';
  // a "not" that makes a complaint of its own ("not loading") denies no other one
  const taken = (h: Hit): boolean => found.some((f) => f.end > f.start && h.start >= f.start && h.end <= f.end);
  if (of('negation').some((h) => sameClause(h) && before(h, 3) && !taken(h))) return 'negated';
  if (of('noneOfIt').some((h) => sameClause(h) && !(h.start >= c.start && h.start < c.end))) return 'negated';
  if (of('wish').some((h) => sameSentence(h) && h.start < c.end)) return 'wish';
  if (of('planned').some(sameSentence)) return 'planned-work';
  const still = of('still').some(sameSentence);
  // "thought my router was broken, turns out Netflix is down"
  const parted = (h: Hit): boolean => namesOwn && of('but').some((b) => b.start >= h.end && b.end <= c.start);
  if (!still && of('past').some((h) => sameSentence(h) && !parted(h))) return 'past';
  if (of('ownDevice').some((h) => h.start >= c.start && h.end <= c.core)) return 'own-device';
  if (!namesOwn && of('ownDevice').some((h) => sameClause(h) && (before(h, 2) || (h.start >= c.end && clauses.wordsBetween(c.end, h.start) <= 2)))) return 'own-device';
  if (of('onePlace').some(sameClause)) return 'one-place';
  if (of('ownAccount').some(namesOwn ? sameClause : sameSentence)) return 'own-account';
  return null;
}

/** For an ordinary name: the phrase holds the name or touches it, and no article makes it the ordinary word. */
export function isBeside(c: Candidate, scene: Scene, of: HitsOf): boolean {
  const determiners = of('determiner');
  const links = [...of('still'), ...of('object'), ...of('fails')];
  const near = (from: number, to: number): boolean => {
    const apart = scene.clauses.wordsBetween(from, to);
    return apart < 1 || (apart < 2 && links.some((h) => h.start >= from && h.start < to));
  };
  return scene.own.some((p) => {
    if (determiners.some((d) => (d.end <= p && p - d.end <= 1) || (d.start <= p && d.end > p))) return false;
    if (p >= c.start && p < c.end) {
      if (c.core > p) return near(p + 1, c.core);
      if (c.end - c.start > 8) return true;
      const next = scene.flat.slice(c.end).trimStart().charAt(0);
      return next === '' || '.,!?'.includes(next) || of('still').some((h) => h.start >= c.end && h.start - c.end <= 1);
    }
    if (scene.clauses.clauseAt(p) !== scene.clauses.clauseAt(c.start)) return false;
    return p < c.start ? near(p + 1, c.start) : scene.clauses.wordsBetween(c.end, p) < 2;
  });
}
