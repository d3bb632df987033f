// A watch as state version 4 stored it, made one of version 5: its minutes were a ring of floats, its statistics objects.
import type { Bank, Run } from './cusum.ts';
import { minutesKept } from './minutes.ts';
import { idsOf } from './seen-posts.ts';
import type { StoredActive, StoredWatch } from './watch-stored.ts';

const minuteMs = 60_000;
const ringColumns = 11;

interface Active4 extends Omit<StoredActive, 'minutes' | 'unlearnt' | 'seen'> {
  readonly seen: { readonly slot: number; readonly now: ReadonlySet<number>; readonly before: ReadonlySet<number> };
  /** weight, reporters, mentions, recoveries, voices, copies, seen, factor, flat, expected, voicesExpected of each minute. */
  readonly minutes: { readonly last: number; readonly values: Float32Array };
}

type Run4 = Omit<Run, 'taught'>;

export interface Watch4 extends Omit<StoredWatch, 'active' | 'bank' | 'volume' | 'scatterToLearn'> {
  readonly scatterToLearn: readonly (readonly number[])[];
  readonly learntTo: number;
  readonly bank: readonly Run4[];
  readonly volume: readonly Run4[];
  readonly active: Active4 | null;
}

/** The watch of version 5 that goes on where one of version 4 stood. */
export function fromVersion4({ learntTo, ...watch }: Watch4): StoredWatch {
  return { ...watch, scatterToLearn: watch.scatterToLearn.flat(), bank: bankOf(watch.bank), volume: bankOf(watch.volume), active: watch.active === null ? null : activeOf(watch.active, learntTo) };
}

function activeOf(active: Active4, learntTo: number): StoredActive {
  const { last, values } = active.minutes;
  const rows: number[] = [];
  const unlearnt: number[][] = [];
  const newest = last / minuteMs;
  for (let minute = newest - minutesKept + 1; minute <= newest; minute++) {
    const start = (((minute % minutesKept) + minutesKept) % minutesKept) * ringColumns;
    const [weight, reporters, mentions, recoveries, voices, copies, seen, factor, flat, expected, voicesExpected] = values.subarray(start, start + ringColumns) as unknown as Eleven;
    if (weight + reporters + mentions + recoveries + voices + copies > 0) rows.push(minute, weight, reporters, mentions, recoveries, voices, copies);
    if (seen > 0 && minute * minuteMs >= learntTo) unlearnt.push([(minute + 1) * minuteMs, weight, reporters, mentions, voices, factor, flat, expected, voicesExpected]);
  }
  const { slot, now, before } = active.seen;
  return { ...active, seen: { slot, now: idsOf(now), before: idsOf(before) }, minutes: { last, rows }, unlearnt };
}

type Eleven = readonly [number, number, number, number, number, number, number, number, number, number, number];

function bankOf(runs: readonly Run4[]): Bank {
  // what had been learnt of a run was not kept
  return runs.flatMap(({ since, observed, expected, mentions, reports }) => [since, observed, expected, mentions, reports, 0]);
}
