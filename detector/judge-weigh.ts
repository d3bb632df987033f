// The rules: from the phrases found in a text to a verdict, a reason, a symptom and a weight.
// Owns which phrase outweighs which; the phrases are data (lexicon/), names and clauses come ready.
import type { Symptom, Verdict } from '../shared/report.ts';
import { candidatesOf } from './judge-candidates.ts';
import { isBeside, maskOf } from './judge-mask.ts';
import type { Hit, PhraseKind } from './judge-phrases.ts';
import type { Reason } from './judge-reason.ts';
import type { Candidate, HitsOf, Scene } from './judge-scene.ts';
import { isAboutOwn } from './judge-subject.ts';

export interface Judgement {
  verdict: Verdict;
  /** null unless it is a report */
  symptom: Symptom | null;
  reason: Reason;
  /** 0..1: 1 is a plain first-hand report, 0.5 a weak one; 0 where the verdict is `none` */
  weight: number;
  /** the phrases that decided, as the lexicon writes them */
  phrases: string[];
}

/** A weak complaint needs this much with it: a question, a person, an address, a "still". */
const weakNeeds = 0.75;

export function none(reason: Reason, phrases: string[] = []): Judgement {
  return { verdict: 'none', symptom: null, reason, weight: 0, phrases };
}

const neverHidden: ReadonlySet<PhraseKind> = new Set(['object', 'fails', 'action', 'stopWords', 'firstHand', 'determiner', 'but', 'negation', 'still', 'refuge', 'praise']);

/** Drops each phrase that lies inside a longer one: "shut down" in "shut down for good", "down" in "down for it". */
export function longest(hits: readonly Hit[]): readonly Hit[] {
  const hiding = hits.filter((h) => !neverHidden.has(h.phrase.kind));
  if (hiding.length < 2) return hits;
  const isHidden = (h: Hit): boolean =>
    hiding.some(
      (o) =>
        (o.start <= h.start && o.end >= h.end && o.end - o.start > h.end - h.start) ||
        (o.phrase.kind === 'otherSense' && o.start < h.start && o.end > h.start && (h.phrase.kind === 'outage' || h.phrase.kind === 'weak')),
    );
  return hits.filter((h) => neverHidden.has(h.phrase.kind) || !isHidden(h));
}

/** Without one of these nothing is said of an outage, nor is there another reason to give. */
const speaking: ReadonlySet<PhraseKind> = new Set([
  'outage', 'errorCode', 'question', 'weak', 'joke', 'sameHere', 'cannot', 'fails', 'recovery', 'operator',
  'noneOfIt', 'slow', 'otherSense', 'ownAccount', 'planned', 'advert', 'headline', 'wish',
]);

/** True when no phrase is found that a verdict or its reason could rest on; `weigh` would find the same, at more cost. */
export function saysNothing(hits: readonly Hit[]): boolean {
  for (const { phrase } of hits) if (speaking.has(phrase.kind)) return false;
  return true;
}

/** The judgement of a text that says nothing of an outage. */
export function nothingSaid(ordinary: boolean): Judgement {
  return none(ordinary ? 'ordinary-name' : 'no-outage-phrase');
}

/** Weighs a scene. Pure; never throws, whatever the text. */
export function weigh(scene: Scene): Judgement {
  const kinds = new Map<PhraseKind, Hit[]>();
  const noHits: readonly Hit[] = [];
  for (const h of scene.hits) {
    const list = kinds.get(h.phrase.kind);
    if (list === undefined) kinds.set(h.phrase.kind, [h]);
    else list.push(h);
  }
  const of: HitsOf = (kind) => kinds.get(kind) ?? noHits;
  const found = candidatesOf(scene, of);
  const masked: { reason: Reason; text: string }[] = [];
  const unmasked: Candidate[] = [];
  const devices: { start: number; end: number }[] = of('ownDevice').filter((d) => of('fails').some((f) => f.start >= d.start && f.end <= d.end));
  for (const c of found) {
    const reason = maskOf(c, found, scene, of);
    if (reason === null) unmasked.push(c);
    else masked.push({ reason, text: c.text });
    if (reason === 'own-device') devices.push(c);
  }
  const live = unmasked.filter((c) => !devices.some((d) => isItsEffect(c, d, scene, of)));

  const veto = found.length > 0 || kinds.has('operator') ? vetoOf(scene, of) : null;
  const back = recoveryOf(scene, of, live);
  if (back !== null && (veto === null || veto.reason !== 'operator')) return back;
  if (veto !== null && (live.length > 0 || masked.length > 0 || veto.reason === 'operator')) {
    if (veto.strength >= 1 || !live.some((c) => c.weight >= 1)) return none(veto.reason, veto.phrases);
  }
  if (live.length === 0 && unmasked.length > 0) return none('own-device', unmasked.slice(0, 1).map((c) => c.text));
  const strongest = pick(live, scene, of);
  if (strongest !== null) return strongest;
  const why = masked[0];
  if (why !== undefined) {
    const praised = why.reason === 'other-service-blamed' && of('praise').some((h) => scene.own.some((p) => p >= h.start && p < h.end));
    return none(praised ? 'competitor-praised' : why.reason, [why.text]);
  }
  for (const [kind, reason] of fallback) {
    const hit = of(kind)[0];
    if (hit !== undefined) return none(reason, [hit.phrase.text]);
  }
  return nothingSaid(scene.ordinary);
}

