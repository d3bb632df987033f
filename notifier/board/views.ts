// What the board's API answers: the shapes that the server fills and the page reads. Times are ISO 8601 UTC strings;
// every other string may be a stranger's and is text, nothing else. No code lives here.
import type { Because, Blame, Cause, Group } from '../../shared/alert.ts';
import type { IncidentChange, IncidentState, Named, Tallied } from '../../shared/incident.ts';
import type { Carries, SourceState } from '../../shared/frame.ts';
import type { OfficialState } from '../../shared/observation.ts';
import type { Delivery } from '../../shared/delivery.ts';
import type { Signal } from '../../shared/signal.ts';

/**
 * How a service stands. The first three are open incidents. recovered: the last incident ended within the hour.
 * active: someone reported trouble within the hour, without an incident. quiet: nobody did. unknown: no source is live.
 */
export type Standing = 'confirmed' | 'suspected' | 'easing' | 'recovered' | 'active' | 'quiet' | 'unknown';

/** A part of a whole; percents are rounded so that they add up to 100. */
export interface Share {
  readonly key: string;
  readonly count: number;
  readonly percent: number;
}

/**
 * What a service's own status page says now. unknown: it can not be read, which says nothing of the service; ok: it
 * reports nothing that is going on.
 */
export interface OfficialView {
  readonly state: OfficialState;
  /** When it last changed. */
  readonly asOf: string;
  /** What is going on or planned, and what ended within the last day; the newest first. */
  readonly events: readonly OfficialEventView[];
  /** Median time from an incident's onset to the page's first word, over `usualOf` earlier incidents; null: it is usually silent. */
  readonly usualMs: number | null;
  readonly usualOf: number;
}

export interface OfficialEventView {
  readonly event: string;
  readonly state: OfficialState;
  /** Maintenance whose time has not come. */
  readonly planned: boolean;
  readonly title: string;
  readonly url: string | null;
  readonly components: readonly string[];
  readonly began: string | null;
  readonly ended: string | null;
  /** The page's last word about it. */
  readonly saidAt: string;
}

/** What the service's own status page says of an incident: the official-silence clock. */
export interface WordView {
  readonly state: OfficialState;
  /** From the onset to now, or to the end of the incident; null once the page spoke, and where it can not be read. */
  readonly silentMs: number | null;
  readonly firstAt: string | null;
  /** From the onset to the first word; below 0 the page was first. */
  readonly lagMs: number | null;
  readonly title: string | null;
  readonly url: string | null;
  readonly components: readonly string[];
  readonly endedAt: string | null;
  readonly usualMs: number | null;
  readonly usualOf: number;
}

export interface ServiceSummary {
  readonly id: string;
  readonly name: string;
  readonly tags: readonly string[];
  readonly standing: Standing;
  readonly learning: boolean;
  readonly blind: boolean;
  /** The open incident, or the one that ended within the hour. */
  readonly incident: string | null;
  readonly since: string | null;
  /** When that incident ended; null while it is open. */
  readonly until: string | null;
  readonly reporters: number | null;
  /** Over the last `windowMs` of closed minutes. */
  readonly windowMs: number;
  readonly reports: number;
  readonly mentions: number;
  readonly expected: number | null;
  /** Reports in each of the last 60 closed minutes, oldest first; left out (empty) for quiet services. */
  readonly spark: readonly number[];
  readonly topSymptom: string | null;
  /** Whom its incident is linked to or only blamed for; of one that speaks for others, their likely or possible cause. */
  readonly tie: { readonly kind: 'linked' | 'blamed' | 'likely' | 'possibly'; readonly name: string } | null;
  /** What its own status page says; null where none is read. */
  readonly official: OfficialState | null;
  /** What that page says of its incident. */
  readonly officialWord: WordView | null;
}

export interface Bucket {
  readonly start: string;
  /** null where Outcry saw nothing: before its first record, or after its last. */
  readonly observed: number | null;
  readonly expected: number | null;
  readonly upper: number | null;
  readonly reports: number;
  readonly mentions: number;
  readonly recoveries: number;
  readonly blind: boolean;
  readonly learning: boolean;
  /** How many of its minutes are closed. */
  readonly minutes: number;
}

export interface Minute {
  readonly start: string;
  readonly observed: number;
  readonly expected: number | null;
  readonly upper: number | null;
  readonly reports: number;
  readonly mentions: number;
}

export interface TimelineEntry {
  readonly seq: number;
  readonly at: string;
  readonly change: IncidentChange;
  readonly state: IncidentState;
  readonly observed: number;
  readonly expected: number;
  readonly windowMs: number;
  readonly reporters: number;
  /** With it came the status page's first word, or that the trouble is over. */
  readonly official: boolean;
  readonly settings: string;
}

