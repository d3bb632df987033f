// Deals the detector's states anew when the log is cut into another number of partitions: each service's watch goes with
// its service, and what every partition knows of the sources becomes one. Pure; it decides nothing about incidents.
import type { SnapshotPart } from '../shared/bus.ts';
import { partitionOf } from '../shared/topics.ts';
import { jsonBytes } from './outbox.ts';

/** The only version of the detector's state that can be dealt. */
const dealtVersion = 5;

type Json = Record<string, unknown>;

interface Item {
  readonly at: number;
  readonly kind: string;
  readonly source: string;
  readonly id: string;
  readonly order?: number;
  readonly mention?: { readonly service: string };
}

/** A notice, a tally, or a source of these: of a service, or of all. */
interface Word {
  readonly kind: string;
  readonly source: string;
  readonly notice?: { readonly service: string };
  readonly tally?: { readonly service: string };
}

interface FoldState {
  readonly v: number;
  readonly timeline: { readonly watermark: number | null; readonly earliest: number | null; readonly sources: readonly [string, Json][]; readonly items: readonly Item[]; readonly order: number; readonly words?: readonly Word[] };
  readonly sources: { readonly known: readonly [string, Json][]; readonly sight: unknown };
  readonly minute: number | null;
  readonly stirred: number;
  readonly exposure: number;
  readonly progressed: number;
  readonly awake: readonly string[];
  readonly away?: readonly string[];
}

interface Old {
  readonly part: string;
  readonly fold: FoldState;
  /** Exposure of the partition when a service became known, minutes. */
  readonly born: ReadonlyMap<string, number>;
  /** What each service has: parts of the kinds in `ofService`, by their key. */
  readonly own: ReadonlyMap<string, Uint8Array>;
}

export type Dealt = { readonly parts: ReadonlyMap<string, readonly SnapshotPart[]> } | { readonly reason: string };

const stopAtOnce = 'start Outcry on the old installation, wait a minute and stop it with Ctrl-C, so that every partition stands at the same point';

/**
 * The states of the old partitions (by their number, as text) as those of `partitions` new ones. Each old one must have
 * read all that was written, so that they stand at the same point of every source. The same number gives the same bytes.
 * Anything that is not understood is a reason, never a guess.
 */
export function dealDetector(old: ReadonlyMap<string, readonly SnapshotPart[]>, partitions: number): Dealt {
  if (old.size === 0 || old.size === partitions) return { parts: old };
  const states: Old[] = [];
  for (const [part, parts] of old) {
    const read = readState(part, parts);
    if ('reason' in read) return read;
    states.push(read.state);
  }
  const different = differenceOf(states);
  if (different !== null) return { reason: different };
  const first = states[0]!;
  // a partition may have heard of a source a minute before another: the longest memory is the best
  const exposure = Math.max(...states.map(({ fold }) => fold.exposure));
  const reference = states.find(({ fold }) => fold.exposure === exposure)!.fold;
  const least = (values: readonly (number | null)[]) => values.reduce((a, b) => (a === null || b === null ? (a ?? b) : Math.min(a, b)), null);
  const greatest = (values: readonly (number | null)[]) => values.reduce((a, b) => (a === null || b === null ? (a ?? b) : Math.max(a, b)), null);
  const owner = new Map<string, Old>();
  for (const state of states) {
    for (const service of [...state.own.keys()].map(serviceOfPart)) {
      const other = owner.get(service) ?? state;
      if (other !== state) return { reason: `the state of ${service} is in two partitions, ${other.part} and ${state.part}` };
      owner.set(service, state);
    }
  }
  const services = [...new Set(states.flatMap(({ born }) => [...born.keys()]))].sort();
  // how long a service was to be heard is counted from its birth: that stays as it was where it lived
  const born = services.map((service): [string, number] => {
    const home = owner.get(service) ?? first;
    return [service, (home.born.get(service) ?? home.fold.exposure) + exposure - home.fold.exposure];
  });
  const common = commonItems(reference.timeline.items);
  const commonWords = wordsOf(reference).filter((word) => serviceOfWord(word) === null);
  const ownedWords = states.flatMap(({ fold }) => wordsOf(fold).filter((word) => serviceOfWord(word) !== null));
  const owned = states.flatMap(({ fold }) => fold.timeline.items.filter((item) => serviceOf(item) !== null));

  const dealt = Array.from({ length: partitions }, (_, partition): [string, SnapshotPart[]] => {
    const mine = (service: string): boolean => partitionOf(service, partitions) === partition;
    const fold: FoldState = {
      v: dealtVersion,
      timeline: {
        watermark: greatest(states.map((one) => one.fold.timeline.watermark)),
        earliest: least(states.map((one) => one.fold.timeline.earliest)),
        sources: reference.timeline.sources,
        items: [...common, ...owned.filter((item) => mine(serviceOf(item)!))],
        order: reference.timeline.order,
        words: [...commonWords, ...ownedWords.filter((word) => mine(serviceOfWord(word)!))],
      },
      sources: reference.sources,
      minute: reference.minute,
      stirred: Math.max(...states.map((one) => one.fold.stirred)),
      exposure,
      progressed: Math.max(...states.map((one) => one.fold.progressed)),
      awake: states.flatMap((one) => one.fold.awake).filter(mine).sort(),
      away: reference.away ?? [],
    };
    const home = [...owner.keys()].filter(mine).sort();
    const own = ofService.flatMap((kind) =>
      home.flatMap((service) => {
        const value = owner.get(service)!.own.get(kind + service);
        return value === undefined ? [] : [{ key: kind + service, value }];
      }),
    );
    return [String(partition), [{ key: 'fold', value: jsonBytes(fold) }, { key: 'services', value: jsonBytes(born) }, ...own]];
  });
  return { parts: new Map(dealt) };
}

