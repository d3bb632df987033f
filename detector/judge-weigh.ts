// The rules: from the phrases found in a text to a verdict, a reason, a symptom and a weight.
// Owns which phrase outweighs which; the phrases are data (lexicon/), names and clauses come ready.
import type { Symptom, Verdict } from '../shared/report.ts';
import { candidatesOf } from './judge-candidates.ts';
import { isBeside, maskOf } from './judge-mask.ts';
import { isPause } from './judge-line.ts';
import type { PhraseKind } from './judge-kinds.ts';
import type { Hit } from './judge-phrases.ts';
import type { Reason } from './judge-reason.ts';
import type { Candidate, Scene } from './judge-scene.ts';
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

/** Drops each phrase that lies inside a longer one: "shut down" in "shut down for good", "down" in "down for it". */
export function longest(hits: readonly Hit[]): readonly Hit[] {
  const hiding = hits.filter((h) => h.phrase.hides);
  if (hiding.length < 2) return hits;
  return hits.filter((h) => !h.phrase.hides || !isHidden(h, hiding));
}

function isHidden(h: Hit, hiding: readonly Hit[]): boolean {
  for (const o of hiding) {
    if (o.start <= h.start && o.end >= h.end && o.end - o.start > h.end - h.start) return true;
    if (o.phrase.kind === 'otherSense' && o.start < h.start && o.end > h.start && (h.phrase.kind === 'outage' || h.phrase.kind === 'weak')) return true;
  }
  return false;
}

/** The judgement of a text that says nothing of an outage. */
export function nothingSaid(ordinary: boolean): Judgement {
  return none(ordinary ? 'ordinary-name' : 'no-outage-phrase');
}

/** Weighs a scene. Pure; never throws, whatever the text. */
export function weigh(scene: Scene): Judgement {
  const { hits } = scene;
  const found = candidatesOf(scene);
  let why: { reason: Reason; text: string } | null = null; // what masks the first that is masked
  const unmasked: Candidate[] = [];
  const devices: { start: number; end: number }[] = [];
  for (const d of hits.ownDevice) if (hits.fails.some((f) => f.start >= d.start && f.end <= d.end)) devices.push(d);
  for (const c of found) {
    const reason = maskOf(c, found, scene) ?? (mistakenFor(c, found, scene));
    if (reason === null) unmasked.push(c);
    else why ??= { reason, text: c.text };
    if (reason === 'own-device') devices.push(c);
  }
  const live = devices.length === 0 ? unmasked : unmasked.filter((c) => !devices.some((d) => isItsEffect(c, d, scene)));

  const veto = found.length > 0 || hits.operator.length > 0 ? vetoOf(scene) : null;
  const back = recoveryOf(scene, live);
  if (back !== null && (veto === null || veto.reason !== 'operator')) return back;
  if (veto !== null && (live.length > 0 || why !== null || veto.reason === 'operator')) {
    if (veto.strength >= 1 || !live.some((c) => c.weight >= 1)) return none(veto.reason, veto.phrases);
  }
  if (live.length === 0 && unmasked.length > 0) return none('own-device', [unmasked[0]!.text]);
  const strongest = pick(live, scene);
  if (strongest !== null) return strongest;
  if (why !== null) {
    const praised = why.reason === 'other-service-blamed' && hits.praise.some((h) => scene.own.some((p) => p >= h.start && p < h.end));
    return none(praised ? 'competitor-praised' : why.reason, [why.text]);
  }
  for (const [kind, reason] of fallback) {
    const hit = hits[kind][0];
    if (hit !== undefined) return none(reason, [hit.phrase.text]);
  }
  return nothingSaid(scene.ordinary);
}

/** Why a candidate that stands says nothing of the service at the time of writing, seen from the whole post. */
function mistakenFor(c: Candidate, found: readonly Candidate[], scene: Scene): Reason | null {
  if (c.reason === 'hashtag-down') return null;
  if (found.some((d) => d.start <= c.start && d.end >= c.end && isOfBystander(d, scene))) return 'other-sense';
  if (scene.hits.noneOfIt.length > 0 && (isDenied(c, scene) || isAnswered(c, found, scene))) return 'negated';
  return isDisbelieved(c, scene) ? 'other-service-blamed' : null;
}

