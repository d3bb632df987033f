// Finds every place of a text that could be a report: a phrase, a name and a word of failing, an inability and an action.
// Whether it is one, and of whom, is judge-mask.ts's.
import type { Symptom } from '../shared/report.ts';
import type { Clauses } from './judge-clauses.ts';
import type { Hit } from './judge-phrases.ts';
import type { Reason } from './judge-reason.ts';
import type { Candidate, HitsByKind, Scene } from './judge-scene.ts';

/** Every phrase that could be a report, not yet asked whose, when and whether. */
export function candidatesOf(scene: Scene): Candidate[] {
  const { hits, clauses } = scene;
  const found: Candidate[] = [];
  const add = (h: Hit, weight: number, reason: Reason, symptom: Symptom): void => {
    found.push({ start: h.start, end: h.end, core: h.start, symptom, weight, reason, text: h.phrase.text });
  };
  for (const h of hits.outage) add(h, 1, clauses.asks(h.start) ? 'question' : 'outage-phrase', h.phrase.symptom ?? 'down');
  for (const h of hits.errorCode) add(h, 0.9, 'error-code', 'error');
  for (const h of hits.question) add(h, 0.8, 'question', 'other');
  for (const h of hits.weak) add(h, 0.5, clauses.asks(h.start) ? 'question' : 'outage-phrase', h.phrase.symptom ?? 'other');
  for (const h of hits.joke) add(h, 0.6, 'assertive-joke', 'other');
  for (const h of hits.sameHere) add(h, 0.6, 'same-here', 'other');
  for (const c of hits.cannot) addInability(found, c, hits.action, clauses);
  for (const f of hits.fails) addFailing(found, f, scene);
  if (scene.hashtag !== null) found.push({ start: 0, end: 0, core: 0, symptom: 'down', weight: 0.9, reason: 'hashtag-down', text: scene.hashtag });
  return found;
}

/** "Can't" and what one can't, in the same clause: the first action that is near enough. */
function addInability(found: Candidate[], c: Hit, actions: readonly Hit[], clauses: Clauses): void {
  for (const a of actions) {
    const apart = a.start >= c.end ? clauses.wordsBetween(c.end, a.start) : c.start >= a.end ? clauses.wordsBetween(a.end, c.start) : 99;
    if (apart > (a.start > c.start ? 4 : 2) || clauses.clauseAt(a.start) !== clauses.clauseAt(c.start)) continue;
    const [first, last] = a.start > c.start ? [c, a] : [a, c];
    found.push({
      start: first.start,
      end: last.end,
      core: first.start,
      symptom: a.phrase.symptom ?? 'other',
      weight: 1,
      reason: clauses.asks(c.start) ? 'question' : 'outage-phrase',
      text: `${first.phrase.text} … ${last.phrase.text}`,
    });
    return;
  }
}

/** A word of failing and, in the three words before it, the nearest name or thing that could fail. */
function addFailing(found: Candidate[], f: Hit, { own, other, hits, clauses }: Scene): void {
  if (hides(f, hits.otherSense) || hides(f, hits.past) || hides(f, hits.recovery)) return;
  const clause = clauses.clauseAt(f.start);
  const isNear = (start: number, end: number): boolean => end <= f.start && clauses.clauseAt(start) === clause && clauses.wordsBetween(end, f.start) <= 3;
  let start = -1;
  let end = -1;
  let symptom: Symptom = 'down';
  let text = '%';
  for (const names of [own, other]) {
    for (const p of names) if (p + 1 > end && isNear(p, p + 1)) [start, end] = [p, p + 1];
  }
  for (const h of hits.object) {
    if (h.end <= end || !isNear(h.start, h.end)) continue;
    ({ start, end } = h);
    symptom = h.phrase.symptom ?? 'down';
    text = h.phrase.text;
  }
  if (end === -1) return;
  found.push({ start, end: f.end, core: f.start, symptom, weight: 1, reason: clauses.asks(f.start) ? 'question' : 'outage-phrase', text: `${text} … ${f.phrase.text}` });
}

/** A phrase of another meaning that this one lies in, or that runs into it or out of it. */
function hides(hit: Hit, maskers: HitsByKind['past']): boolean {
  for (const m of maskers) {
    if ((m.start <= hit.start && m.end > hit.start && m.end - m.start > hit.end - hit.start) || (m.start < hit.end && m.end > hit.end)) return true;
  }
  return false;
}
