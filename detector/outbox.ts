// The records that the fold emits: which topic, key and partition each thing goes to, and as what bytes.
import type { Emit } from '../shared/bus.ts';
import { type Evidence, evidenceKey } from '../shared/evidence.ts';
import type { IncidentEvent, Official, Progress } from '../shared/incident.ts';
import type { Rollup } from '../shared/rollup.ts';
import { topics } from '../shared/topics.ts';

const encoder = new TextEncoder();

export interface Outbox {
  event(event: IncidentEvent, emit: Emit): void;
  official(official: Official, emit: Emit): void;
  evidence(evidence: Evidence, emit: Emit): void;
  rollup(rollup: Rollup, emit: Emit): void;
  /** The partition's event time has come to `at`, ms. */
  progress(at: number, emit: Emit): void;
}

/** What concerns incidents goes to the partition of the same number as the input's, so that their order is the fold's. */
export function createOutbox(partition: number): Outbox {
  return {
    event: (event, emit) => emit({ topic: topics.incidents.name, key: event.incident.service, partition, value: jsonBytes(event) }),
    official: (official, emit) => emit({ topic: topics.incidents.name, key: official.service, partition, value: jsonBytes(official) }),
    evidence: (evidence, emit) => emit({ topic: topics.evidence.name, key: evidenceKey(evidence.incident, evidence.source, evidence.id), value: jsonBytes(evidence) }),
    rollup: (rollup, emit) => emit({ topic: topics.rollups.name, key: rollup.service, value: jsonBytes(rollup) }),
    progress(at, emit) {
      const progress: Progress = { v: 1, kind: 'progress', at };
      emit({ topic: topics.incidents.name, key: 'progress', partition, value: jsonBytes(progress) });
    },
  };
}

/** A value as the bytes of its JSON. */
export function jsonBytes(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value));
}
