// What speaks against an alarm that has passed its tests: how its posts came, and from whom. Looks at a watch, changes
// nothing. A doubt holds back until the next report; none is for ever.
import type { Signal } from '../shared/signal.ts';
import { usuallyKnown } from './acquaintance.ts';
import { countCrowd } from './crowd.ts';
import { zeroAll } from './cusum.ts';
import { minutesKept, sumOf } from './minutes.ts';
import { hasSittings, usualGap } from './rhythm.ts';
import type { Watch } from './watch.ts';

const minuteMs = 60_000;
// In a sitting, posts come as quickly as they ever do; people who have lost something speak three times as quickly.
const quicker = 3;
const shortestLookMs = 10_000;
// Or so many more of at least so many posts are reports that it does not matter how they came.
const fewestPosts = 15;
const deviations = 5;
// An outage makes people speak who never did, so that less of them are known than usual; but not none.
const knownInOutage = 0.7;
const leastUsuallyKnown = 0.4;
const unlikely = 0.25;
// A real outage brings questions, jokes and talk beside the reports.
const pureShare = 0.75;
// So many strangers in so short a time are heard out before anything is said: their words tell.
const enoughVoices = 60;
const hearingMs = 3 * minuteMs;
const lookedBackMs = 15 * minuteMs;
// People find words of their own, campaigns share theirs: of longer texts a quarter at least must bring a new word.
const leastFresh = 0.25;
const fewestTelling = 8;

/**
 * sitting: posts come no quicker than whenever this service's source is looked into; that they came is no evidence.
 * strangers: a sudden crowd of whom nobody has ever been heard, though usually many are known, and that says nothing but
 * that it fails: they are heard out. campaign: the same, and their words are shared. What they said is no evidence.
 */
export type Doubt = 'sitting' | 'strangers' | 'campaign';

/** Why `signal` at `at` (ms) is no incident yet, or null. */
export function doubtOf(watch: Watch, signal: Signal, at: number): Doubt | null {
  if (isSitting(watch, signal, at)) return 'sitting';
  const usual = watch.acquaintance === undefined ? null : usuallyKnown(watch.acquaintance);
  if (usual === null || usual < leastUsuallyKnown) return null;
  // what came before may be other people, or those whose words were found to be shared already
  const doubts = [Math.max(signal.since, at - lookedBackMs), at - lookedBackMs].map((from) => doubtOfCrowd(watch, signal, usual, from, at));
  return doubts.find((doubt) => doubt === 'campaign') ?? doubts.find((doubt) => doubt !== null) ?? null;
}

/** Whether its posts came no quicker than they do whenever its source is looked into. */
function isSitting({ rhythm, active }: Watch, signal: Signal, at: number): boolean {
  if (rhythm === undefined || !hasSittings(rhythm)) return false;
  if (shareIsBeyondChance(signal)) return false;
  const minute = Math.floor(at / minuteMs) * minuteMs;
  const count = Math.min(minutesKept, Math.max(1, 2 + (minute - Math.floor(signal.since / minuteMs) * minuteMs) / minuteMs));
  const from = minute - (count - 1) * minuteMs;
  // what came before the sitting at hand has no part in it
  const [posts, since] = rhythm.began >= from ? [rhythm.posts, rhythm.began] : [sumOf(active!.minutes, 'mentions', minute, count), from];
  return posts * usualGap(rhythm) < quicker * Math.max(shortestLookMs, at - since);
}

function shareIsBeyondChance({ rule, observed, share, expectedShare }: Signal): boolean {
  // what the other rule observed are not only reports
  if (!rule.startsWith('reports')) return false;
  const posts = observed / Math.max(share, 1e-9);
  return posts >= fewestPosts && share - expectedShare >= deviations * Math.sqrt((expectedShare * (1 - expectedShare)) / posts);
}

function doubtOfCrowd(watch: Watch, signal: Signal, usual: number, from: number, at: number): Doubt | null {
  const { crowd = [], minutes } = watch.active!;
  const { voices, known, fresh, worn, during } = countCrowd(crowd, from);
  const mentions = during.reduce((sum, minute) => sum + sumOf(minutes, 'mentions', minute, 1), 0);
  if (Math.max(signal.share, voices / mentions) < pureShare) return null;
  if (atMost(known, voices, knownInOutage * usual) > unlikely) return null;
  const telling = fresh + worn;
  if (2 * telling < voices) return null;
  if (voices < enoughVoices && countCrowd(crowd, at - hearingMs).voices >= 0.8 * voices) return 'strangers';
  return telling >= fewestTelling && fresh < leastFresh * telling ? 'campaign' : null;
}

/** What has been said up to `at` (ms) counts no more. */
export function forgetEvidence(watch: Watch, at: number): void {
  zeroAll(watch.bank, at);
  zeroAll(watch.volume, at);
}

/** Chance of `hits` or fewer of `tries`, each with chance `share`. Source: binomial distribution. */
function atMost(hits: number, tries: number, share: number): number {
  let term = (1 - share) ** tries;
  let sum = term;
  for (let i = 1; i <= hits; i++) {
    term *= ((tries - i + 1) / i) * (share / (1 - share));
    sum += term;
  }
  return sum;
}
