// The parts of a detector's snapshot, read: what the whole fold keeps, and what each service keeps. Owns their versions; what
// stands in them belongs to those who made it.
import type { SnapshotPart } from '../shared/bus.ts';
import type { Watch } from './watch.ts';
import { decodeWatch } from './watch-stored.ts';

export const stateVersion = 5;
// The version before, whose snapshots are still understood.
const olderVersion = 4;

/** What is kept once for all services. */
export interface FoldState {
  v: number;
  timeline: unknown;
  sources: unknown;
  minute: number | null;
  stirred: number;
  exposure: number;
  progressed: number;
  awake: string[];
  /** States from before notices were read lack it. */
  away?: string[];
}

export interface ReadParts {
  readonly state: FoldState | null;
  /** Exposure when each service became known. */
  readonly services: ReadonlyMap<string, number> | null;
  readonly own: readonly Watch[];
  /** Parts of other kinds. */
  readonly aside: readonly SnapshotPart[];
}

/** Reads a snapshot; throws on a version or a watch that is not what it should be. */
export function readParts(parts: readonly SnapshotPart[]): ReadParts {
  const decoder = new TextDecoder();
  const textOf = (key: string): string | null => {
    const part = parts.find((one) => one.key === key);
    return part === undefined ? null : decoder.decode(part.value);
  };
  const fold = textOf('fold');
  const state = fold === null ? null : (JSON.parse(fold) as FoldState);
  const version = state === null ? stateVersion : state.v;
  if (version !== stateVersion && version !== olderVersion) throw new Error(`detector: snapshot of version ${String(version)}, this is ${stateVersion}`);
  const services = textOf('services');
  const own: Watch[] = [];
  const aside: SnapshotPart[] = [];
  for (const part of parts) {
    if (part.key === 'fold' || part.key === 'services') continue;
    if (!part.key.startsWith('watch/')) {
      aside.push(part);
      continue;
    }
    const watch = decodeWatch(decoder.decode(part.value), version === olderVersion);
    if (`watch/${watch.service}` !== part.key) throw new Error(`detector: snapshot part ${part.key} holds ${watch.service}`);
    own.push(watch);
  }
  return { state, services: services === null ? null : new Map(JSON.parse(services) as [string, number][]), own, aside };
}
