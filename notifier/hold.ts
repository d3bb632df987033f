// Hold: from what the detector says of each partition to the one ordered stream of alerts. It merges the incident
// partitions by event time, judges each event in the steps below, and emits what is to be told. It does not know
// channels: that is route's and deliver's part.
import { decodeAlert, encodeAlert, type Alert } from '../shared/alert.ts';
import type { Emit, Fold, OutRecord, SnapshotPart } from '../shared/bus.ts';
import { incidentRecordSchema, type IncidentEvent, type IncidentRecord } from '../shared/incident.ts';
import type { Service } from '../shared/service.ts';
import { topics } from '../shared/topics.ts';
import { createMerge, type Merge } from './merge.ts';
import { headline, summaryLines } from './words.ts';

export interface HoldOptions {
  readonly services: readonly Service[];
  /** How many partitions the incidents topic has: an event waits until each of them is past it. */
  readonly partitions: number;
  /** Told of every incident record that gives no alert, with the reason as a code. Also during a replay. */
  readonly dropped: (reason: string) => void;
}

/** What hold remembers between records, all of it in the snapshot. */
interface Memory {
  /** By incident: the highest sequence number that is told, and its event time, ms. */
  readonly told: Map<string, { seq: number; at: number }>;
}

type Step = (alert: Alert, seq: number, memory: Memory) => { pass: true } | { pass: false; reason: string };

/** A repeat tells nobody anything: sequence numbers only grow within an incident. */
const notRepeated: Step = (alert, seq, memory) =>
  seq > (memory.told.get(alert.incident.id)?.seq ?? 0) ? { pass: true } : { pass: false, reason: 'repeat' };

/** The judgements an alert must pass, in this order. */
const steps: readonly Step[] = [notRepeated];

/** An incident may still change by an author's deletion as long as its evidence is kept; past that its number is forgotten. */
const rememberMs = topics.evidence.retentionMs;
const pruneEveryMs = 86_400_000;

/** The id of an alert: incident and sequence number, without a dot, so that it can travel as a webhook-id. */
export function alertId(incident: string, seq: number): string {
  return `${incident}-${seq}`;
}

/** The alert that an incident event makes. A service that is in no catalogue goes by its id. */
export function alertOf(event: IncidentEvent, services: ReadonlyMap<string, Service>): Alert {
  const { incident, change, at, seq, settings } = event;
  const service = services.get(incident.service);
  const name = service?.name ?? incident.service;
  return {
    v: 1,
    id: alertId(incident.id, seq),
    change,
    at,
    service: { id: incident.service, name, tags: service?.tags ?? [], statusPage: service?.statusPage ?? null },
    headline: headline(name, change, incident.state),
    summary: summaryLines({ name, change, at, incident }, 'UTC').join(' '),
    delayMs: at - incident.onset,
    settings,
    incident,
  };
}

function decodeIncidentRecord(value: Uint8Array | null): { record: IncidentRecord } | { reason: string } {
  try {
    const parsed = incidentRecordSchema.safeParse(JSON.parse(new TextDecoder().decode(value ?? new Uint8Array())));
    return parsed.success ? { record: parsed.data } : { reason: 'incident-bad-shape' };
  } catch {
    return { reason: 'incident-not-json' };
  }
}

interface HoldState {
  v: 1;
  merge: ReturnType<Merge['save']>;
  told: [string, number, number][];
}

/**
 * The hold fold over all incident partitions. Its output depends on what each partition holds, not on how they
 * interleave: an event at time t is released when every partition's progress is past t, in the order of (time,
 * service, sequence number).
 */
export function createHold(options: HoldOptions): Fold {
  const services = new Map(options.services.map((service) => [service.id, service]));
  let merge = createMerge(options.partitions);
  let memory: Memory = { told: new Map() };
  let prunedAt = -Infinity;
  // What the silent replay released: compared in `live` with what is published. Null from then on.
  let replayed: { alert: Alert; record: OutRecord }[] | null = [];

  function release(emit: Emit): void {
    const upTo = merge.passed();
    const events = merge.release();
    for (const event of events) {
      const alert = alertOf(event, services);
      const verdict = steps.map((step) => step(alert, event.seq, memory)).find((answer) => !answer.pass);
      if (verdict !== undefined && !verdict.pass) {
        options.dropped(verdict.reason);
        continue;
      }
      memory.told.set(event.incident.id, { seq: event.seq, at: event.at });
      const record = { topic: topics.alerts.name, key: event.incident.id, ...encodeAlert(alert) };
      replayed?.push({ alert, record });
      emit(record);
    }
    if (upTo === -Infinity || upTo < prunedAt + pruneEveryMs) return;
    prunedAt = upTo;
    for (const [incident, { at }] of memory.told) if (at < upTo - rememberMs) memory.told.delete(incident);
  }

  return {
    restore(parts) {
      const part = parts.find(({ key }) => key === 'hold');
      if (part === undefined) return;
      const state = JSON.parse(new TextDecoder().decode(part.value)) as HoldState;
      if (state.v !== 1) throw new Error(`hold: the snapshot is of version ${String(state.v)}, this code reads 1`);
      if (state.merge.progress.length !== options.partitions) {
        throw new Error(`hold: the snapshot is of ${state.merge.progress.length} partitions, the topic has ${options.partitions}`);
      }
      merge = createMerge(options.partitions, state.merge);
      memory = { told: new Map(state.told.map(([incident, seq, at]) => [incident, { seq, at }])) };
    },

    fold(record, emit) {
      const decoded = decodeIncidentRecord(record.value);
      if ('reason' in decoded) {
        options.dropped(decoded.reason);
      } else if (decoded.record.kind === 'incident') {
        merge.add(record.partition, decoded.record);
      } else {
        merge.advance(record.partition, decoded.record.at);
        release(emit);
      }
    },

    live(published, emit) {
      const ids = new Set<string>();
      for (const record of published) {
        const decoded = record.value === null ? { reason: 'empty' } : decodeAlert(record.value);
        if ('reason' in decoded) continue;
        const { id, at, incident } = decoded.alert;
        ids.add(id);
        // Published, yet not by this state: a snapshot or an offset was lost. Nobody is told twice.
        const seq = Number(id.slice(incident.id.length + 1));
        if (Number.isInteger(seq) && seq > (memory.told.get(incident.id)?.seq ?? 0)) memory.told.set(incident.id, { seq, at });
      }
      for (const { alert, record } of replayed ?? []) if (!ids.has(alert.id)) emit(record);
      replayed = null;
    },

    snapshot(): SnapshotPart[] {
      const told = [...memory.told].map(([incident, { seq, at }]): [string, number, number] => [incident, seq, at]);
      told.sort((a, b) => (a[0] < b[0] ? -1 : 1));
      const state: HoldState = { v: 1, merge: merge.save(), told };
      return [{ key: 'hold', value: new TextEncoder().encode(JSON.stringify(state)) }];
    },
  };
}

