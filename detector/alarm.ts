// Decides whether what people say is evidence of an outage: the CUSUM bank over reports, the same over posts that
// address the service, and the guards that each alarm must pass. Changes nothing of a watch but its record of how near
// it came to an alarm.
import type { Signal } from '../shared/signal.ts';
import { alarmThreshold, jumps } from './alarm-budget.ts';
import { firstJumpAfter, warmUpMinutes } from './baseline.ts';
import { type Bank, logRatio, logRatioOf, type Run, runOf, samplingOf } from './cusum.ts';
import { dispersionOf } from './dispersion.ts';
import { type Level, levelDoubt, levelShare, levelPerMinute, minuteScatter, spanScatter } from './level.ts';
import { sumOf } from './minutes.ts';
import { negativeBinomialLog10UpperTail } from './negative-binomial.ts';
import { askedByPast, nearNats, turnDay } from './own-past.ts';
import { seasonDoubt } from './season.ts';
import type { DetectorSettings } from './settings.ts';
import type { Watch } from './watch.ts';

const minuteMs = 60_000;
// Reporters count towards the floor for two hours at most.
const floorMs = 120 * minuteMs;
// Prior share of reports among posts that name a service, and the posts that it is worth. Source: of random posts that
// name a provider, 8 % are plain reports (data notes of the study).
const priorShare = 0.1;
const priorShareMentions = 20;
// Reports must be at least this share of the posts: people who complain mostly say what of. Where volume is the evidence,
// most only join in, so less will do.
const leastShare = 0.2;
const leastShareOfVolume = 0.1;
const plainShare = 0.5;
const shareFactor = 1.5;
const shareDeviations = 3;
const shareDeviationsOfVolume = 2;
// So much of mere talk is misread as reports at most. Where more than that is usual, it is because people do report.
const mostMisread = 0.2;
// Of those who report, so many must name this service alone.
const leastAlone = 1 / 3;
// Where most only repeat others' words, three times as many must speak for themselves.
const amongCopies = 3;
// After a retraction twice the evidence is asked for.
const wary = 2;
// A service of less than three weeks is not known as well as thresholds assume: a twentieth of the budget has to do for it.
// In its first two hours the day has hardly moved from what they showed; then that is asked for little by little.
const youngMinutes = 21 * 1_440;
const youngNats = Math.log(20);
const youngFromMinutes = 120;
const youngInFullMinutes = 480;
// The smallest jump is nearest to what a baseline may be off by while a service drifts: a fifth of its share has to do for it.
const smallestJumpNats = Math.log(5);
const closeBy = 0.6;
const mostUnlearnt = 0.3;

/** The alarm that stands at `at` (ms, the time of a report), or null. */
export function alarm(watch: Watch, at: number, settings: DetectorSettings): Signal | null {
  if (watch.exposure < warmUpMinutes) return null;
  return strongest(watch, at, settings, 'reports') ?? (settings.shareTest ? strongest(watch, at, settings, 'volume') : null);
}

/** The expected share of reports among the service's posts, shrunk to the prior. */
export function expectedShare(watch: Pick<Watch, 'shareReports' | 'shareMentions'>): number {
  return (watch.shareReports + priorShare * priorShareMentions) / (watch.shareMentions + priorShareMentions);
}

/**
 * Whether `reports` among `mentions` are more than talk alone would bring, or so many that nothing else is said. Talk
 * brings the `usual` share of misread posts, up to a bound: in a storm everybody talks, and the share of reports may fall
 * while three times as many come.
 */
export function shareRose(reports: number, mentions: number, usual: number, kind: 'reports' | 'volume' = 'reports'): boolean {
  const floor = kind === 'reports' ? leastShare : leastShareOfVolume;
  const deviations = kind === 'reports' ? shareDeviations : shareDeviationsOfVolume;
  if (reports >= plainShare * mentions) return true;
  const talk = Math.min(usual, mostMisread);
  const least = Math.max(floor, shareFactor * talk);
  return reports >= least * mentions && reports >= talk * mentions + deviations * Math.sqrt(talk * (1 - talk) * mentions);
}

/** The statistic as a signal states it: the log-likelihood ratio over the dispersion. */
export function statisticOf(run: Pick<Run, 'observed' | 'expected'>, jump: number, dispersion: number): number {
  return logRatio(run, jump) / dispersion;
}

