// After the silent replay: what the log already says of our incidents against what we hold now. Changed code or
// settings correct themselves here, by steps that the lifecycle allows.
import { type Incident, type IncidentChange, type IncidentEvent, incidentEventSchema, incidentRecordSchema, type IncidentState, type Official } from '../shared/incident.ts';
import type { InRecord } from '../shared/bus.ts';
import { tell } from './incident-book.ts';
import type { Watch } from './watch.ts';

const decoder = new TextDecoder();

/** What was told last: the event of each incident, by incident id, and what each service's pages say. What can't be read is left out: it was not ours. */
export function lastTold(published: readonly InRecord[]): { events: Map<string, IncidentEvent>; officials: Map<string, Official> } {
  const events = new Map<string, IncidentEvent>();
  const officials = new Map<string, Official>();
  for (const record of published) {
    if (record.value === null) continue;
    let value: unknown;
    try {
      value = JSON.parse(decoder.decode(record.value));
    } catch {
      continue;
    }
    const parsed = incidentRecordSchema.safeParse(value);
    if (!parsed.success) continue;
    if (parsed.data.kind === 'incident') events.set(parsed.data.incident.id, parsed.data);
    else if (parsed.data.kind === 'official') officials.set(parsed.data.service, parsed.data);
  }
  return { events, officials };
}

/**
 * The events that make the log say what these watches hold, at `at` (ms): of an incident of which it says something else, and
 * of those in `told` that none of them holds any more.
 */
export function corrections(watches: readonly Watch[], told: ReadonlyMap<string, IncidentEvent>, at: number, settings: string): IncidentEvent[] {
  const left = new Map(told);
  const changed = watches.flatMap(({ open }) => {
    if (open === null || open.told === '') return [];
    const last = left.get(open.incident.id);
    left.delete(open.incident.id);
    if (last !== undefined && sameNews(last, incidentEventSchema.parse(JSON.parse(open.told)))) return [];
    open.seq = Math.max(open.seq, last?.seq ?? 0);
    return [tell(open, last === undefined ? 'suspected' : 'updated', open.incident.state, at, settings)];
  });
  return [...changed, ...[...left.values()].flatMap((last) => endOrphan(last, Math.max(at, last.at), settings))];
}

/** Whether two events, both as their schema reads them, tell people the same, whatever settings made them. */
function sameNews(a: IncidentEvent, b: IncidentEvent): boolean {
  return a.change === b.change && a.at === b.at && JSON.stringify(a.incident) === JSON.stringify(b.incident);
}

const wayOut: Partial<Record<IncidentState, readonly { change: IncidentChange; state: IncidentState }[]>> = {
  suspected: [{ change: 'retracted', state: 'retracted' }],
  confirmed: [
    { change: 'easing', state: 'easing' },
    { change: 'resolved', state: 'resolved' },
  ],
  easing: [{ change: 'resolved', state: 'resolved' }],
};

/** The events that end an incident which stands open in the log and which we, as we now are, do not hold. */
function endOrphan(told: IncidentEvent, at: number, settings: string): IncidentEvent[] {
  let incident: Incident = told.incident;
  return (wayOut[incident.state] ?? []).map(({ change, state }, i) => {
    incident = { ...incident, state, easingAt: change === 'easing' ? at : incident.easingAt, resolvedAt: change === 'easing' ? null : at };
    return { v: 1, kind: 'incident', seq: told.seq + i + 1, change, at, settings, incident };
  });
}
