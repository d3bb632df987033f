// The rules: from the phrases found in a text to a verdict, a reason, a symptom and a weight.
// Owns which phrase outweighs which; the phrases are data (lexicon/), names and clauses come ready.
import type { Symptom, Verdict } from '../shared/report.ts';
import type { Clauses } from './judge-clauses.ts';
import type { Hit, PhraseKind } from './judge-phrases.ts';
import type { Reason } from './judge-reason.ts';
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

interface Candidate {
  start: number;
  end: number;
  /** where the words of failing begin, after a subject that belongs to the candidate */
  core: number;
  symptom: Symptom;
  weight: number;
  reason: Reason;
  text: string;
}

/** A weak complaint needs this much with it: a question, a person, an address, a "still". */
const weakNeeds = 0.75;

export function none(reason: Reason, phrases: string[] = []): Judgement {
  return { verdict: 'none', symptom: null, reason, weight: 0, phrases };
}

const neverHidden: ReadonlySet<PhraseKind> = new Set(['object', 'fails', 'action', 'stopWords', 'firstHand', 'determiner', 'but', 'negation', 'still', 'refuge', 'praise']);

/** Drops each phrase that lies inside a longer one: "shut down" in "shut down for good", "down" in "down for it". */
export function longest(hits: readonly Hit[]): Hit[] {
  return hits.filter(
    (h) =>
      neverHidden.has(h.phrase.kind) ||
      !hits.some(
        (o) =>
          !neverHidden.has(o.phrase.kind) &&
          ((o.start <= h.start && o.end >= h.end && o.end - o.start > h.end - h.start) ||
            (o.phrase.kind === 'otherSense' && o.start < h.start && o.end > h.start && (h.phrase.kind === 'outage' || h.phrase.kind === 'weak'))),
      ),
  );
}

/** Weighs a scene. Pure; never throws, whatever the text. */
export function weigh(scene: Scene): Judgement {
  const kinds = new Map<PhraseKind, Hit[]>();
  for (const h of scene.hits) {
    const list = kinds.get(h.phrase.kind);
    if (list === undefined) kinds.set(h.phrase.kind, [h]);
    else list.push(h);
  }
  const of = (kind: PhraseKind): Hit[] => kinds.get(kind) ?? [];
  const found = candidatesOf(scene, of);
  const masked: { reason: Reason; text: string }[] = [];
  const live: Candidate[] = [];
  for (const c of found) {
    const reason = maskOf(c, found, scene, of);
    if (reason === null) live.push(c);
    else masked.push({ reason, text: c.text });
  }

  const veto = found.length > 0 || kinds.has('operator') ? vetoOf(scene, of) : null;
  const back = recoveryOf(scene, of, live);
  if (back !== null && (veto === null || veto.reason !== 'operator')) return back;
  if (veto !== null && (live.length > 0 || masked.length > 0 || veto.reason === 'operator')) {
    if (veto.strength >= 1 || !live.some((c) => c.weight >= 1)) return none(veto.reason, veto.phrases);
  }
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
  return none(scene.ordinary ? 'ordinary-name' : 'no-outage-phrase');
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

/** Every phrase that could be a report, not yet asked whose, when and whether. */
function candidatesOf(scene: Scene, of: (kind: PhraseKind) => Hit[]): Candidate[] {
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

/** People flee to this service, or praise it beside another that fails: what is said is not said of it. */
function isPraised(c: Candidate, scene: Scene, of: (kind: PhraseKind) => Hit[]): boolean {
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
function maskOf(c: Candidate, found: readonly Candidate[], scene: Scene, of: (kind: PhraseKind) => Hit[]): Reason | null {
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
function isBeside(c: Candidate, scene: Scene, of: (kind: PhraseKind) => Hit[]): boolean {
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

interface Veto {
  reason: Reason;
  strength: number;
  phrases: string[];
}

/** What makes the whole post somebody else's voice: a desk, a bot, a newsroom, a shop. */
function vetoOf(scene: Scene, of: (kind: PhraseKind) => Hit[]): Veto | null {
  const texts = (hits: Hit[]): string[] => hits.slice(0, 3).map((h) => h.phrase.text);
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

function recoveryOf(scene: Scene, of: (kind: PhraseKind) => Hit[], live: readonly Candidate[]): Judgement | null {
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
function pick(live: readonly Candidate[], scene: Scene, of: (kind: PhraseKind) => Hit[]): Judgement | null {
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
function symptomOf(best: Candidate, live: readonly Candidate[], scene: Scene, of: (kind: PhraseKind) => Hit[]): Symptom {
  if (!vague.has(best.symptom)) return best.symptom;
  let symptom = best.symptom;
  for (const c of live) if (rank(c.symptom) > rank(symptom)) symptom = c.symptom;
  if (!vague.has(symptom)) return symptom;
  const beside = of('object')
    .filter((h) => scene.clauses.sentenceAt(h.start) === scene.clauses.sentenceAt(best.start))
    .sort((a, b) => Math.abs(a.start - best.start) - Math.abs(b.start - best.start))[0];
  return beside?.phrase.symptom ?? symptom;
}
