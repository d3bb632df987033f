// How a snapshot has a watch: names where the fold has places in lists, and everything that it leaves out while it is empty.
// Owns that form and its bytes; what the numbers mean is said where they are kept.
import { readAcquaintance, storeAcquaintance, type StoredAcquaintance } from './acquaintance.ts';
import { readCopies, storeCopies, type StoredCopies } from './copies.ts';
import type { Crowd } from './crowd.ts';
import { readLevel, storeLevel, type StoredLevel } from './level.ts';
import { readMinutes, storeMinutes, type StoredMinutes } from './minutes.ts';
import type { Normal } from './normal.ts';
import type { Rhythm } from './rhythm.ts';
import { widenSeason } from './season.ts';
import { type Active, createActive, createWatch, type Tally, unlearntWidth, type Watch } from './watch.ts';
import { fromVersion4, type Watch4 } from './watch-version-4.ts';

const encoder = new TextEncoder();

type Emptied = 'symptoms' | 'languages' | 'reasons' | 'bySource';

export interface StoredActive extends Omit<Active, 'minutes' | 'unlearnt' | 'copies' | 'echoes' | 'crowd' | Emptied>, Record<Emptied, Tally> {
  readonly minutes: StoredMinutes;
  /** Minute by minute. */
  readonly unlearnt: readonly (readonly number[])[];
  readonly copies: StoredCopies;
  readonly echoes?: StoredCopies | undefined;
  readonly crowd?: Crowd | undefined;
}

export interface StoredWatch extends Omit<Watch, 'reports' | 'voices' | 'acquaintance' | 'rhythm' | 'normal' | 'active'> {
  readonly reports: StoredLevel;
  readonly voices: StoredLevel;
  readonly active: StoredActive | null;
  readonly rhythm?: Rhythm | undefined;
  readonly normal?: Normal | undefined;
  readonly acquaintance?: StoredAcquaintance | undefined;
}

/** A watch as bytes of JSON. Maps, sets and typed arrays say what they are; every number survives exactly. */
export function encodeWatch(watch: Watch): Uint8Array {
  return encoder.encode(JSON.stringify(tagged(store(watch))));
}

/** The reverse of `encodeWatch`; `older`: as state version 4 wrote it. Throws on anything else. */
export function decodeWatch(text: string, older = false): Watch {
  const value = decodeStored(text);
  return read(older ? fromVersion4(value as Watch4) : (value as StoredWatch));
}

/** What stands in the bytes. */
export function decodeStored(text: string): unknown {
  return untagged(JSON.parse(text));
}

function store(watch: Watch): StoredWatch {
  const { reports, voices, active, acquaintance } = watch;
  return {
    ...watch,
    reports: storeLevel(reports),
    voices: storeLevel(voices),
    active: active === null ? null : storeActive(active),
    acquaintance: acquaintance === undefined ? undefined : storeAcquaintance(acquaintance),
  };
}

function storeActive(active: Active): StoredActive {
  const { minutes, unlearnt, copies, echoes, symptoms = {}, languages = {}, reasons = {}, bySource = {} } = active;
  return {
    ...active,
    symptoms, languages, reasons, bySource,
    minutes: storeMinutes(minutes),
    unlearnt: Array.from({ length: unlearnt.length / unlearntWidth }, (_, i) => unlearnt.slice(i * unlearntWidth, (i + 1) * unlearntWidth)),
    copies: storeCopies(copies),
    echoes: echoes === undefined ? undefined : storeCopies(echoes),
  };
}

// What was left out stands in its place again, so that the next snapshot has the same bytes.
function read(stored: StoredWatch): Watch {
  const { service, clock, exposure, reports, voices, active, season, acquaintance } = stored;
  return {
    ...createWatch(service, clock, exposure),
    ...stored,
    reports: readLevel(reports),
    voices: readLevel(voices),
    season: widenSeason(season),
    active: active === null ? null : readActive(active),
    acquaintance: acquaintance === undefined ? undefined : readAcquaintance(acquaintance),
  };
}

function readActive(stored: StoredActive): Active {
  const { lastMention, minutes, unlearnt, copies, echoes } = stored;
  return {
    ...createActive(lastMention),
    ...stored,
    minutes: readMinutes(minutes),
    unlearnt: unlearnt.flat(),
    copies: readCopies(copies),
    echoes: echoes === undefined ? undefined : readCopies(echoes),
  };
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
