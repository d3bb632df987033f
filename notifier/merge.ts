// The merge of the incident partitions into one order that does not depend on how they were read: by event time, then
// service, then sequence number. It holds back what another partition may still come before. It judges nothing.
import type { IncidentEvent } from '../shared/incident.ts';

export interface Waiting {
  /** ms: event time, never less than what its own partition had reached when it came. */
  readonly at: number;
  readonly event: IncidentEvent;
}

export interface Saved {
  /** By partition: ms, or null where nothing came yet. */
  readonly progress: readonly (number | null)[];
  readonly waiting: readonly Waiting[];
}

export interface Merge {
  /** An event of a partition; it waits. */
  add(partition: number, event: IncidentEvent): void;
  /** A partition's event time has come to `at`, ms. It never goes back. */
  advance(partition: number, at: number): void;
  /** ms: what every partition has reached; -Infinity until each has said something. */
  passed(): number;
  /** The events before `passed()`, in order, each with its place in it; they wait no longer. */
  release(): Waiting[];
  /** The whole state; the same for the same records, however partitions interleave. */
  save(): Saved;
}

function compare(a: Waiting, b: Waiting): number {
  if (a.at !== b.at) return a.at - b.at;
  if (a.event.incident.service !== b.event.incident.service) return a.event.incident.service < b.event.incident.service ? -1 : 1;
  if (a.event.incident.id !== b.event.incident.id) return a.event.incident.id < b.event.incident.id ? -1 : 1;
  return a.event.seq - b.event.seq;
}

/** A merge over that many partitions, empty or as `save` left it. */
export function createMerge(partitions: number, saved?: Saved): Merge {
  const progress = Array.from({ length: partitions }, (_, i) => saved?.progress[i] ?? -Infinity);
  const waiting: Waiting[] = [...(saved?.waiting ?? [])];
  // Kept beside the array because reading it is all that most records do.
  let least = Math.min(...progress);

  return {
    add(partition, event) {
      // Only progress moves a partition's time, never an event: which events share a partition must not matter.
      const entry = { at: Math.max(event.at, progress[partition] ?? -Infinity), event };
      const place = waiting.findIndex((other) => compare(entry, other) < 0);
      waiting.splice(place < 0 ? waiting.length : place, 0, entry);
    },
    advance(partition, at) {
      if (progress[partition] === undefined) throw new Error(`hold: partition ${partition} of ${partitions} does not exist`);
      progress[partition] = Math.max(progress[partition], at);
      least = Math.min(...progress);
    },
    passed: () => least,
    release() {
      const end = waiting.findIndex(({ at }) => at >= least);
      return waiting.splice(0, end < 0 ? waiting.length : end);
    },
    save: () => ({ progress: progress.map((at) => (at === -Infinity ? null : at)), waiting: [...waiting] }),
  };
}
