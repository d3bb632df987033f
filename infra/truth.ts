// Incidents held against the truth: which outages were found, which alarms were false, how long it took.
import { z } from 'zod';
import type { FoundIncident } from './backtest.ts';

const time = z.iso.datetime({ offset: true, message: 'a time in ISO 8601 with its zone' });
export const truthSchema = z.array(z.looseObject({ service: z.string(), start: time, end: time.nullable() }).refine(({ start, end }) => end === null || Date.parse(end) >= Date.parse(start), { path: ['end'], message: 'a time that is not before its start' }));
export type Truth = z.infer<typeof truthSchema>;

/** An incident belongs to an outage of its service if it opens between this before its start and its end. */
export const earlyMs = 15 * 60_000;

export interface Score {
  readonly precision: number | null;
  readonly recall: number | null;
  readonly found: number;
  readonly missed: number;
  readonly falseAlarms: number;
  /** One for each outage, in the order of the truth; null where it was missed. Minutes from its start to the first opening. */
  readonly delaysMinutes: readonly (number | null)[];
  readonly medianDelayMinutes: number | null;
}

/** Precision over incidents, recall over outages; null where there is nothing to divide by. */
export function scoreAgainst(truth: Truth, incidents: readonly FoundIncident[]): Score {
  const windows = truth.map(({ service, start, end }) => ({ service, start: Date.parse(start), end: end === null ? Infinity : Date.parse(end) }));
  const within = (window: (typeof windows)[number], { incident }: FoundIncident) =>
    incident.service === window.service && incident.openedAt >= window.start - earlyMs && incident.openedAt <= window.end;
  const matched = incidents.filter((one) => windows.some((window) => within(window, one)));
  const delaysMinutes = windows.map((window) => {
    const first = incidents.filter((one) => within(window, one)).map((one) => one.incident.openedAt).toSorted((a, b) => a - b)[0];
    return first === undefined ? null : (first - window.start) / 60_000;
  });
  const known = delaysMinutes.filter((delay) => delay !== null).toSorted((a, b) => a - b);
  return {
    precision: incidents.length === 0 ? null : matched.length / incidents.length,
    recall: windows.length === 0 ? null : known.length / windows.length,
    found: known.length,
    missed: windows.length - known.length,
    falseAlarms: incidents.length - matched.length,
    delaysMinutes,
    medianDelayMinutes: known.length === 0 ? null : known[Math.floor((known.length - 1) / 2)]!,
  };
}
