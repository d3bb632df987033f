// The place in an instance's timelines: from when to ask for what was missed, which posts were taken before, and the cursor
// that carries this over a restart. Pure. All times are the instance's.
//
// A post of another server stands in the timelines at the time when it was written, so one that came late may stand before
// others that were taken already: what was missed is asked for from a little earlier, and told apart by keys. A restart
// knows only the keys that its cursor names, so it asks from where these begin.
import { LRUCache } from 'lru-cache';
import { futureMs } from '../../watermark.ts';
import { idBefore, timeOfId } from './event.ts';

/** How much earlier than its place it asks: posts of other servers come so late. */
export const rewindMs = 60_000;
/** Posts of the rewound time, with room for the largest instances. */
const keptKeys = 50_000;
/** Posts that a cursor names, each by the end of its key: 48 bits, so that a billion posts make no mistake. */
const namedKeys = 64;
/** Names that are handed on from process to process while none takes many posts. */
const inheritedKeys = 192;
const nameOf = (key: string): string => key.slice(-8);

export interface MastodonPlace {
  /** `nowMs`: the instance's time as it is known now. A place far ahead of it was made by a clock that was wrong, and is none. */
  trust(nowMs: number): void;
  /** What to ask from, as an id, and its time; undefined when nothing was ever heard. `atLeastMs`: not from earlier than this. */
  from(atLeastMs: number): { readonly id: string; readonly ms: number } | undefined;
  /** Whether this was taken before. */
  taken(key: string): boolean;
  /** A post of the time `atMs` is taken. */
  take(atMs: number, key: string, localId: string): void;
  /** Nothing before `atMs` is still to come. */
  pass(atMs: number): void;
  /** How far it has come; undefined before the first post or pass. */
  at(): number | undefined;
  /** What a restart needs: `<ms> <from ms> <last id, where ids are no times> <keys>`. */
  cursor(): string;
}

const none = '-';

function parse(cursor: string | undefined): { at: number; from: number; lastId: string | undefined; names: string[] } | undefined {
  const found = /^(\d{1,15}) (\d{1,15}) ([\w-]{1,64})(?: ([\w,-]*))?$/.exec(cursor ?? '');
  if (found === null) return undefined;
  return { at: Number(found[1]), from: Number(found[2]), lastId: found[3] === none ? undefined : found[3], names: (found[4] ?? '').split(',').filter(Boolean) };
}

/** `key`s are keyed hashes, so that a cursor tells nothing. An unreadable cursor is none. */
export function createMastodonPlace(cursor: string | undefined): MastodonPlace {
  const before = parse(cursor);
  const inherited = new Set(before?.names);
  const keys = new LRUCache<string, true>({ max: keptKeys });
  const named: { readonly at: number; readonly name: string }[] = [];
  let at = before?.at;
  let lastId = before?.lastId;
  /** What this process knows by key reaches back to here. */
  let began = before?.from ?? 0;
  /** All posts from here on that were taken are named. */
  let namedFrom = began;
  /** Names of former processes that go on in the cursor; of what times they are is not known, so they go all at once. */
  let handedOn = before?.names ?? [];
  if (handedOn.length > inheritedKeys) disown();

  function disown(): void {
    handedOn = [];
    namedFrom = Math.max(namedFrom, before!.at + 1);
  }

  function pass(atMs: number): void {
    if (at === undefined || atMs > at) at = atMs;
  }

  return {
    trust(nowMs) {
      if (at === undefined || at <= nowMs + futureMs) return;
      at = undefined;
      began = 0;
      namedFrom = 0;
      handedOn = [];
    },
    from(atLeastMs) {
      if (at === undefined) return undefined;
      const ms = Math.max(atLeastMs, began, at - rewindMs);
      return { ms, id: lastId !== undefined && at >= atLeastMs ? lastId : idBefore(ms) };
    },
    taken: (key) => keys.has(key) || inherited.has(nameOf(key)),
    take(atMs, key, localId) {
      pass(atMs);
      if (timeOfId(localId) === undefined) lastId = localId;
      keys.set(key, true);
      named.push({ at: atMs, name: nameOf(key) });
      // of the time of the one that is not named any more there may be others: with so many behind it they were taken too
      if (named.length > namedKeys) namedFrom = Math.max(namedFrom, named.shift()!.at + 1);
      if (named.length === namedKeys && handedOn.length > 0) disown();
    },
    pass,
    at: () => at,
    cursor: () => `${at ?? 0} ${Math.max(namedFrom, (at ?? 0) - rewindMs)} ${lastId ?? none} ${[...handedOn, ...named.map(({ name }) => name)].join(',')}`,
  };
}