/** What hold made of an incident: whether people were told of it, and what it has to do with others. */
export interface Ties {
  /** null before hold has judged it. */
  readonly told: boolean | null;
  readonly because: Because;
  readonly parent: string | null;
  readonly cause: Cause | null;
  readonly group: Group | null;
  readonly blame: Blame | null;
}

export interface IncidentView extends Ties {
  readonly id: string;
  readonly service: string;
  readonly name: string;
  readonly state: IncidentState;
  readonly onset: string;
  readonly openedAt: string;
  readonly confirmedAt: string | null;
  readonly easingAt: string | null;
  readonly resolvedAt: string | null;
  readonly asOf: string;
  readonly delayMs: number;
  readonly durationMs: number;
  readonly observed: number;
  readonly expected: number;
  readonly windowMs: number;
  readonly learning: boolean;
  readonly blind: boolean;
  readonly reporters: number;
  readonly score: number;
  readonly mentions: number;
  readonly recoveries: number;
  readonly peak: { readonly perMinute: number; readonly at: string };
  readonly symptoms: readonly Share[];
  readonly languages: readonly Share[];
  readonly regions: readonly Share[];
  readonly sources: readonly Share[];
  /** Whom its counted posts name; null where that was not counted yet. */
  readonly named: Named | null;
  /** What the service's status page says of it; null where none is read. */
  readonly official: WordView | null;
  /** Posts that a source counted without handing them over; null where none does. */
  readonly tallied: Tallied | null;
  readonly signal: Omit<Signal, 'since'> & { readonly since: string };
  readonly settings: string;
}

export interface IncidentDetail extends IncidentView {
  readonly statusPage: string | null;
  readonly timeline: readonly TimelineEntry[];
}

export interface EvidenceView {
  readonly source: string;
  readonly id: string;
  readonly at: string;
  readonly lang: string;
  readonly symptom: string;
  readonly reason: string;
  readonly weight: number;
  /** How many reports it stands for, itself among them. */
  readonly standsFor: number;
  readonly late: boolean;
  /** null once its author took it back. */
  readonly text: string | null;
  readonly url: string | null;
  readonly region: string | null;
}

export interface EvidencePage {
  readonly incident: string;
  readonly total: number;
  readonly offset: number;
  readonly sumOfWeights: number;
  /** The score that the incident's last event stated, and when; posts that came since are in the sum only. */
  readonly score: number;
  readonly asOf: string;
  readonly items: readonly EvidenceView[];
}

export interface ServiceDetail extends ServiceSummary {
  readonly statusPage: string | null;
  /** What that page says, with its events; null where it is not read. */
  readonly officialPage: OfficialView | null;
  readonly buckets: readonly Bucket[];
  readonly minutes: readonly Minute[];
  /** What the three lists of shares cover. */
  readonly sharesOver: { readonly kind: 'incident'; readonly since: string } | { readonly kind: 'day' };
  readonly symptoms: readonly Share[];
  readonly languages: readonly Share[];
  readonly regions: readonly Share[];
  readonly evidence: readonly EvidenceView[];
  readonly evidenceTotal: number;
  readonly incidents: readonly IncidentView[];
}

/** `state` as the source's worker last said; `stale` when that word is too old to be trusted. */
export interface SourceView {
  readonly source: string;
  readonly type: string;
  readonly instance: string;
  /** What it hands over: what a status page or a count says is nothing that people say. */
  readonly carries: Carries;
  readonly state: SourceState;
  readonly stale: boolean;
  readonly since: string;
  readonly detail: string;
  readonly silenceNormal: boolean;
  readonly lastPostAt: string | null;
  readonly watermark: string | null;
  readonly posts: number;
  readonly mentions: number;
  readonly late: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly at: string;
}

export interface DeliveryView {
  readonly key: string;
  readonly alert: string;
  readonly incident: string;
  readonly service: string;
  readonly channel: string;
  readonly state: Delivery['state'];
  readonly attempts: number;
  readonly queuedAt: string;
  readonly endedAt: string | null;
  readonly reason: string | null;
}

export interface DeliveriesView {
  readonly counts: Readonly<Record<Delivery['state'], number>>;
  readonly channels: Readonly<Record<string, Readonly<Record<Delivery['state'], number>>>>;
  readonly items: readonly DeliveryView[];
}

/** What the page needs to know of the board itself. */
export interface AboutView {
  readonly version: string;
  readonly demo: boolean;
  readonly banner: string | null;
  readonly simulated: boolean;
  readonly reports: boolean;
  /** Now on the clock of the charts: the simulated one, else the wall's. */
  readonly now: string;
  /** How far event time has come; null before the first record. */
  readonly eventTime: string | null;
  readonly wall: string;
  readonly caughtUp: boolean;
  readonly blind: boolean;
  readonly configError: string | null;
  /** Alerts that were not delivered and that only a person can send again. */
  readonly dead: number;
}

export interface ServicesView {
  readonly about: AboutView;
  readonly total: number;
  readonly services: readonly ServiceSummary[];
}
