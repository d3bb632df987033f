// What a status page says, whatever its form: words about events. A reader turns one answer of a page into a Reading; what
// of it is news, and for which services, is decided elsewhere.
import type { OfficialState } from '../../../shared/observation.ts';

/** incident and maintenance as the page calls them; component: a part that is not well without an incident that says so. */
export type EventKind = 'incident' | 'maintenance' | 'component';

export interface PageWord {
  /** Tells this word from every other of its page. */
  readonly key: string;
  /** The page's own id of the event, the same over all words about it. */
  readonly event: string;
  readonly kind: EventKind;
  /** ms: when the page says that it said so. */
  readonly ts: number;
  readonly state: Exclude<OfficialState, 'unknown'>;
  readonly title: string;
  readonly text?: string;
  readonly url?: string;
  readonly components: readonly string[];
  /** ms, by the page's clock. */
  readonly began?: number;
  readonly ended?: number;
}

export interface Reading {
  readonly words: readonly PageWord[];
  /** Of these kinds the answer shows all that is open: one that is missing is over. */
  readonly whole: ReadonlySet<EventKind>;
  /** Reasons why parts of it were not taken, one for each. */
  readonly odd: readonly string[];
  /** ms: when the page says that anything of it changed last. */
  readonly changed?: number;
}

/** An answer that is no page of this form: `why` in a few words, for people. */
export type ReadAnswer = Reading | { readonly why: string };

/** Reads one answer. Never throws, whatever the bytes are; `nowMs` is the wall clock. */
export type Reader = (bytes: Uint8Array, nowMs: number) => ReadAnswer;

/** A word about one thing at most so long ago is worth telling though the thing is over. */
export const recentMs = 24 * 3_600_000;

const worse = { ok: 0, maintenance: 1, degraded: 2, outage: 3 } as const;

/** The worse of two states: outage, degraded, maintenance, ok. */
export function worst(a: PageWord['state'], b: PageWord['state']): PageWord['state'] {
  return worse[a] >= worse[b] ? a : b;
}