function readState(part: string, parts: readonly SnapshotPart[]): { state: Old } | { reason: string } {
  let fold: FoldState | undefined;
  let born: ReadonlyMap<string, number> | undefined;
  const own = new Map<string, Uint8Array>();
  try {
    for (const { key, value } of parts) {
      if (key === 'fold') fold = JSON.parse(new TextDecoder().decode(value)) as FoldState;
      else if (key === 'services') born = new Map(JSON.parse(new TextDecoder().decode(value)) as [string, number][]);
      else if (ofService.some((kind) => key.startsWith(kind))) own.set(key, value);
      else return { reason: `partition ${part} of the detector has a state \`${key}\` that is not known here` };
    }
  } catch (error) {
    return { reason: `the state of partition ${part} of the detector can't be read (${(error as Error).message})` };
  }
  if (fold === undefined || born === undefined) return { reason: `partition ${part} of the detector has no whole state: ${stopAtOnce}` };
  if (fold.v !== dealtVersion) return { reason: `partition ${part} of the detector has a state of version ${String(fold.v)}, and only ${dealtVersion} can be dealt anew: ${stopAtOnce}` };
  const known = ['v', 'timeline', 'sources', 'minute', 'stirred', 'exposure', 'progressed', 'awake', 'away'];
  const strange = Object.keys(fold).find((key) => !known.includes(key)) ?? [...fold.timeline.items, ...wordsOf(fold)].find((item) => !itemKinds.includes(item.kind))?.kind;
  if (strange !== undefined) return { reason: `the state of partition ${part} of the detector holds \`${strange}\`, which is not known here` };
  return { state: { part, fold, born, own } };
}

const itemKinds: readonly string[] = ['state', 'deletion', 'mention', 'page-source', 'notice', 'tally'];
/** How the keys of parts begin that belong to one service. */
const ofService = ['watch/', 'official/', 'tally/'] as const;

function serviceOfPart(key: string): string {
  return key.slice(key.indexOf('/') + 1);
}

function wordsOf({ timeline }: FoldState): readonly Word[] {
  return timeline.words ?? [];
}

function serviceOfWord(word: Word): string | null {
  return word.notice?.service ?? word.tally?.service ?? null;
}

/** The service that an item concerns; null for what concerns them all and so stands in every partition. */
function serviceOf(item: Item): string | null {
  return item.mention?.service ?? null;
}

function commonItems(items: readonly Item[]): readonly Item[] {
  return items.filter((item) => serviceOf(item) === null);
}

/** In what the partitions differ that matters, with the mend; null when they stand at the same point. */
function differenceOf(states: readonly Old[]): string | null {
  const pointOf = ({ fold }: Old): Record<string, unknown> => ({
    minute: fold.minute,
    'states of the sources': sorted(fold.timeline.sources),
    'places in the sources': sorted(fold.sources.known.map(([name, { state, filtered, epoch, seq }]) => [name, { state, filtered, epoch, seq }])),
    'deletions and changes of state that wait': commonItems(fold.timeline.items).map(({ kind, source, id }) => `${kind} ${source} ${id}`).sort(),
  });
  const first = pointOf(states[0]!);
  for (const state of states.slice(1)) {
    const other = pointOf(state);
    const what = Object.keys(first).find((key) => JSON.stringify(first[key]) !== JSON.stringify(other[key]));
    if (what !== undefined) return `partitions ${states[0]!.part} and ${state.part} of the detector differ in ${what}: ${stopAtOnce}`;
  }
  return null;
}

function sorted(entries: readonly (readonly [string, unknown])[]): readonly (readonly [string, unknown])[] {
  return entries.toSorted(([a], [b]) => (a < b ? -1 : 1));
}
