// The incidents of a real status page, and crowds that begin a known time before or after some of them: rows of reports and of
// notices for a backtest. What an official first word is, is worked out here anew and plainly, to be held against the clock's.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

export interface OfficialIncident {
  readonly id: string;
  readonly start: number;
  /** ms; null where the page gives none that can be used. */
  readonly end: number | null;
  readonly state: 'degraded' | 'outage';
}

/** A crowd that begins at `onset`, ms. */
export interface Crowd {
  readonly onset: number;
  readonly lagMs: number;
  readonly about: OfficialIncident;
}

/** All of them in order of their beginning. */
export function githubIncidents(): OfficialIncident[] {
  const text = readFileSync(join(import.meta.dirname, '..', 'data', 'github-incidents', 'incidents.csv'), 'utf8');
  const rows = text.trim().split('\n').slice(1);
  return rows
    .map((row): OfficialIncident => {
      const [id, start, end, impact] = row.split(',') as [string, string, string, string];
      const [from, to] = [Date.parse(start), Date.parse(end)];
      return { id, start: from, end: to < from ? null : to, state: impact === 'critical' || impact === 'major' ? 'outage' : 'degraded' };
    })
    .sort((a, b) => a.start - b.start);
}

// minutes from the crowd's beginning to the official one
const lags = [7, 0, 22, 41, -12, 3, 75, -2, 13, 58, -31, 180, 1, 34] as const;

/** A crowd for each incident, a known lag before or after it, where at least two hours are left between them. */
export function crowdsAround(incidents: readonly OfficialIncident[], everyMs = 2 * hourMs): Crowd[] {
  const crowds: Crowd[] = [];
  incidents.forEach((about, i) => {
    const lagMs = lags[i % lags.length]! * minuteMs;
    const onset = about.start - lagMs;
    const last = crowds.at(-1);
    if (last !== undefined && onset - last.onset < everyMs) return;
    // a bound of the rule can't be told from the far side of an estimate
    const unsure = incidents.some(({ start, end }) => Math.abs(start - (onset - hourMs)) < 2 * minuteMs || (start < onset && Math.abs((end ?? Infinity) - (onset - 15 * minuteMs)) < 2 * minuteMs));
    if (!unsure) crowds.push({ onset, lagMs, about });
  });
  return crowds;
}

/**
 * The first official word about a crowd's trouble, ms: of the incidents that began up to an hour before it or later and were not
 * over a quarter of an hour before it, the first; null: none until `until`.
 */
export function firstWord(incidents: readonly OfficialIncident[], onset: number, until: number): number | null {
  const about = incidents.filter(({ start, end }) => start >= onset - hourMs && start <= until && !(end !== null && end < onset - 15 * minuteMs));
  return about[0]?.start ?? null;
}

type Row = Readonly<Record<string, unknown>> & { readonly ts: number };

/** What the page says: a beginning each, and an end where there is one. */
export function noticeRows(incidents: readonly OfficialIncident[]): Row[] {
  return incidents.flatMap(({ id, start, end, state }) => {
    const of = { kind: 'notice', service: 'github', event: id, title: `Incident ${id}` };
    const rows: Row[] = [{ ...of, id: `${id}/1`, ts: start, state }];
    return end === null ? rows : [...rows, { ...of, id: `${id}/2`, ts: end, state: 'ok' }];
  });
}

/** Reports: each crowd for twelve minutes, eight a minute; else one in about four hours. */
export function crowdRows(crowds: readonly Crowd[], from: number, to: number, random: () => number): Row[] {
  const rows = crowds.flatMap(({ onset }) => Array.from({ length: 96 }, (_, i): Row => ({ ts: onset + Math.floor((i + (i === 0 ? 0 : random() - 0.5)) * 7_500), service: 'github' })));
  let next = 0;
  for (let ts = from; ts < to; ts += Math.floor((0.5 + random()) * 4 * hourMs)) {
    while (next < crowds.length && crowds[next]!.onset + 45 * minuteMs < ts) next++;
    const near = crowds[next];
    if (near === undefined || ts < near.onset - 45 * minuteMs) rows.push({ ts, service: 'github' });
  }
  return rows;
}

/** NDJSON in event order. */
export const asRows = (rows: readonly Row[]): Buffer => Buffer.from(rows.toSorted((a, b) => a.ts - b.ts).map((row) => `${JSON.stringify(row)}\n`).join(''));
