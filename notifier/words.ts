// The words of an alert, the same for every channel: headline, summary lines, confidence. Pure. No markup, no links;
// a channel escapes what it is given. We say what reports suggest, never that something is down.
import type { Incident, IncidentChange, IncidentState } from '../shared/incident.ts';
import { duration, localTime } from './times.ts';
import { officialLine } from './words-official.ts';

/** What an alert's words are made of; `name` is the service's own name. */
export interface Told {
  readonly name: string;
  readonly change: IncidentChange;
  readonly at: number;
  readonly incident: Incident;
}

/** The state's mark, which always stands beside its word: colour alone says nothing to many people. */
export const stateIcons: Readonly<Record<IncidentState, string>> = {
  suspected: '🟠',
  confirmed: '🔴',
  easing: '🟡',
  resolved: '🟢',
  retracted: '⚪',
};

const headlines: Readonly<Record<IncidentChange, (state: IncidentState) => string>> = {
  suspected: () => 'suspected outage',
  confirmed: () => 'confirmed outage',
  // of an outage that is over only its status page still has news
  updated: (state) => (state === 'resolved' ? 'word from its status page' : `${state} outage, update`),
  easing: () => 'outage easing',
  relapsed: () => 'outage worse again',
  resolved: () => 'outage resolved',
  reopened: () => 'outage is back',
  retracted: () => 'suspected outage withdrawn',
  erased: () => 'a post was taken back',
};

/** One line of at most ten words: `WhatsApp: suspected outage`. Long service names lose their end. */
export function headline(name: string, change: IncidentChange, state: IncidentState): string {
  const words = name.split(/\s+/u);
  const short = words.length > 5 ? `${words.slice(0, 5).join(' ')}…` : words.join(' ');
  return `${short}: ${headlines[change](state)}`;
}

/** A count for people: `2,345`, `6`, `0.4`. */
export function figure(n: number): string {
  if (n > 0 && n < 0.1) return 'under 0.1';
  if (n < 10 && Math.abs(n - Math.round(n)) >= 0.05) return n.toFixed(1);
  return String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ',');
}

function count(n: number, one: string, many: string): string {
  return `${figure(n)} ${Math.round(n) === 1 ? one : many}`;
}

/**
 * Whole percents that add up to exactly 100, in the order given; all zero when there is nothing to share.
 * Source: largest remainder method (Hamilton).
 */
export function percents(parts: readonly number[]): number[] {
  const total = parts.reduce((sum, part) => sum + part, 0);
  if (total <= 0) return parts.map(() => 0);
  const exact = parts.map((part) => (100 * part) / total);
  const whole = exact.map(Math.floor);
  const missing = 100 - whole.reduce((sum, part) => sum + part, 0);
  const byRest = exact.map((part, i) => ({ i, rest: part - Math.floor(part) })).sort((a, b) => b.rest - a.rest || a.i - b.i);
  for (const { i } of byRest.slice(0, missing)) whole[i] = whole[i]! + 1;
  return whole;
}

