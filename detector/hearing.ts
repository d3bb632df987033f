// One mention heard: judged, counted once per author and hour, copies collapsed, statistics moved. Says what it was;
// whether that makes an incident is decided by its caller.
import type { Mention } from '../shared/observation.ts';
import type { Symptom, Verdict } from '../shared/report.ts';
import { countTalk, countWording, createCopies, isRepost, type Said } from './copies.ts';
import { mention as countMention, report as countReport } from './cusum.ts';
import { hash53 } from './hash.ts';
import { cutText } from './incident-book.ts';
import { createAcquaintance, meet } from './acquaintance.ts';
import { join } from './crowd.ts';
import { addTo, moveTo } from './minutes.ts';
import { createRhythm, noteArrival } from './rhythm.ts';
import { isNew } from './seen-posts.ts';
import type { DetectorSettings } from './settings.ts';
import type { Active, Recent, Tally, Watch } from './watch.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;
const staleMs = 10 * minuteMs;
// A post that names several services may mean another one.
const sharedWeight = 0.5;
const ownWords: Said = { factor: 1, own: true, fresh: null };
// Among copies three times `minReporters` must be found here, with room for the copies that count (settings.ts).
const mostRecent = 128;

/** What the fold needs of a judge (judge.ts). */
export interface Judging {
  judge(mention: Mention): { verdict: Verdict; symptom: Symptom | null; reason: string; weight: number; lang: string };
}

/** repeat: this very post again. none: no report. again: a person who has reported within the hour. copy: others' words, worth nothing more. */
export type Heard =
  | { kind: 'repeat' | 'none' | 'recovery' | 'again' | 'copy' }
  | { kind: 'report'; post: Recent; fresh: boolean; late: boolean };

/**
 * Hears a mention at `at` (ms, its place in event order). `backfill`: it comes from before the partition's present and
 * is evidence only. The watch is active and its clock stands at `at`.
 */
export function hear(watch: Watch, source: string, mention: Mention, at: number, backfill: boolean, judge: Judging, settings: DetectorSettings): Heard {
  const active = watch.active!;
  const idHash = hash53(`${source}\n${mention.id}`);
  if (!isNew(active.seen, idHash)) return { kind: 'repeat' };
  const judged = judge.judge(mention);
  // small talk below a post is neither a report nor a sign of how much the service is talked about
  if (mention.by === 'reply' && judged.verdict === 'none') return { kind: 'none' };
  if (watch.rhythm === undefined) watch.rhythm = createRhythm(at);
  else if (!backfill) noteArrival(watch.rhythm, at, watch.open === null || watch.open.incident.resolvedAt !== null);
  active.lastMention = Math.max(active.lastMention, at);
  const n = mention.standsFor ?? 1;
  if (n > 1) active.sampledAt = at;
  moveTo(active.minutes, at);
  addTo(active.minutes, 'mentions', n);
  tally((active.bySource ??= {}), source, n);

  tally((active.reasons ??= {}), judged.reason, n);
  const fresh = !backfill && at - mention.ts <= staleMs;
  const author = hash53(mention.author);
  const known = meet((watch.acquaintance ??= createAcquaintance()), author, watch.open === null);
  if (judged.verdict === 'recovery') {
    if (!first(active, 'recovered', author, at)) return { kind: 'again' };
    addTo(active.minutes, 'recoveries', n);
    if (fresh) countMention(watch.bank);
    if (fresh) countMention(watch.volume);
    return { kind: 'recovery' };
  }
  if (judged.verdict === 'none') {
    if (fresh) countMention(watch.bank);
    const addressed = fresh && addresses(mention, judged.reason) && first(active, 'voices', author, at);
    // "Same here" is what many say who know nothing of each other; whole sentences are not.
    const voice = addressed ? countTalk((active.echoes ??= createCopies()), mention.text, source, at, settings.copyCap) : 0;
    if (voice > 0) {
      addTo(active.minutes, 'voices', n * voice);
      countReport(watch.volume, at, voice, n, false);
    } else if (fresh) countMention(watch.volume);
    return { kind: 'none' };
  }

  if (!first(active, 'reporters', author, at)) return { kind: 'again' };
  const shared = mention.others.length > 0;
  const weight = round(judged.weight * (shared ? sharedWeight : 1));
  const { factor, own, fresh: news } = mention.by === 'button' && mention.text === '' ? ownWords : countWording(active.copies, mention.text, mention.repostOf, source, at, settings.copyCap);
  const counted = round(weight * factor);
  // of one text sent by many only the first are people, however many the sample stands for
  const people = own ? n : 1;
  if (fresh) join((active.crowd ??= []), at, known, news);
  if (factor < 1) addTo(active.minutes, 'copies', 1);
  if (counted === 0) return { kind: 'copy' };
  const symptom = judged.symptom ?? 'other';
  const post: Recent = {
    at, ts: mention.ts, weight: counted, mass: watch.mass, source, id: mention.id, author: mention.author, lang: judged.lang, symptom,
    reason: judged.reason, by: mention.by, text: cutText(mention.text), url: mention.url ?? null,
    region: mention.region !== undefined && /^[A-Za-z]{2}$/.test(mention.region) ? mention.region.toUpperCase() : null,
    own,
    shared,
    ...(people === 1 ? {} : { standsFor: people }),
    ...(shared ? { others: mention.others.map(({ service }) => service) } : {}),
  };
  tally((active.symptoms ??= {}), symptom, people);
  tally((active.languages ??= {}), judged.lang, people);
  addTo(active.minutes, 'weight', people * counted);
  if (!isRepost(mention.text, mention.repostOf)) addTo(active.minutes, 'reporters', people);
  if (fresh) {
    countReport(watch.bank, at, counted, people);
    if (first(active, 'voices', author, at)) {
      addTo(active.minutes, 'voices', people * factor);
      countReport(watch.volume, at, factor, people);
    }
    active.recent.push(post);
    if (active.recent.length > mostRecent) active.recent.shift();
  }
  return { kind: 'report', post, fresh, late: mention.late !== undefined || backfill };
}

/** True when the author has not counted among these within the hour before `at`; counts the author then. */
function first(active: Active, among: 'reporters' | 'voices' | 'recovered', author: number, at: number): boolean {
  const seen = (active[among] ??= new Map());
  const last = seen.get(author);
  if (last !== undefined && at - last < hourMs) return false;
  seen.delete(author);
  seen.set(author, at);
  return true;
}

/** Forgets authors who counted an hour or longer before `at`. */
export function expireAuthors(active: Active, at: number): void {
  active.reporters = left(active.reporters, at);
  active.voices = left(active.voices, at);
  active.recovered = left(active.recovered, at);
}

function left(seen: Map<number, number> | undefined, at: number): Map<number, number> | undefined {
  if (seen === undefined) return undefined;
  for (const [author, last] of seen) {
    if (at - last < hourMs) return seen;
    seen.delete(author);
  }
  return undefined;
}

// People turn to a service when it fails, often without saying how: by its handle, or with a question.
function addresses(mention: Mention, reason: string): boolean {
  return reason === 'no-outage-phrase' && mention.repostOf === undefined && (mention.by === 'handle' || /[?？؟]/.test(mention.text));
}

function round(weight: number): number {
  return Math.round(Math.min(1, Math.max(0, weight)) * 64) / 64;
}

function tally(counts: Tally, key: string, n: number): void {
  // a stranger's key may be the name of something that every object has
  counts[key] = (Object.hasOwn(counts, key) ? counts[key]! : 0) + n;
}
