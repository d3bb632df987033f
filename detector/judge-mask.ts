// Says why a place that could be a report is none: another service's, denied, past, a wish, one person's own trouble, or an
// ordinary word. Each rule looks at the clause or the sentence around the place.
import type { Symptom } from '../shared/report.ts';
import { isPause, space } from './judge-line.ts';
import type { Hit } from './judge-phrases.ts';
import type { Reason } from './judge-reason.ts';
import type { Candidate, Scene } from './judge-scene.ts';
import { isAboutOwn } from './judge-subject.ts';

/** People flee to this service, or praise it beside another that fails: what is said is not said of it. */
function isPraised(c: Candidate, { own, other, clauses, hits }: Scene): boolean {
  if (own.length === 0 || (hits.refuge.length === 0 && hits.praise.length === 0)) return false;
  // "on Twitter because WhatsApp ...": the first name of the phrase is the one fled to
  const within = (list: readonly Hit[], p: number): boolean => list.some((h) => p >= h.start && p < h.end && ![...own, ...other].some((q) => q >= h.start && q < p));
  if (own.every((p) => within(hits.refuge, p))) return true;
  if (other.length === 0 || own.some((p) => p >= c.start && p < c.end)) return false;
  const praise = hits.praise.filter((h) => !clauses.asks(h.start));
  return own.every((p) => within(praise, p) || within(hits.refuge, p));
}

/** What is said of one service where another is named. */
function isOthers(c: Candidate, { line, own, other, telling, clauses }: Scene): boolean {
  if (other.length === 0) return false;
  if (telling === null) return !isAboutOwn(line, c.start, c.end, own, other, clauses);
  // "WhatsApp blackout" is no power cut
  return !telling.some((p) => p >= c.start - 1 && p < c.end && !other.some((o) => o < p && clauses.wordsBetween(o + 1, p) < 1));
}

/** "YouTube won't load because Xfinity is out": another service is named for the cause, right after the word that says so. */
function isCausedByOther(c: Candidate, { own, other, clauses, hits }: Scene): boolean {
  if (other.length === 0 || own.length === 0) return false;
  return hits.cause.some((h) => {
    if (h.start < c.end || clauses.sentenceAt(h.start) !== clauses.sentenceAt(c.start)) return false;
    return other.some((p) => p >= h.end && clauses.wordsBetween(h.end, p) <= 2 && !own.some((q) => q >= h.end && q < p));
  });
}

/** "Everyone says Twitter is down but mine loads fine": what is said last, after a "but", holds. */
function isDeniedAfter(c: Candidate, found: readonly Candidate[], { line, own, other, clauses, hits }: Scene): boolean {
  return hits.noneOfIt.some((h) => {
    if (h.start < c.end || clauses.sentenceAt(h.start) !== clauses.sentenceAt(c.start) || clauses.asks(h.start)) return false;
    if (!hits.but.some((b) => b.start >= c.end && b.end <= h.start) || found.some((d) => d.start >= h.end)) return false;
    return isAboutOwn(line, h.start, h.end, own, other, clauses);
  });
}

/**
 * "My phone fell, so no WhatsApp": a fault of the writer's own thing, said for a fact, explains what is said beside it. It is
 * none where it was only thought of ("thought my router was broken", "is it my phone or ...?").
 */
function isDevices(c: Candidate, found: readonly Candidate[], { clauses, hits }: Scene): boolean {
  const sentence = clauses.sentenceAt(c.start);
  const thoughtOf = (h: Hit): boolean => {
    for (const list of [hits.sameHere, hits.joke, hits.refuge, hits.praise, hits.question]) {
      for (const o of list) if (o.start < h.end && o.end > h.start) return true;
    }
    if (hits.thought.some((t) => clauses.sentenceAt(t.start) === clauses.sentenceAt(h.start))) return true;
    return clauses.asks(h.start) || hits.negation.some((n) => n.end <= h.start && clauses.clauseAt(n.start) === clauses.clauseAt(h.start) && clauses.wordsBetween(n.end, h.start) <= 3 && !isPartOf(n, found));
  };
  return hits.deviceFault.some((h) => Math.abs(clauses.sentenceAt(h.start) - sentence) <= 1 && !thoughtOf(h));
}

/** symptoms that hardly anything but a service has: nothing else "won't let me log in" or "keeps loading" */
const ofSoftware: ReadonlySet<Symptom> = new Set(['login', 'sending', 'loading', 'app', 'error']);

/** symptoms that bad coverage at one place does not cause */
const anywhere: ReadonlySet<Symptom> = new Set(['login', 'app', 'payment', 'error']);

const maskers = ['deviceFault', 'negation', 'noneOfIt', 'wish', 'planned', 'past', 'ownDevice', 'onePlace', 'ownAccount'] as const;

