// The place in a Jetstream: what to ask for on connecting, which of what comes was taken before, and the cursor that
// carries this over a restart. Pure.
//
// A server's times grow with its stream, so on the same server all before the place is known to be taken. Another
// server stamps the same event at another time: there the place is rewound and events are told apart by their keys.
// A server may also begin earlier than asked for.
import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';

/** How far servers' times for the same event may differ. */
export const rewindUs = 5_000_000;
/** Posts of the rewound span, with room for ten times the usual rate. */
const keptKeys = 50_000;
/** Events of one microsecond that a cursor names. */
const keptTies = 64;

export interface Place {
  /** Begins a connection to `server`; the time to ask for in microseconds, or undefined for the newest. */
  ask(server: string): number | undefined;
  /** Whether an event of this connection was taken before; `key` undefined where there is none to tell it by. */
  taken(timeUs: number, key: string | undefined): boolean;
  /** The event is taken: moves on, and gives the cursor that covers it. */
  take(timeUs: number, key: string | undefined): string;
  /** How far it has come, microseconds; undefined before the first event. */
  readonly timeUs: () => number | undefined;
  /** The server that it came from. */
  readonly server: () => string | undefined;
}

const digest = (key: string): string => createHash('sha256').update(key).digest('base64url').slice(0, 10);

interface Saved {
  timeUs: number;
  server: string;
  ties: string[];
}

function parse(cursor: string | undefined): Saved | undefined {
  const found = /^(\d{1,16})(?: (\S+)(?: (\S*))?)?$/.exec(cursor ?? '');
  if (found === null) return undefined;
  const timeUs = Number(found[1]);
  return Number.isSafeInteger(timeUs) && timeUs > 0 ? { timeUs, server: found[2] ?? '', ties: (found[3] ?? '').split(',').filter(Boolean) } : undefined;
}

/** `cursor`: the last durable one, `<time in microseconds> <server> <digests of the events at that time>`; unreadable counts as none. */
export function createPlace(cursor: string | undefined): Place {
  const keys = new LRUCache<string, true>({ max: keptKeys });
  let at = parse(cursor);
  /** Where another process left off: its keys are not known here, its server's times are. */
  const inherited = at;
  let server = '';
  let floorUs = 0;

  return {
    ask(next) {
      server = next;
      floorUs = at === undefined ? 0 : at.timeUs - rewindUs;
      return at === undefined ? undefined : Math.max(1, floorUs);
    },
    taken(timeUs, key) {
      if (timeUs < floorUs) return true;
      if (key !== undefined && keys.has(key)) return true;
      if (inherited === undefined || inherited.server !== server || timeUs > inherited.timeUs) return false;
      if (timeUs === inherited.timeUs && key !== undefined && !inherited.ties.includes(digest(key))) return false;
      if (key !== undefined) keys.set(key, true);
      return true;
    },
    take(timeUs, key) {
      if (key !== undefined) keys.set(key, true);
      if (at === undefined || timeUs > at.timeUs) at = { timeUs, server, ties: [] };
      if (key !== undefined && timeUs === at.timeUs && server === at.server) {
        const tie = digest(key);
        if (!at.ties.includes(tie) && at.ties.length < keptTies) at.ties.push(tie);
      }
      return `${at.timeUs} ${at.server}${at.ties.length === 0 ? '' : ` ${at.ties.join(',')}`}`;
    },
    timeUs: () => at?.timeUs,
    server: () => at?.server,
  };
}