/** Nobody asks or jokes about a fridge in these words, and where the service is named within the phrase it is what fails. */
function isOfBystander(c: Candidate, scene: Scene): boolean {
  if (c.reason !== 'outage-phrase' || c.end === c.start) return false;
  if (scene.own.some((p) => p > c.start && p < c.end)) return false;
  return scene.isOfPower(c) || (!scene.hits.object.some((h) => h.start === c.start) && scene.isBystanders(c));
}

/** A denial holds the whole of it: "WhatsApp ga down kok". */
function isDenied(c: Candidate, { hits }: Scene): boolean {
  return hits.noneOfIt.some((h) => h.start <= c.start && h.end >= c.end);
}

/** "Discord down? Works here", "Discord down? No, ...": the writer answers the question, and says of nothing else that it fails. */
function isAnswered(c: Candidate, found: readonly Candidate[], { line, clauses, hits }: Scene): boolean {
  const sentence = clauses.sentenceAt(c.start);
  return hits.noneOfIt.some((h) => {
    if (h.end <= c.end || clauses.sentenceAt(h.end - 1) !== sentence + 1 || clauses.asks(h.end - 1) || found.some((d) => d.start >= h.end)) return false;
    // "? nah ," opens with the pause; it needs no question, for Greek asks with a semicolon, but "does it work? no" denies nothing
    const saysFailing = (): boolean => found.some((d) => d.weight !== 0.8 && clauses.sentenceAt(d.start) === sentence) || hits.fails.some((f) => f.start >= c.start && f.end <= c.end);
    return isPause(line.units[h.start]!) ? saysFailing() : clauses.asks(c.start);
  });
}

/** "I thought WhatsApp was down but it's Vodafone": believed of one service, and another is named after it. */
function isDisbelieved(c: Candidate, { own, other, clauses, hits }: Scene): boolean {
  if (hits.thought.length === 0 || other.length === 0 || own.some((p) => p > c.end)) return false;
  const sentence = clauses.sentenceAt(c.start);
  return hits.thought.some((t) => {
    if (clauses.sentenceAt(t.start) !== sentence || clauses.wordsBetween(Math.min(t.end, c.end), Math.max(t.start, c.start)) > 4) return false;
    const after = Math.max(t.end, c.end);
    const between = (p: number): boolean => p > Math.min(t.start, c.start) && p < after;
    return !other.some(between) && own.some((p) => p < after) && other.some((p) => p >= after && clauses.sentenceAt(p) <= sentence + 1);
  });
}