/** "My phone is broken, so I can't open WhatsApp": what follows from the device in the same sentence is not the service's. */
function isItsEffect(c: Candidate, device: { start: number; end: number }, { clauses, own }: Scene, of: HitsOf): boolean {
  if (c.start <= device.end || clauses.sentenceAt(c.start) !== clauses.sentenceAt(device.start)) return false;
  if (own.some((p) => p >= c.start && p < c.core)) return false;
  return !of('past').some((h) => h.start < c.start && clauses.sentenceAt(h.start) === clauses.sentenceAt(c.start));
}

const fallback: readonly [PhraseKind, Reason][] = [
  ['noneOfIt', 'negated'],
  ['slow', 'slowness-only'],
  ['otherSense', 'other-sense'],
  ['ownAccount', 'own-account'],
  ['planned', 'planned-work'],
  ['advert', 'advert'],
  ['headline', 'headline'],
  ['wish', 'wish'],
];

interface Veto {
  reason: Reason;
  strength: number;
  phrases: string[];
}

/** What makes the whole post somebody else's voice: a desk, a bot, a newsroom, a shop. */
function vetoOf(scene: Scene, of: HitsOf): Veto | null {
  const texts = (hits: readonly Hit[]): string[] => hits.slice(0, 3).map((h) => h.phrase.text);
  const bot = of('bot');
  if (bot.length > 0) return { reason: 'monitoring-bot', strength: 1, phrases: texts(bot) };
  const operator = of('operator');
  if (operator.length > 0) return { reason: 'operator', strength: 1, phrases: texts(operator) };
  const person = of('firstHand').length > 0;
  const advert = of('advert');
  if (advert.length > 1 || (advert.length === 1 && !person)) return { reason: 'advert', strength: 1, phrases: texts(advert) };
  const headline = of('headline');
  const hearsay = of('hearsay');
  const asks = scene.flat.includes('?');
  const strength = headline.length + 0.5 * hearsay.length + (scene.hasUrl ? 0.35 : 0) + (scene.titleCase() ? 0.4 : 0) - (person ? 0.6 : 0) - (asks ? 0.3 : 0);
  if (strength >= 0.35) return { reason: 'headline', strength: strength >= 0.9 ? 1 : 0.5, phrases: texts([...headline, ...hearsay]) };
  return null;
}

function recoveryOf(scene: Scene, of: HitsOf, live: readonly Candidate[]): Judgement | null {
  const { clauses } = scene;
  const back = of('recovery').filter((h) => {
    if (clauses.asks(h.start) || !isAboutOwn(scene.flat, h.start, h.end, scene.own, scene.other, clauses)) return false;
    if (of('negation').some((n) => n.end <= h.start && clauses.clauseAt(n.start) === clauses.clauseAt(h.start) && clauses.wordsBetween(n.end, h.start) <= 3)) return false;
    return !of('wish').some((w) => w.start < h.end && clauses.sentenceAt(w.start) === clauses.sentenceAt(h.start));
  });
  const last = back.at(-1);
  if (last === undefined) return null;
  const said: Candidate = { start: last.start, end: last.end, core: last.start, symptom: 'other', weight: 1, reason: 'recovery-phrase', text: last.phrase.text };
  if (scene.ordinary && !isBeside(said, scene, of)) return null;
  // "works again, but still no pictures", "came back and is down again": what is said last, or with still, holds
  const contradicted = live.some(
    (c) => c.weight >= 0.9 && c.start < scene.tail && (c.start > last.end || of('still').some((s) => clauses.sentenceAt(s.start) === clauses.sentenceAt(c.start) && s.start !== last.start)),
  );
  if (contradicted) return null;
  return { verdict: 'recovery', symptom: null, reason: 'recovery-phrase', weight: 1, phrases: [last.phrase.text] };
}

/** The report that the live candidates make together, or null if they are too weak. */
function pick(live: readonly Candidate[], scene: Scene, of: HitsOf): Judgement | null {
  let best: Candidate | null = null;
  for (const c of live) if (best === null || c.weight > best.weight || (c.weight === best.weight && rank(c.symptom) > rank(best.symptom))) best = c;
  if (best === null) return null;
  if (best.weight <= 0.5) {
    const more =
      (scene.clauses.asks(best.start) ? 0.3 : 0) +
      (of('firstHand').length > 0 ? 0.3 : 0) +
      (of('still').length > 0 ? 0.3 : 0) +
      (scene.addressed ? 0.25 : 0) +
      (new Set(live.map((c) => c.text)).size > 1 ? 0.25 : 0);
    if (best.weight + more < weakNeeds) return none('no-outage-phrase', [best.text]);
  }
  const phrases = [...new Set([best.text, ...live.map((c) => c.text)])].slice(0, 5);
  return { verdict: 'report', symptom: symptomOf(best, live, scene, of), reason: best.reason, weight: best.weight, phrases };
}

const vague: ReadonlySet<Symptom> = new Set(['down', 'other']);

function rank(symptom: Symptom): number {
  return symptom === 'other' ? 0 : symptom === 'down' ? 1 : symptom === 'error' ? 2 : 3;
}

/** A plain "does not work" takes its symptom from another phrase, or from what is named beside it. */
function symptomOf(best: Candidate, live: readonly Candidate[], scene: Scene, of: HitsOf): Symptom {
  if (!vague.has(best.symptom)) return best.symptom;
  let symptom = best.symptom;
  for (const c of live) if (rank(c.symptom) > rank(symptom)) symptom = c.symptom;
  if (!vague.has(symptom)) return symptom;
  const beside = of('object')
    .filter((h) => scene.clauses.sentenceAt(h.start) === scene.clauses.sentenceAt(best.start))
    .sort((a, b) => Math.abs(a.start - best.start) - Math.abs(b.start - best.start))[0];
  return beside?.phrase.symptom ?? symptom;
}
