// Finds every place of a text that could be a report: a phrase, a name and a word of failing, an inability and an action.
// Whether it is one, and of whom, is judge-mask.ts's.
import type { Symptom } from '../shared/report.ts';
import type { Hit } from './judge-phrases.ts';
import type { Reason } from './judge-reason.ts';
import type { Candidate, HitsOf, Scene } from './judge-scene.ts';

/** Every phrase that could be a report, not yet asked whose, when and whether. */
export function candidatesOf(scene: Scene, of: HitsOf): Candidate[] {
  const found: Candidate[] = [];
  const add = (h: Hit, weight: number, reason: Reason, symptom: Symptom): void => {
    found.push({ start: h.start, end: h.end, core: h.start, symptom, weight, reason, text: h.phrase.text });
  };
  for (const h of of('outage')) add(h, 1, scene.clauses.asks(h.start) ? 'question' : 'outage-phrase', h.phrase.symptom ?? 'down');
  for (const h of of('errorCode')) add(h, 0.9, 'error-code', 'error');
  for (const h of of('question')) add(h, 0.8, 'question', 'other');
  for (const h of of('weak')) add(h, 0.5, scene.clauses.asks(h.start) ? 'question' : 'outage-phrase', h.phrase.symptom ?? 'other');
  for (const h of of('joke')) add(h, 0.6, 'assertive-joke', 'other');
  for (const h of of('sameHere')) add(h, 0.6, 'same-here', 'other');
  const actions = of('action');
  for (const c of of('cannot')) {
    for (const a of actions) {
      const apart = a.start >= c.end ? scene.clauses.wordsBetween(c.end, a.start) : c.start >= a.end ? scene.clauses.wordsBetween(a.end, c.start) : 99;
      if (apart > (a.start > c.start ? 4 : 2) || scene.clauses.clauseAt(a.start) !== scene.clauses.clauseAt(c.start)) continue;
      const [first, last] = a.start > c.start ? [c, a] : [a, c];
      found.push({
        start: first.start,
        end: last.end,
        core: first.start,
        symptom: a.phrase.symptom ?? 'other',
        weight: 1,
        reason: scene.clauses.asks(c.start) ? 'question' : 'outage-phrase',
        text: `${first.phrase.text} … ${last.phrase.text}`,
      });
      break;
    }
  }
  const subjects = [
    ...scene.own.map((p) => ({ start: p, end: p + 1, symptom: 'down' as Symptom, text: '%' })),
    ...scene.other.map((p) => ({ start: p, end: p + 1, symptom: 'down' as Symptom, text: '%' })),
    ...of('object').map((h) => ({ start: h.start, end: h.end, symptom: h.phrase.symptom ?? 'down', text: h.phrase.text })),
  ];
  for (const f of of('fails')) {
    if (hides(f, of('otherSense')) || hides(f, of('past')) || hides(f, of('recovery'))) continue;
    const near = subjects
      .filter((o) => o.end <= f.start && scene.clauses.clauseAt(o.start) === scene.clauses.clauseAt(f.start) && scene.clauses.wordsBetween(o.end, f.start) <= 3)
      .sort((a, b) => b.end - a.end)[0];
    if (near === undefined) continue;
    found.push({
      start: near.start,
      end: f.end,
      core: f.start,
      symptom: near.symptom,
      weight: 1,
      reason: scene.clauses.asks(f.start) ? 'question' : 'outage-phrase',
      text: `${near.text} … ${f.phrase.text}`,
    });
  }
  if (scene.hashtag !== null) found.push({ start: 0, end: 0, core: 0, symptom: 'down', weight: 0.9, reason: 'hashtag-down', text: scene.hashtag });
  return found;
}

/** A phrase of another meaning that this one lies in, or that runs into it or out of it. */
function hides(hit: Hit, maskers: readonly Hit[]): boolean {
  return maskers.some((m) => (m.start <= hit.start && m.end > hit.start && m.end - m.start > hit.end - hit.start) || (m.start < hit.end && m.end > hit.end));
}