/** "My phone is broken, so I can't open WhatsApp": what follows from the device in the same sentence is not the service's. */
function isItsEffect(c: Candidate, device: { start: number; end: number }, { clauses, own, hits }: Scene): boolean {
  if (c.start < device.end || clauses.sentenceAt(c.start) !== clauses.sentenceAt(device.start)) return false;
  if (own.some((p) => p >= c.start && p < c.core)) return false;
  return !hits.past.some((h) => h.start < c.start && clauses.sentenceAt(h.start) === clauses.sentenceAt(c.start));
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
function vetoOf({ hits, clauses, hasUrl, titleCase, linksToPage, machine }: Scene): Veto | null {
  const { bot, operator, advert, headline, hearsay } = hits;
  if (bot.length > 0) return { reason: 'monitoring-bot', strength: 1, phrases: textsOf(bot) };
  if (operator.length > 0) return { reason: 'operator', strength: 1, phrases: textsOf(operator) };
  const person = hits.firstHand.length > 0;
  const form = machine() - (person ? 0.4 : 0) - (clauses.asksAnywhere() ? 0.3 : 0);
  if (form >= 0.9) return { reason: 'monitoring-bot', strength: 1, phrases: ['form of a machine'] };
  if (advert.length > 1 || (advert.length === 1 && !person)) return { reason: 'advert', strength: 1, phrases: textsOf(advert) };
  const said = headline.length + 0.5 * hearsay.length + (hasUrl ? (linksToPage() ? 0.95 : 0.35) : 0);
  const against = (person ? 0.6 : 0) + (clauses.asksAnywhere() ? 0.3 : 0);
  // the letters are looked at only where they can turn the scale
  if (said + 0.4 - against < 0.3) return null;
  const strength = said + (titleCase() ? 0.4 : 0) - (person ? 0.6 : 0) - (clauses.asksAnywhere() ? 0.3 : 0);
  if (strength < 0.35) return null;
  return { reason: 'headline', strength: strength >= 0.9 ? 1 : 0.5, phrases: [...headline, ...hearsay].slice(0, 3).map((h) => h.phrase.text) };
}

function textsOf(hits: readonly Hit[]): string[] {
  return hits.slice(0, 3).map((h) => h.phrase.text);
}

function recoveryOf(scene: Scene, live: readonly Candidate[]): Judgement | null {
  const { clauses, hits } = scene;
  const last = hits.recovery.findLast((h) => {
    if (clauses.asks(h.start) || !isAboutOwn(scene.line, h.start, h.end, scene.own, scene.other, clauses)) return false;
    if (hits.negation.some((n) => n.end <= h.start && clauses.clauseAt(n.start) === clauses.clauseAt(h.start) && clauses.wordsBetween(n.end, h.start) <= 3)) return false;
    return !hits.wish.some((w) => w.start < h.end && clauses.sentenceAt(w.start) === clauses.sentenceAt(h.start));
  });
  if (last === undefined) return null;
  const said: Candidate = { start: last.start, end: last.end, core: last.start, symptom: 'other', weight: 1, reason: 'recovery-phrase', text: last.phrase.text };
  if (scene.ordinary && !isBeside(said, scene)) return null;
  // "works again, but still no pictures", "came back and is down again": what is said last, or with still, holds
  const isStill = (c: Candidate): boolean => hits.still.some((s) => clauses.sentenceAt(s.start) === clauses.sentenceAt(c.start) && (s.start < last.start || s.start >= last.end));
  if (live.some((c) => c.weight >= 0.9 && c.start < scene.tail() && (c.start > last.end || isStill(c)))) return null;
  return { verdict: 'recovery', symptom: null, reason: 'recovery-phrase', weight: 1, phrases: [last.phrase.text] };
}

/** The report that the live candidates make together, or null if they are too weak. */
function pick(live: readonly Candidate[], scene: Scene): Judgement | null {
  let best: Candidate | null = null;
  for (const c of live) if (best === null || c.weight > best.weight || (c.weight === best.weight && rank(c.symptom) > rank(best.symptom))) best = c;
  if (best === null) return null;
  const phrases = [best.text];
  for (const { text } of live) if (!phrases.includes(text)) phrases.push(text);
  if (best.weight <= 0.5) {
    const more =
      (scene.clauses.asks(best.start) ? 0.3 : 0) +
      (scene.hits.firstHand.length > 0 ? 0.3 : 0) +
      (scene.hits.still.length > 0 ? 0.3 : 0) +
      (scene.addressed ? 0.2 : 0) +
      (phrases.length > 1 ? 0.25 : 0);
    if (best.weight + more < weakNeeds) return none('no-outage-phrase', [best.text]);
  }
  return { verdict: 'report', symptom: symptomOf(best, live, scene), reason: best.reason, weight: best.weight, phrases: phrases.slice(0, 5) };
}

function rank(symptom: Symptom): number {
  return symptom === 'other' ? 0 : symptom === 'down' ? 1 : symptom === 'error' ? 2 : 3;
}

function isVague(symptom: Symptom): boolean {
  return symptom === 'down' || symptom === 'other';
}

/** A plain "does not work" takes its symptom from another phrase, or from what is named beside it. */
function symptomOf(best: Candidate, live: readonly Candidate[], { hits, clauses }: Scene): Symptom {
  if (!isVague(best.symptom)) return best.symptom;
  let symptom = best.symptom;
  for (const c of live) if (rank(c.symptom) > rank(symptom)) symptom = c.symptom;
  if (!isVague(symptom)) return symptom;
  let nearest: Hit | null = null;
  const apart = (h: Hit): number => Math.abs(h.start - best.start);
  for (const h of hits.object) {
    if (clauses.sentenceAt(h.start) === clauses.sentenceAt(best.start) && (nearest === null || apart(h) < apart(nearest))) nearest = h;
  }
  return nearest?.phrase.symptom ?? symptom;
}
