// Takes hold's state to another number of incident partitions. Pure; deliver's state knows no partitions.
import type { SnapshotPart } from '../shared/bus.ts';

// Version 1 knew no groups of incidents; those of 2 know nothing of partitions.
const known: readonly number[] = [1, 2];

interface HoldState {
  readonly v: number;
  readonly merge: { readonly progress: readonly (number | null)[]; readonly waiting: readonly unknown[] };
  readonly told: unknown;
}

/**
 * The parts of hold's snapshot for `partitions` partitions. Each new one has come as far as the slowest old one, since it
 * may hold that one's services; what waits goes on waiting. Anything that is not understood is a reason, never a guess.
 */
export function dealHold(parts: readonly SnapshotPart[], partitions: number): { readonly parts: readonly SnapshotPart[] } | { readonly reason: string } {
  if (parts.length === 0) return { parts };
  const part = parts.length === 1 && parts[0]!.key === 'hold' ? parts[0]! : undefined;
  if (part === undefined) return { reason: `hold has a state \`${parts.map(({ key }) => key).join('`, `')}\` that is not known here` };
  let state: HoldState;
  try {
    state = JSON.parse(new TextDecoder().decode(part.value)) as HoldState;
  } catch (error) {
    return { reason: `the state of hold can't be read (${(error as Error).message})` };
  }
  if (!known.includes(state.v) || !Array.isArray(state.merge?.progress) || !Array.isArray(state.merge.waiting)) return { reason: `hold has a state of version ${String(state.v)}, and only ${known.join(' and ')} can be dealt anew` };
  const { progress, waiting } = state.merge;
  if (progress.length === partitions) return { parts };
  const least = progress.reduce((a, b) => (a === null || b === null ? null : Math.min(a, b)), progress[0] ?? null);
  const dealt: HoldState = { ...state, merge: { progress: Array.from({ length: partitions }, () => least), waiting } };
  return { parts: [{ key: 'hold', value: new TextEncoder().encode(JSON.stringify(dealt)) }] };
}
