// What speaks against an alarm that has passed its tests: how its posts came, and from whom. Looks at a watch, changes
// nothing. A doubt holds back until the next report; none is for ever.
import type { Signal } from '../shared/signal.ts';
import { usuallyKnown } from './acquaintance.ts';
import { countCrowd } from './crowd.ts';
import { zeroAll } from './cusum.ts';
import { minutesKept, sumOf } from './minutes.ts';
import { isSitting } from './rhythm.ts';
import type { Watch } from './watch.ts';

const minuteMs = 60_000;
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
 * sitting: posts come no quicker than whenever this service's source is looked into. strangers: a sudden crowd of whom
 * nobody has ever been heard, though usually many are known, and that says nothing but that it fails: they are heard out.
 * campaign: the same, and their words are shared. What they said is no evidence.
 */
export type Doubt = 'sitting' | 'strangers' | 'campaign';

/** Why `signal` at `at` (ms) is no incident yet, or null. */
export function doubtOf(watch: Watch, signal: Signal, at: number): Doubt | null {
  const minutes = Math.min(minutesKept, Math.ceil((at - signal.since) / minuteMs) + 1);
  const mentions = sumOf(watch.active!.minutes, 'mentions', Math.floor(at / minuteMs) * minuteMs, minutes);
  if (watch.rhythm !== undefined && isSitting(watch.rhythm, mentions, minutes)) return 'sitting';
  const usual = watch.acquaintance === undefined ? null : usuallyKnown(watch.acquaintance);
  if (usual === null || usual < leastUsuallyKnown) return null;
  // what came before may be other people, or those whose words were found to be shared already
  const doubts = [Math.max(signal.since, at - lookedBackMs), at - lookedBackMs].map((from) => doubtOfCrowd(watch, signal, usual, from, at));
  return doubts.find((doubt) => doubt === 'campaign') ?? doubts.find((doubt) => doubt !== null) ?? null;
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
