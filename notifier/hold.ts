// Hold: from what the detector says of each partition to the one ordered stream of alerts. It merges the incident
// partitions by event time, drops repeats, has each event judged (grouping.ts) and emits an alert for each: told, or noted
// with the reason why not. It does not know channels: that is route's and deliver's part.
import { decodeAlert, encodeAlert, type Alert } from '../shared/alert.ts';
import type { Emit, Fold, OutRecord, SnapshotPart } from '../shared/bus.ts';
import { incidentRecordSchema, type IncidentRecord } from '../shared/incident.ts';
import type { Service } from '../shared/service.ts';
import { topics } from '../shared/topics.ts';
import { createAlertMaker, ordinalOf } from './alert-maker.ts';
import { createDependencies } from './dependencies.ts';
import { createGrouping, type Ruling, type SavedGrouping } from './grouping.ts';
import { createMerge, type Saved as SavedMerge } from './merge.ts';

export interface HoldOptions {
  readonly services: readonly Service[];
  /** How many partitions the incidents topic has: an event waits until each of them is past it. */
  readonly partitions: number;
  /** Told of every incident record that gives no alert, or one that is not told, with the reason as a code. Also during a replay. */
  readonly dropped: (reason: string) => void;
}

/** An incident may still change by an author's deletion as long as its evidence is kept; past that its number is forgotten. */
const rememberMs = topics.evidence.retentionMs;
const pruneEveryMs = 86_400_000;
const stateVersion = 2;

function decodeIncidentRecord(value: Uint8Array | null): { record: IncidentRecord } | { reason: string } {
  try {
    const parsed = incidentRecordSchema.safeParse(JSON.parse(new TextDecoder().decode(value ?? new Uint8Array())));
    return parsed.success ? { record: parsed.data } : { reason: 'incident-bad-shape' };
  } catch {
    return { reason: 'incident-not-json' };
  }
}

interface HoldState {
  readonly v: number;
  readonly merge: SavedMerge;
  readonly told: readonly (readonly [incident: string, seq: number, at: number])[];
  /** Version 1 knew no groups. */
  readonly grouping?: SavedGrouping;
}

/**
 * The hold fold over all incident partitions. Its output depends on what each partition holds, not on how they
 * interleave: an event at time t is released when every partition's progress is past t, in the order of (time,
 * service, sequence number), and so is what waits for a moment.
 */
export function createHold(options: HoldOptions): Fold {
  const dependencies = createDependencies(options.services);
  const alertOf = createAlertMaker(options.services, dependencies);
  let merge = createMerge(options.partitions);
  let grouping = createGrouping(dependencies);
  // By incident: the highest sequence number that has been judged, and its event time, ms.
  let judged = new Map<string, { seq: number; at: number }>();
  let prunedAt = -Infinity;
  // What the silent replay released: compared in `live` with what is published. Null from then on.
  let replayed: { alert: Alert; record: OutRecord }[] | null = [];
  // By incident: published, yet not by this state, because a snapshot or an offset was lost. Nobody is told twice.
  const ahead = { seq: new Map<string, number>(), extra: new Map<string, number>() };

  function tell(ruling: Ruling, emit: Emit): void {
    const alert = alertOf(ruling);
    const { id } = alert.incident;
    const isOut = ruling.extra === null ? ruling.event.seq <= (ahead.seq.get(id) ?? 0) : ruling.extra <= (ahead.extra.get(id) ?? 0);
    if (isOut) return options.dropped('repeat');
    if (!alert.told) options.dropped(alert.because);
    const record = { topic: topics.alerts.name, key: id, ...encodeAlert(alert) };
    replayed?.push({ alert, record });
    emit(record);
  }

  function release(emit: Emit): void {
    const upTo = merge.passed();
    for (const { event, at } of merge.release()) {
      const { id } = event.incident;
      if (event.seq <= (judged.get(id)?.seq ?? 0)) {
        options.dropped('repeat');
        continue;
      }
      judged.set(id, { seq: event.seq, at: event.at });
      for (const ruling of grouping.take(event, at)) tell(ruling, emit);
    }
    if (upTo === -Infinity) return;
    for (const ruling of grouping.pass(upTo)) tell(ruling, emit);
    if (upTo < prunedAt + pruneEveryMs) return;
    prunedAt = upTo;
    for (const [incident, { at }] of judged) if (at < upTo - rememberMs) judged.delete(incident);
  }

  return {
    restore(parts) {
      const part = parts.find(({ key }) => key === 'hold');
      if (part === undefined) return;
      const state = JSON.parse(new TextDecoder().decode(part.value)) as HoldState;
      if (state.v !== stateVersion && state.v !== 1) throw new Error(`hold: the snapshot is of version ${String(state.v)}, this code reads ${stateVersion} and 1`);
      if (state.merge.progress.length !== options.partitions) {
        throw new Error(`hold: the snapshot is of ${state.merge.progress.length} partitions, the topic has ${options.partitions}`);
      }
      merge = createMerge(options.partitions, state.merge);
      // what was open under version 1 was told, and goes on being told
      grouping = createGrouping(dependencies, state.grouping);
      judged = new Map(state.told.map(([incident, seq, at]) => [incident, { seq, at }]));
    },

    fold(record, emit) {
      const decoded = decodeIncidentRecord(record.value);
      if ('reason' in decoded) {
        options.dropped(decoded.reason);
      } else if (decoded.record.kind === 'incident') {
        merge.add(record.partition, decoded.record);
      } else if (decoded.record.kind === 'progress') {
        merge.advance(record.partition, decoded.record.at);
        release(emit);
      }
    },

    live(published, emit) {
      const ids = new Set<string>();
      for (const record of published) {
        const decoded = record.value === null ? { reason: 'empty' } : decodeAlert(record.value);
        if ('reason' in decoded) continue;
        const { alert } = decoded;
        ids.add(alert.id);
        const { id } = alert.incident;
        const { seq, extra } = ordinalOf(alert);
        if (seq > (judged.get(id)?.seq ?? 0) || grouping.waits(id)) ahead.seq.set(id, Math.max(seq, ahead.seq.get(id) ?? 0));
        if (extra > grouping.extras(id)) ahead.extra.set(id, Math.max(extra, ahead.extra.get(id) ?? 0));
      }
      for (const { alert, record } of replayed ?? []) if (!ids.has(alert.id)) emit(record);
      replayed = null;
    },

    snapshot(): SnapshotPart[] {
      const told = [...judged].map(([incident, { seq, at }]): [string, number, number] => [incident, seq, at]);
      told.sort((a, b) => (a[0] < b[0] ? -1 : 1));
      const state: HoldState = { v: stateVersion, merge: merge.save(), told, grouping: grouping.save() };
      return [{ key: 'hold', value: new TextEncoder().encode(JSON.stringify(state)) }];
    },
  };
}
