// The state of one watched service: what is normal for it, its running statistics, its last hour in detail while it is
// talked about, and its incident. Owns shape and encoding; what happens to it is told elsewhere.
import type { NamedBy } from '../shared/observation.ts';
import type { Symptom } from '../shared/report.ts';
import type { Acquaintance } from './acquaintance.ts';
import { type Copies, createCopies } from './copies.ts';
import type { Crowd } from './crowd.ts';
import { type Bank, createBank } from './cusum.ts';
import type { Open, Past } from './incident-book.ts';
import { createLevel, type Level, widenLevel } from './level.ts';
import { createMinutes, type Minutes } from './minutes.ts';
import type { Rhythm } from './rhythm.ts';
import { createOwnPast, type OwnPast } from './own-past.ts';
import { createSeenPosts, type SeenPosts } from './seen-posts.ts';
import { createSeason, type Season, widenSeason } from './season.ts';
import { fromVersion4, type Watch4 } from './watch-version-4.ts';

const encoder = new TextEncoder();

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
}

/** What a minute brought and what was expected of it; `until` is its end, ms. `factor`, `flat`: season times volume, and the level times volume. */
export type Unlearnt = readonly [until: number, weight: number, reporters: number, mentions: number, voices: number, factor: number, flat: number, expected: number, voicesExpected: number];

/** What is kept only while people talk of the service. */
export interface Active {
  lastMention: number;
  /** Nobody has spoken for a while: minutes go by uncounted until somebody does. */
  dozing: boolean;
  minutes: Minutes;
  /** Minutes seen and not yet learnt from, oldest first. */
  unlearnt: Unlearnt[];
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
  /** Left out until somebody reports. */
  crowd?: Crowd;
  /** Tallies of the minute in hand. */
  symptoms: Record<string, number>;
  languages: Record<string, number>;
  reasons: Record<string, number>;
  bySource: Record<string, number>;
}

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
  bySource: Record<string, number>;
  bank: Bank;
  volume: Bank;
  ownPast: OwnPast;
  active: Active | null;
  open: Open | null;
  past: Past[];
  /** Left out until it is spoken of. */
  rhythm?: Rhythm;
  acquaintance?: Acquaintance;
  /** ms: nothing that happened before belongs to a new incident. */
  settledAt: number;
  /** ms: until then, after a retraction, more evidence is asked for. */
  waryUntil: number;
}

export function createWatch(service: string, clock: number, exposure: number): Watch {
  return {
    service, clock, exposure, mass: 0, perMinute: 0, voicesPerMinute: 0, factor: 1, carried: 1,
    reports: createLevel(exposure), voices: createLevel(exposure), season: createSeason(),
    hour: createHour(), scatterToLearn: [], shareReports: 0, shareMentions: 0, bySource: {}, bank: createBank(), volume: createBank(), ownPast: createOwnPast(),
    active: null, open: null, past: [], settledAt: Number.MIN_SAFE_INTEGER, waryUntil: Number.MIN_SAFE_INTEGER,
  };
}

export function createHour(): Hour {
  return { observed: 0, expected: 0, flat: 0, voices: 0, voicesExpected: 0 };
}

export function createActive(at: number): Active {
  return {
    lastMention: at, dozing: false, minutes: createMinutes(at), unlearnt: [], reporters: undefined, voices: undefined, recovered: undefined, seen: createSeenPosts(at),
    copies: createCopies(), echoes: undefined, recent: [], symptoms: {}, languages: {}, reasons: {}, bySource: {},
  };
}

/** A watch as bytes of JSON. Maps, sets and typed arrays say what they are; every number survives exactly. */
export function encodeWatch(watch: Watch): Uint8Array {
  return encoder.encode(JSON.stringify(tagged(watch)));
}

/** The reverse of `encodeWatch`; `older`: as state version 4 wrote it. Throws on anything else. */
export function decodeWatch(text: string, older = false): Watch {
  const value = untagged(JSON.parse(text));
  const watch = older ? fromVersion4(value as Watch4) : (value as Watch);
  watch.carried ??= 1;
  // what was left out stands in its place again, so that the next snapshot has the same bytes
  if (watch.active !== null) watch.active = { ...createActive(watch.active.lastMention), ...watch.active };
  watch.ownPast ??= createOwnPast();
  watch.season = widenSeason(watch.season);
  watch.reports = widenLevel(watch.reports);
  watch.voices = widenLevel(watch.voices);
  return watch;
}

// A busy service has a hundred thousand numbers: asking JSON about each of them, as a replacer or a reviver does, costs several times as much.

function tagged(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return each(value, tagged);
  if (value instanceof Map) return { $map: Array.from(value, (entry) => each(entry, tagged)) };
  if (value instanceof Set) return { $set: Array.from(value, tagged) };
  if (value instanceof Float32Array) return { $f32: toBase64(value) };
  if (value instanceof Uint8Array) return { $u8: toBase64(value) };
  let turned: Record<string, unknown> | undefined;
  for (const key in value) {
    const inner = (value as Record<string, unknown>)[key];
    if (typeof inner !== 'object' || inner === null) continue;
    const to = tagged(inner);
    if (to !== inner) (turned ??= { ...value })[key] = to;
  }
  return turned ?? value;
}

/** The reverse of `tagged`, in place. */
function untagged(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return each(value, untagged);
  const object = value as Record<string, unknown>;
  for (const key in object) {
    const inner = object[key];
    if (typeof inner === 'object' && inner !== null) object[key] = untagged(inner);
  }
  // a tally may have a key of a stranger's choice, but its values are numbers
  const { $map, $set, $f32, $u8 } = object;
  if (Array.isArray($map)) return new Map($map as [unknown, unknown][]);
  if (Array.isArray($set)) return new Set($set);
  if (typeof $f32 === 'string') return new Float32Array(fromBase64($f32));
  if (typeof $u8 === 'string') return new Uint8Array(fromBase64($u8));
  return object;
}

/** The list itself where nothing in it turns into anything else, which is the rule. */
function each(list: readonly unknown[], turn: (value: unknown) => unknown): readonly unknown[] {
  let turned: unknown[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const value = list[i];
    if (typeof value !== 'object' || value === null) continue;
    const to = turn(value);
    if (to !== value) (turned ??= [...list])[i] = to;
  }
  return turned ?? list;
}

function toBase64(array: Float32Array | Uint8Array): string {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64');
}

function fromBase64(text: string): ArrayBuffer {
  return new Uint8Array(Buffer.from(text, 'base64')).buffer;
}
