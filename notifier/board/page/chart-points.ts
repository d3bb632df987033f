// What a chart shows, day or hour alike: steps with their numbers, and the spans to shade. It draws nothing.
import type { Span } from './state.ts';
import type { ServiceDetail } from '../views.ts';

export interface Point {
  readonly start: string;
  readonly observed: number | null;
  readonly expected: number | null;
  readonly upper: number | null;
  readonly mentions: number;
  readonly recoveries: number | null;
}

export interface Points {
  readonly span: Span;
  readonly stepMs: number;
  readonly points: readonly Point[];
  /** Incidents as spans of ms. */
  readonly shaded: readonly (readonly [number, number])[];
  /** Changes when anything that is drawn does. */
  readonly sign: string;
}

// With fewer than four hours seen, a day is an empty picture: then the hour is shown first.
const fewBuckets = 16;

/** The reader's choice, or what there is most to see in. */
export function spanOf(service: ServiceDetail, chosen: Span | null): Span {
  if (chosen !== null) return chosen;
  return service.buckets.filter((one) => one.observed !== null).length < fewBuckets ? 'hour' : 'day';
}

export function pointsOf(service: ServiceDetail, span: Span): Points {
  const points: readonly Point[] =
    span === 'day' ? service.buckets : service.minutes.map((one) => ({ ...one, recoveries: null }));
  const end = lastSeen(service);
  const shaded = service.incidents
    .filter((one) => one.state !== 'retracted')
    .map((one) => [Date.parse(one.onset), Math.max(one.resolvedAt === null ? end : Date.parse(one.resolvedAt), Date.parse(one.onset) + 60_000)] as const);
  return { span, stepMs: span === 'day' ? 900_000 : 60_000, points, shaded, sign: JSON.stringify([span, points, shaded]) };
}

/** Where the seen part of the chart ends, ms. */
function lastSeen({ buckets }: ServiceDetail): number {
  const last = buckets.findLast((one) => one.observed !== null) ?? buckets.at(-1);
  return last === undefined ? 0 : Date.parse(last.start) + last.minutes * 60_000;
}
