// The live code without a backend: frames through the detector's folds and hold, in this process, on the posts' own
// clock. What a backtest, a bench and a test of determinism run on. Nothing is sent and nothing is kept.
import { createDetector } from '../detector/detector.ts';
import type { DetectorSettings } from '../detector/settings.ts';
import type { Judge } from '../detector/judge.ts';
import { createHold } from '../notifier/hold.ts';
import { decodeAlert, type Alert } from '../shared/alert.ts';
import type { Bus, Fold, InRecord, OutRecord } from '../shared/bus.ts';
import { evidenceSchema, type Evidence } from '../shared/evidence.ts';
import { waitMs } from '../notifier/grouping.ts';
import { incidentRecordSchema, type Official, type Progress } from '../shared/incident.ts';
import type { Service } from '../shared/service.ts';
import { partitionOf, topics } from '../shared/topics.ts';

export interface FoldThroughOptions {
  readonly partitions: number;
  readonly services: readonly Service[];
  readonly settings: DetectorSettings;
  readonly settingsHash: string;
  readonly judge: Judge;
  readonly alert: (alert: Alert) => void;
  readonly evidence: (evidence: Evidence) => void;
  /** Told what a service's pages say, whenever that changes. */
  readonly official?: (official: Official) => void;
}

export interface FoldThrough extends Pick<Bus, 'partitions' | 'publish'> {
  /** After the last post: lets the time go by for which hold may still wait, as it would live. Nothing else is heard in it. */
  settle(): void;
}

/** A log that only ingest can write to: what it publishes is folded at once. */
export function createFoldThrough(options: FoldThroughOptions): FoldThrough {
  const { partitions, services } = options;
  const detectors: Fold[] = Array.from({ length: partitions }, (_, part) =>
    createDetector({ ...options, part: String(part) }),
  );
  const hold = createHold({ services, partitions, dropped: () => {} });
  let offset = 0;
  let reached = -Infinity;
  for (const fold of [...detectors, hold]) {
    fold.restore([]);
    fold.live([], () => {});
  }

  function received(record: OutRecord): InRecord {
    return { ...record, partition: record.partition ?? partitionOf(record.key, partitions), offset: ++offset, headers: record.headers ?? {} };
  }

  function alerted(record: OutRecord): void {
    const decoded = decodeAlert(record.value!);
    if ('reason' in decoded) throw new Error(`hold wrote an alert that can't be read: ${decoded.reason}`);
    options.alert(decoded.alert);
  }

  function detected(record: OutRecord): void {
    if (record.topic === topics.incidents.name) {
      if (record.key === topics.incidents.markerKey) reached = Math.max(reached, (JSON.parse(new TextDecoder().decode(record.value!)) as Progress).at);
      else if (options.official !== undefined) official(record.value!, options.official);
      hold.fold(received(record), alerted);
    }
    else if (record.topic === topics.evidence.name && record.value !== null) {
      options.evidence(evidenceSchema.parse(JSON.parse(new TextDecoder().decode(record.value))));
    }
  }

  function official(value: Uint8Array, tell: (official: Official) => void): void {
    const record = incidentRecordSchema.parse(JSON.parse(new TextDecoder().decode(value)));
    if (record.kind === 'official') tell(record);
  }

  return {
    partitions: () => partitions,
    async publish(records) {
      for (const record of records) {
        if (record.topic !== topics.observations.name) continue;
        const input = received(record);
        detectors[input.partition]!.fold(input, detected);
      }
    },
    settle() {
      if (reached === -Infinity) return;
      const progress: Progress = { v: 1, kind: 'progress', at: reached + waitMs + 1 };
      const value = new TextEncoder().encode(JSON.stringify(progress));
      for (let partition = 0; partition < partitions; partition++) {
        hold.fold(received({ topic: topics.incidents.name, key: topics.incidents.markerKey, partition, value }), alerted);
      }
    },
  };
}