function byCount(counts: Readonly<Record<string, number>>): [string, number][] {
  return Object.entries(counts).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

/** `Mostly: sending (61 %), login (22 %).`, the three largest of at least 5 %; empty when no post names a symptom. */
export function symptomsLine(counts: Readonly<Record<string, number>>): string {
  const all = byCount(counts).filter(([, n]) => n > 0);
  const shares = percents(all.map(([, n]) => n));
  const named = all
    .map(([symptom], i) => ({ symptom, share: shares[i]! }))
    .filter(({ symptom, share }) => symptom !== 'other' && share >= 5)
    .slice(0, 3);
  return named.length === 0 ? '' : `Mostly: ${named.map(({ symptom, share }) => `${symptom} (${share} %)`).join(', ')}.`;
}

/** `DE 38 %, BR 17 %, other 16 %, unknown 29 %.`: the three largest countries, and what is not known is said. Adds up to 100. */
export function regionsLine(counts: Readonly<Record<string, number>>): string {
  const known = byCount(counts).filter(([region, n]) => region !== 'unknown' && n > 0);
  const rows: [string, number][] = known.slice(0, 3);
  rows.push(['other', known.slice(3).reduce((sum, [, n]) => sum + n, 0)], ['unknown', counts['unknown'] ?? 0]);
  if (known.length === 0) return '';
  const shares = percents(rows.map(([, n]) => n));
  return `${rows.map(([region], i) => ({ region, share: shares[i]! })).filter(({ share }) => share > 0).map(({ region, share }) => `${region} ${share} %`).join(', ')}.`;
}

/**
 * How sure we are. high: confirmed, by 30 authors or more, against a baseline that has been learnt. low: no live
 * source, or not confirmed and fewer than 20 authors or a baseline still learning. medium: all else.
 */
export function confidence(incident: Incident): 'low' | 'medium' | 'high' {
  if (incident.blind) return 'low';
  if (incident.confirmedAt === null) return incident.learning || incident.reporters < 20 ? 'low' : 'medium';
  return incident.learning || incident.reporters < 30 ? 'medium' : 'high';
}

/** `Confidence: high (168 authors, 3 sources, 5 languages).` */
export function confidenceLine(incident: Incident): string {
  const basis = [
    count(incident.reporters, 'author', 'authors'),
    count(Object.keys(incident.sources).length, 'source', 'sources'),
    count(Object.keys(incident.languages).length, 'language', 'languages'),
  ];
  if (incident.learning) basis.push('baseline still learning');
  return `Confidence: ${confidence(incident)} (${basis.join(', ')}).`;
}

/** `214 reports in 15 min, expected 6` */
export function magnitude(incident: Incident): string {
  return `${count(incident.observed, 'report', 'reports')} in ${duration(incident.windowMs)}, expected ${figure(incident.expected)}`;
}

function lead(told: Told, zone: string): string {
  const { name, change, at, incident } = told;
  const since = localTime(incident.onset, at, zone);
  const now = `${magnitude(incident)}. Since ${since}.`;
  if (change === 'erased') return `An author took back a post that counted as evidence for ${name}: please drop any copy of its text. All figures stay.`;
  if (incident.state === 'retracted') return `The reports about ${name} did not hold up; the suspicion is withdrawn. It was raised at ${localTime(incident.openedAt, at, zone)}.`;
  if (incident.state === 'resolved') {
    const end = incident.resolvedAt ?? at;
    const peak = `${count(incident.peak.perMinute, 'report', 'reports')} a minute at ${localTime(incident.peak.at, at, zone)}`;
    return `Reports about ${name} are back to normal. It lasted ${duration(end - incident.onset)}, from ${since} to ${localTime(end, at, zone)}; the peak was ${peak}.`;
  }
  if (incident.state === 'easing') {
    const back = incident.recoveries > 0 ? ` ${count(incident.recoveries, 'post says', 'posts say')} that it works again.` : '';
    return `Reports of trouble with ${name} are falling: ${now}${back}`;
  }
  return `Reports suggest trouble with ${name}: ${now}`;
}

/**
 * The summary as lines that read alone: how much and since when, what and where, what the service says, how sure.
 * `zone` is an IANA time zone or UTC; every time carries its zone.
 */
export function summaryLines(told: Told, zone: string): string[] {
  const { incident, change } = told;
  const lines = [lead(told, zone)];
  if (change === 'erased' || incident.state === 'retracted') return lines;
  lines.push([symptomsLine(incident.symptoms), regionsLine(incident.regions)].filter((part) => part !== '').join(' '));
  lines.push(officialLine(incident, told.at, zone));
  const noticed = change === 'suspected' || change === 'confirmed' ? ` Noticed ${duration(incident.openedAt - incident.onset)} after the estimated onset.` : '';
  lines.push(`${confidenceLine(incident)}${noticed}`);
  if (incident.blind) lines.push('No source is live now: this state is held, not confirmed.');
  return lines.filter((line) => line !== '');
}
