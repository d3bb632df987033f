// Recomputes an incident's verdict from its event and its evidence alone, by the formulas of the bank, and says it in
// words. Pure; reads nothing, trusts no figure that it can check.
import type { Evidence } from '../shared/evidence.ts';
import type { Incident, IncidentEvent } from '../shared/incident.ts';
import { jumps } from './alarm-budget.ts';
import { statisticOf } from './alarm.ts';
import type { DetectorSettings } from './settings.ts';

export interface Explanation {
  readonly incident: string;
  readonly settings: string;
  readonly rule: string;
  readonly observed: number;
  readonly expected: number;
  readonly threshold: number;
  /** observed x ln(jump) - (jump - 1) x expected, over the dispersion, computed anew. */
  readonly statistic: number;
  readonly statedStatistic: number;
  readonly reporters: number;
  /** Sum of the weights of the evidence given, and what the incident states as its score. */
  readonly sumOfWeights: number;
  readonly score: number;
  /** The recomputed statistic passes the threshold, equals the stated one, and the weights add up. */
  readonly same: boolean;
  readonly lines: readonly string[];
}

/**
 * Explains an incident by an event of it (the latest knows most) and all its evidence records, the latest of each post.
 * `settings` null leaves out what they are needed for: the floor of reporters.
 */
export function explain(event: IncidentEvent, evidence: readonly Evidence[], settings: DetectorSettings | null): Explanation {
  const { incident } = event;
  const { signal } = incident;
  const own = evidence.filter((one) => one.incident === incident.id);
  const statistic = statisticOf(signal, signal.jump, signal.dispersion);
  const weigh = (posts: readonly Evidence[]) => posts.reduce((sum, one) => sum + one.weight * (one.standsFor ?? 1), 0);
  // what was counted after the event is evidence too, but not what the event's score is made of
  const then = own.filter((one) => one.ts <= event.at);
  const since = own.length - then.length;
  const sumOfWeights = weigh(then);
  // when a late post came is not on record: it may have been counted before the event or after it, as may one of its moment
  const surely = weigh(then.filter((one) => !one.late && one.ts < event.at));
  const late = own.filter((one) => one.late).length;
  const erased = own.filter((one) => one.text === null).length;
  const problems: string[] = [];
  if (!close(statistic, signal.statistic)) problems.push(`the statistic comes to ${figure(statistic)}, the incident states ${figure(signal.statistic)}`);
  if (statistic < signal.threshold) problems.push(`${figure(statistic)} does not reach the threshold`);
  if (signal.tail * Math.LN10 < signal.threshold - 1e-9) problems.push('so many reports are not rare enough at this baseline');
  if (!(jumps as readonly number[]).includes(signal.jump)) problems.push(`no test looks for a jump of ${signal.jump}`);
  if (incident.score < surely || incident.score > sumOfWeights) problems.push(`the weights of the evidence add up to ${figure(sumOfWeights)}, the incident states ${figure(incident.score)}`);
  if (settings !== null && incident.reporters < settings.minReporters) problems.push(`only ${incident.reporters} people, ${settings.minReporters} are needed`);
  const what = signal.rule.startsWith('volume') ? 'posts that address the service' : 'weighted reports';
  return {
    incident: incident.id,
    settings: event.settings,
    rule: signal.rule,
    observed: signal.observed,
    expected: signal.expected,
    threshold: signal.threshold,
    statistic,
    statedStatistic: signal.statistic,
    reporters: incident.reporters,
    sumOfWeights,
    score: incident.score,
    same: problems.length === 0,
    lines: [
      `${incident.id}: ${incident.state}, ${event.change} at ${iso(event.at)} (event ${event.seq}, settings ${event.settings})`,
      `onset ${iso(incident.onset)}, noticed ${iso(incident.openedAt)}, ${figure((incident.openedAt - incident.onset) / 60_000)} min later`,
      `rule ${signal.rule}: observed ${figure(signal.observed)} ${what} since ${iso(signal.since)}, expected ${figure(signal.expected)}`,
      `statistic (${figure(signal.observed)} x ln ${signal.jump} - ${signal.jump - 1} x ${figure(signal.expected)}) / ${figure(signal.dispersion)} = ${figure(statistic)}, threshold ${figure(signal.threshold)}`,
      `chance of so many at the baseline: 1 in 10^${figure(signal.tail)}`,
      `share of reports among posts ${percent(signal.share)}, usual ${percent(signal.expectedShare)}`,
      `${incident.reporters} people since onset${settings === null ? '' : `, at least ${settings.minReporters} needed`}; ${then.length} counted posts (${late} late, ${erased} erased) weigh ${figure(sumOfWeights)}, score ${figure(incident.score)}`,
      ...(since === 0 ? [] : [`${since} more were counted since this event`]),
      ...officialLines(incident),
      ...(incident.learning ? ['the baseline was still learning: it rested mostly on the prior'] : []),
      problems.length === 0 ? 'recomputed: the same verdict' : `recomputed: not the same verdict: ${problems.join('; ')}`,
    ],
  };
}

/** How long the service itself was silent, and what was counted elsewhere; nothing where neither is known. */
function officialLines({ onset, official, tallied }: Incident): string[] {
  const lines: string[] = [];
  if (official !== undefined) {
    const { state, firstAt, lagMs, endedAt, usualMs, usualOf } = official;
    const usual = usualOf === 0 ? '' : `; usually ${usualMs === null ? 'silent' : `${figure(usualMs / 60_000)} min`}, the median of ${usualOf}`;
    const first = firstAt === null || lagMs === null
      ? state === 'unknown' ? "can't be read, no word of it so far" : `no word of it since ${iso(onset)}`
      : `first word at ${iso(firstAt)}, ${figure(Math.abs(lagMs) / 60_000)} min ${lagMs < 0 ? 'before' : 'after'} the onset`;
    lines.push(`status page: ${first}, now ${state}${endedAt === null ? '' : `, over at ${iso(endedAt)}`}${usual}`);
  }
  if (tallied !== undefined) lines.push(`counted elsewhere: ${figure(tallied.observed)} posts in ${figure(tallied.windowMs / 60_000)} min, expected ${figure(tallied.expected)}`);
  return lines;
}

// What was written in decimal comes back exactly; a different order of sums may differ in the last digits.
function close(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
}

function figure(value: number): string {
  return String(Math.round(value * 1_000) / 1_000);
}

function percent(share: number): string {
  return `${Math.round(share * 1_000) / 10} %`;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