function strongest(watch: Watch, at: number, settings: DetectorSettings, kind: 'reports' | 'volume'): Signal | null {
  const bank: Bank = kind === 'reports' ? watch.bank : watch.volume;
  const level: Level = kind === 'reports' ? watch.reports : watch.voices;
  const perMinute = kind === 'reports' ? watch.perMinute : watch.voicesPerMinute;
  const budget = settings.budgetPerServiceYear;
  const scattered = minuteScatter(level) * perMinute;
  const usually = levelPerMinute(level, watch.shareMentions);
  const usual = expectedShare(watch);
  const young = watch.exposure < youngMinutes;
  const past = watch.ownPast;
  if (!young) turnDay(past, at);
  // nats above the threshold at which the day's record is broken
  const record = young ? Infinity : Math.log(budget) - nearNats + past.most;
  let asked = NaN;
  let best: Signal | null = null;
  for (let i = firstJumpAfter(watch.exposure); i < jumps.length; i++) {
    const threshold = alarmThreshold(i, usually, budget) + (i === 0 ? smallestJumpNats : 0);
    const bare = logRatioOf(bank, i) / (1 + scattered);
    // what learning can have taken off is little, and a larger jump is divided by more: far below nothing is worth a closer look
    if (bare < threshold * closeBy && bare - threshold <= record) continue;
    const jump = jumps[i]!;
    const run = unlearnt(runOf(bank, i), level);
    // where one report stands for n, a count's variance is n times its mean: of the log-likelihood ratio an nth is left
    const n = samplingOf(run.observed, run.beyond);
    const dispersion = n * dispersionOf(jump, scattered);
    const statistic = statisticOf(run, jump, dispersion);
    const excess = statistic - threshold;
    if (excess < 0 && excess <= record) continue;
    if (settings.shareTest && !shareRose(run.reports, run.mentions, usual, kind)) continue;
    if (!enough(watch, run, at, settings, kind)) continue;
    const tail = tailOf(watch, level, run, at, n);
    const nats = Math.min(excess, tail * Math.LN10 - threshold);
    if (nats > record) past.most = Math.max(past.most, nats - Math.log(budget) + nearNats);
    if (nats < 0) continue;
    if (Number.isNaN(asked)) asked = young ? askedOfYoung(watch.exposure) : askedByPast(past, budget);
    const needed = (threshold + asked) * (at < watch.waryUntil ? wary : 1);
    if (threshold + nats < needed || (best !== null && statistic / needed <= best.statistic / best.threshold)) continue;
    best = {
      rule: kind === 'reports' ? `reports x${jump}` : `volume x${jump}`,
      jump, since: run.since, observed: run.observed, expected: run.expected, statistic, dispersion, threshold: needed, tail,
      share: run.mentions === 0 ? 0 : run.reports / run.mentions, expectedShare: usual,
    };
  }
  return best;
}

function askedOfYoung(exposure: number): number {
  return youngNats * Math.max(0, Math.min(1, (exposure - youngFromMinutes) / (youngInFullMinutes - youngFromMinutes)));
}

// A rise that lasts for hours has raised, while it was doubted, what is expected of it: half of what it taught on average.
function unlearnt(run: Run, level: Level): Run {
  const taught = run.observed === 0 ? 0 : run.taught * Math.max(0, 1 - run.expected / run.observed);
  return { ...run, expected: run.expected * (1 - Math.min(mostUnlearnt, (taught / 2) * levelShare(level))) };
}

// The chance of so many at the baseline, with all that is uncertain about the baseline in its scatter.
function tailOf(watch: Watch, level: Level, run: Run, at: number, n: number): number {
  const minutes = Math.max(1, (at - run.since) / minuteMs);
  // what the rise itself has taught says nothing of what was normal before
  const scatter = spanScatter(level, minutes) + levelDoubt(level, watch.shareMentions, run.taught) + seasonDoubt(watch.season, at, minutes) + (n - 1) / Math.max(1, run.expected);
  const log10 = negativeBinomialLog10UpperTail(run.observed, Math.max(1e-6, run.expected), scatter);
  return Number.isFinite(log10) ? -log10 : 0;
}

// Enough people, and enough of them who speak of this service alone: when another one fails, its name stands beside many.
function enough(watch: Watch, run: Run, at: number, settings: DetectorSettings, kind: 'reports' | 'volume'): boolean {
  const since = Math.max(run.since, at - floorMs);
  let alone = 0;
  let voices = 0;
  for (const one of watch.active?.recent ?? []) {
    if (!one.own || one.at < since) continue;
    voices += 1;
    if (!one.shared) alone += 1;
  }
  const minutes = Math.ceil((at - since) / minuteMs) + 1;
  const copies = sumOf(watch.active!.minutes, 'copies', Math.floor(at / minuteMs) * minuteMs, minutes);
  const least = settings.minReporters * (copies > alone ? amongCopies : 1);
  if (alone < least || alone < voices * leastAlone) return false;
  return kind === 'reports' || run.observed >= 2 * settings.minReporters;
}