/** Why a candidate does not count, or null. */
export function maskOf(c: Candidate, found: readonly Candidate[], scene: Scene): Reason | null {
  const { clauses, hits } = scene;
  if (c.reason === 'hashtag-down') return null;
  if (scene.ordinary && !isBeside(c, scene)) return 'ordinary-name';
  if (isPraised(c, scene)) return 'competitor-praised';
  if (isOthers(c, scene)) return 'other-service-blamed';
  if (hits.cause.length > 0 && isCausedByOther(c, scene)) return 'other-service-blamed';
  if (!maskers.some((kind) => hits[kind].length > 0)) return null;

  const sentence = clauses.sentenceAt(c.start);
  const clause = clauses.clauseAt(c.start);
  const inClause = (h: Hit): boolean => clauses.clauseAt(h.start) === clause;
  const inSentence = (h: Hit): boolean => clauses.sentenceAt(h.start) === sentence;
  const isBefore = (h: Hit, words: number): boolean => h.end <= c.start && clauses.wordsBetween(h.end, c.start) <= words;
  // "no, WhatsApp is down", "WhatsApp is not down": before the phrase, or between its subject and the words of failing
  const denies = (h: Hit): boolean => isBefore(h, 3) || (h.start >= c.start && h.end <= c.core && clauses.wordsBetween(h.end, c.core) <= 3);
  for (const h of hits.negation) if (inClause(h) && denies(h) && !isPartOf(h, found)) return 'negated';
  for (const h of hits.noneOfIt) {
    if (inClause(h) && (h.start < c.start || h.start >= c.end || (h.start > c.start && h.start < c.core && h.end > c.core))) return 'negated';
  }
  if (hits.noneOfIt.length > 0 && isDeniedAfter(c, found, scene)) return 'negated';
  // "was hoping to watch the final but Hulu is down"
  const turnedFrom = (h: Hit): boolean => hits.but.some((b) => b.start >= h.end && b.end <= c.start);
  for (const h of hits.wish) if (inSentence(h) && h.start < c.end && !turnedFrom(h)) return 'wish';
  for (const h of hits.planned) if (inSentence(h)) return 'planned-work';
  const namesOwn = scene.own.some((p) => p >= c.start && p < c.end);
  // "yesterday it was down, now all is well again"
  const isWell = (h: Hit): boolean => h.start >= c.end && inSentence(h);
  if (hits.past.length > 0 && (!hits.still.some(inSentence) || hits.noneOfIt.some(isWell) || hits.recovery.some(isWell))) {
    // "thought my router was broken, turns out Netflix is down"
    for (const h of hits.past) if (inSentence(h) && !(namesOwn && turnedFrom(h))) return 'past';
  }
  if (hits.deviceFault.length > 0 && isDevices(c, found, scene)) return 'own-device';
  for (const h of hits.ownDevice) if (h.start >= c.start && h.end <= c.core) return 'own-device';
  if (!namesOwn) {
    for (const h of hits.ownDevice) if (inClause(h) && (isBefore(h, 2) || (h.start >= c.end && clauses.wordsBetween(c.end, h.start) <= 2))) return 'own-device';
  }
  // no signal makes nothing of these: "on the train, and the ticket app crashes"
  if (!anywhere.has(c.symptom)) for (const h of hits.onePlace) if (inClause(h)) return 'one-place';
  for (const h of hits.ownAccount) if (namesOwn ? inClause(h) : inSentence(h)) return 'own-account';
  return null;
}

/** A "not" that makes a complaint of its own ("not loading") denies no other one. */
function isPartOf(h: Hit, found: readonly Candidate[]): boolean {
  for (const f of found) if (f.end > f.start && h.start >= f.core && h.end <= f.end) return true;
  return false;
}

/** For an ordinary name: the phrase holds the name or touches it, or it is written as names are; and no article makes it the ordinary word. */
export function isBeside(c: Candidate, scene: Scene): boolean {
  const { line, own, clauses, hits } = scene;
  const sentence = clauses.sentenceAt(c.start);
  const near = (from: number, to: number): boolean => {
    const apart = clauses.wordsBetween(from, to);
    return apart < 1 || (apart < 2 && [hits.still, hits.object, hits.fails].some((links) => links.some((h) => h.start >= from && h.start < to)));
  };
  return own.some((p) => {
    if (hits.determiner.some((d) => (d.end <= p && p - d.end <= 1) || (d.start <= p && d.end > p))) return false;
    const apart = sentence - clauses.sentenceAt(p);
    const tells = apart === 0 ? p < c.end || clauses.clauseAt(p) === clauses.clauseAt(c.start) : apart === 1 && ofSoftware.has(c.symptom);
    if (tells && c.weight >= 0.8 && scene.isProper()) return true;
    if (p >= c.start && p < c.end) {
      if (c.core > p) return near(p + 1, c.core);
      if (c.end - c.start > 8 || isPause(line.units[c.end - 1]!)) return true;
      let next = c.end;
      while (next < line.length && line.units[next] === space) next++;
      return next >= line.length || isPause(line.units[next]!) || hits.still.some((h) => h.start >= c.end && h.start - c.end <= 1);
    }
    if (clauses.clauseAt(p) !== clauses.clauseAt(c.start)) return c.weight >= 0.8 && isCalled(p, c, scene);
    if (c.weight >= 0.9 && ofSoftware.has(c.symptom)) return true;
    return p < c.start ? near(p + 1, c.start) : clauses.wordsBetween(c.end, p) < 2;
  });
}

/** "Notion: cannot reach server", "Slack. Down again": the name alone makes a clause, and the complaint is the next one. */
function isCalled(p: number, c: Candidate, { line, clauses }: Scene): boolean {
  if (clauses.clauseAt(c.start) !== clauses.clauseAt(p) + 1) return false;
  let before = p - 1;
  while (before >= 0 && line.units[before] === space) before--;
  let after = p + 1;
  while (after < line.length && line.units[after] === space) after++;
  return (before < 0 || isPause(line.units[before]!)) && after < line.length && isPause(line.units[after]!);
}
