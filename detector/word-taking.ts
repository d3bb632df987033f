// A notice or a tally in its place in event time: taken in beside the crowd, and told to the incidents that it concerns.
import type { IncidentEvent } from '../shared/incident.ts';
import type { Beside } from './beside.ts';
import { stands, tellAside } from './incident-book.ts';
import type { Word } from './timeline-words.ts';
import type { Watch } from './watch.ts';

export interface Taken {
  /** The service whose page spoke, null where none did or nothing was new. */
  readonly touched: string | null;
  /** Incidents of which the page has spoken for the first time, or which it calls over. */
  readonly events: readonly IncidentEvent[];
  /** What it was, for figures. */
  readonly reason: string | null;
}

/** Takes a word. `inTime`: the crowd's time has come as far, so that its incidents may hear of it. `settings`: their hash. */
export function takeWord(word: Word, beside: Beside, watches: ReadonlyMap<string, Watch>, inTime: boolean, settings: string): Taken {
  const repeat = beside.take(word, (service) => !stands(watches.get(service)?.open ?? null));
  if (repeat !== null || word.kind !== 'notice') return { touched: null, events: [], reason: repeat };
  const { service, state } = word.notice;
  const watch = inTime ? watches.get(service) : undefined;
  const concerned = watch === undefined ? [] : [watch.open ?? [], ...watch.past.map(({ late }) => late ?? [])].flat();
  const events = concerned.filter(({ incident }) => beside.fill(incident, word.at) !== null).map((one) => tellAside(one, word.at, settings));
  return { touched: service, events, reason: `notice-${state}` };
}
