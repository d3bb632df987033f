// What carrying an installation needs of the roles themselves: folds that read a carried file to its end, and their states
// dealt anew for another number of partitions. Files and clusters are backends/carry.
import { createDetector } from '../detector/detector.ts';
import { createJudge } from '../detector/judge.ts';
import { readLexicons } from '../detector/lexicon.ts';
import { dealDetector } from '../detector/repartition.ts';
import { deliverRole, holdRole } from '../notifier/notifier.ts';
import { dealHold } from '../notifier/repartition.ts';
import { BusError, type Role, type SnapshotPart } from '../shared/bus.ts';
import { topics } from '../shared/topics.ts';
import type { Config } from './config.ts';
import { settingsHash } from './settings-hash.ts';
import { stored } from './stored.ts';

export type States = ReadonlyMap<string, ReadonlyMap<string, readonly SnapshotPart[]>>;

/** The roles as a worker with this configuration runs them, on a log of so many partitions. `clock`: wall clock, ms. */
export function settlingRoles({ detection, services, routes, channels }: Config, partitions: number, clock: () => number): Role[] {
  const lexicons = readLexicons(stored);
  const judge = createJudge(lexicons, services, stored);
  const hash = settingsHash(detection, lexicons, services);
  return [
    {
      name: 'detector', input: topics.observations.name, scope: 'partition', output: topics.incidents.name,
      create: (part) => createDetector({ settings: detection, settingsHash: hash, judge, services, part, partitions }),
    },
    holdRole({ services, partitions, dropped: () => {} }),
    deliverRole({ routes, channels: channels.map(({ name }) => name), now: clock, dropped: () => {} }),
  ];
}

/** The states of each role, by part, for another number of partitions. Throws a BusError that says why they can't be dealt. */
export function dealStates(states: States, from: number, to: number): States {
  const refuse = (reason: string): never => {
    throw new BusError('unavailable', `the state can't be moved: ${reason}`, false);
  };
  const [detector, hold] = [states.get('detector') ?? new Map<string, readonly SnapshotPart[]>(), states.get('hold')?.get('all') ?? []];
  const full = [...detector].filter(([, parts]) => parts.length > 0);
  if (full.length > 0 && full.length !== from) refuse(`${full.length} of ${from} partitions of the detector have one: start Outcry on the old installation, wait a minute and stop it with Ctrl-C`);
  const dealt = dealDetector(new Map(full), to);
  const held = dealHold(hold, to);
  if ('reason' in dealt) return refuse(dealt.reason);
  if ('reason' in held) return refuse(held.reason);
  return new Map([...states, ['detector', dealt.parts], ['hold', new Map([['all', held.parts]])]]);
}
