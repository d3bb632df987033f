// The state of one watched service: what is normal for it, its running statistics, its last hour in detail while it is
// talked about, and its incident. Owns the shape; how a snapshot has it is watch-stored.ts's, what happens to it is told
// elsewhere.
import type { NamedBy } from '../shared/observation.ts';
import type { Symptom } from '../shared/report.ts';
import type { Acquaintance } from './acquaintance.ts';
import { type Copies, createCopies } from './copies.ts';
import type { Crowd } from './crowd.ts';
import { type Bank, createBank } from './cusum.ts';
import type { Open, Past } from './incident-book.ts';
import { createLevel, type Level } from './level.ts';
import { createMinutes, type Minutes } from './minutes.ts';
import type { Rhythm } from './rhythm.ts';
import type { Normal } from './normal.ts';
import { createOwnPast, type OwnPast } from './own-past.ts';
import { createSeenPosts, type SeenPosts } from './seen-posts.ts';
import { createSeason, type Season } from './season.ts';

/** A counted report, kept for the two hours in which an incident may still claim it. */
export interface Recent {
  at: number;
  ts: number;
  weight: number;
  /** Cumulative expected mass when it came. */
  mass: number;
  source: string;
  id: string;
  author: string;
  lang: string;
  symptom: Symptom;
  reason: string;
  by: NamedBy;
  text: string | null;
  url: string | null;
  region: string | null;
  /** Counts as a voice of its own, not as a copy. */
  own: boolean;
  /** Names other services too. */
  shared: boolean;
  /** Ids of those; left out where there is none. */
  others?: string[];
  /** Reports that it stands for, itself among them; left out where it is one. */
  standsFor?: number;
}

/** Numbers of each minute in `unlearnt`. */
export const unlearntWidth = 9;

/** What is kept only while people talk of the service. */
export interface Active {
  lastMention: number;
  /** Nobody has spoken for a while: minutes go by uncounted until somebody does. */
  dozing: boolean;
  minutes: Minutes;
  /**
   * Minutes seen and not yet learnt from, oldest first: their end (ms), weight, reporters, mentions, voices, season times
   * volume, the level times volume, and what was expected of weight and voices.
   */
  unlearnt: number[];
  /** Author to ms at which the author last counted, oldest first: reporters, those who address it, those who report recovery. Undefined: none. */
  reporters: Map<number, number> | undefined;
  voices: Map<number, number> | undefined;
  recovered: Map<number, number> | undefined;
  seen: SeenPosts;
  /** Wordings of reports. */
  copies: Copies;
  /** Wordings of posts that only address the service. Undefined: there was none. */
  echoes: Copies | undefined;
  recent: Recent[];
  /** Tallies of the minute in hand. Undefined: nothing came yet. */
  symptoms: Tally | undefined;
  languages: Tally | undefined;
  reasons: Tally | undefined;
  bySource: Tally | undefined;
  /** Undefined until somebody reports. */
  crowd: Crowd | undefined;
  /** ms: when one that stands for several was heard last; left out where none was. */
  sampledAt?: number;
}

/** Counts by what a stranger may have named. */
export type Tally = Record<string, number>;

export interface Hour {
  observed: number;
  expected: number;
  flat: number;
  voices: number;
  voicesExpected: number;
}

export interface Watch {
  readonly service: string;
  /** ms: expected mass is integrated up to here. */
  clock: number;
  /** Minutes up to `clock` in which it was in sight, since it became known. */
  exposure: number;
  mass: number;
  /** Expected weight, and expected posts that address the service, a minute; holds until the minute ends. */
  perMinute: number;
  voicesPerMinute: number;
  /** Season times volume: what the level was multiplied with. */
  factor: number;
  /** The sources' volume over their usual. */
  carried: number;
  reports: Level;
  voices: Level;
  season: Season;
  hour: Hour;
  /** Hours not yet taken into the scatter, oldest first, four numbers each: reports, expected, voices, expected. */
  scatterToLearn: number[];
  shareReports: number;
  shareMentions: number;
  /** Posts by source, decayed like the level. */
  bySource: Tally;
  bank: Bank;
  volume: Bank;
  ownPast: OwnPast;
  active: Active | null;
  open: Open | null;
  past: Past[];
  /** ms: nothing that happened before belongs to a new incident. */
  settledAt: number;
  /** ms: until then, after a retraction, more evidence is asked for. */
  waryUntil: number;
  /** Undefined until it is spoken of. */
  rhythm: Rhythm | undefined;
  /** Undefined unless its incident began while it was new. */
  normal: Normal | undefined;
  acquaintance: Acquaintance | undefined;
}

export function createWatch(service: string, clock: number, exposure: number): Watch {
  return {
    service, clock, exposure, mass: 0, perMinute: 0, voicesPerMinute: 0, factor: 1, carried: 1,
    reports: createLevel(exposure), voices: createLevel(exposure), season: createSeason(),
    hour: createHour(), scatterToLearn: [], shareReports: 0, shareMentions: 0, bySource: {}, bank: createBank(), volume: createBank(), ownPast: createOwnPast(),
    active: null, open: null, past: [], settledAt: Number.MIN_SAFE_INTEGER, waryUntil: Number.MIN_SAFE_INTEGER,
    rhythm: undefined, normal: undefined, acquaintance: undefined,
  };
}

export function createHour(): Hour {
  return { observed: 0, expected: 0, flat: 0, voices: 0, voicesExpected: 0 };
}

export function createActive(at: number): Active {
  return {
    lastMention: at, dozing: false, minutes: createMinutes(at), unlearnt: [], reporters: undefined, voices: undefined, recovered: undefined, seen: createSeenPosts(at),
    copies: createCopies(), echoes: undefined, recent: [], symptoms: undefined, languages: undefined, reasons: undefined, bySource: undefined, crowd: undefined,
  };
}
