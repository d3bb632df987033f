// From a cluster into a carried file: every record that lasts, and each role's state with the place where it stands. The
// rows of a topic that a role reads come in three runs, so that one row tells where the role stood in all partitions:
// what its state knows, what it had read since, what it had not read yet.
import { BusError, type InRecord } from '../../../shared/bus.ts';
import { topics, type TopicName } from '../../../shared/topics.ts';
import { readLatest, readThrough } from '../kafka/read-through.ts';
import { createReader, offsetsOf } from '../kafka/reader.ts';
import { createSnapshots, type StoredSnapshot } from '../kafka/snapshots.ts';
import { partitionsOf, topicSpecs } from '../kafka/topic-plan.ts';
import type { CarryFile, KeptRecord } from './carry-file.ts';
import type { Cluster } from './cluster.ts';
import { markKey } from './mark.ts';
import { carriedRoles, partsOf, type CarriedRole } from './roles.ts';
import { stampOf } from './stamps.ts';

const waitMs = 200;
const progressKey = topics.incidents.markerKey;

type Offsets = ReadonlyMap<number, number>;

/** Copies the installation with its `partitions` into an empty file. `said` is told each topic and how many records it gave. */
export async function fill(cluster: Cluster, partitions: number, file: CarryFile, said: (topic: TopicName, records: number) => void): Promise<void> {
  const { place } = cluster;
  const inputs = new Set<TopicName>(carriedRoles.map(({ input }) => input));
  const kept = (record: InRecord): KeptRecord => ({ ...record, at: stampOf(record) });
  const snapshots = await readSnapshots(cluster, partitions);
  for (const role of carriedRoles) said(role.input, await fillInput(cluster, role, partitions, snapshots, file));
  for (const spec of topicSpecs) {
    if (inputs.has(spec.name) || spec.name === topics.snapshots.name) continue;
    const reading = { link: cluster.link, topic: spec.name, place: place(spec.name), partitions: range(partitionsOf(spec, partitions)) };
    let count = 0;
    if (spec.compacted) {
      const latest = [...(await readLatest(reading, (key) => key !== markKey || spec.name !== topics.controls.name)).values()];
      file.write(latest.toSorted((a, b) => a.partition - b.partition || a.offset - b.offset).map(kept));
      count = latest.length;
    } else {
      await readThrough(reading, (records) => {
        file.write(records.map(kept));
        count += records.length;
      });
    }
    said(spec.name, count);
  }
}

async function readSnapshots({ link, place }: Cluster, partitions: number): Promise<Map<string, StoredSnapshot | null>> {
  const latest = await readLatest({ link, topic: topics.snapshots.name, place: place(topics.snapshots.name), partitions: [0] });
  const owners = carriedRoles.flatMap((role) => partsOf(role, partitions).map((part) => ({ role: role.name, part, owner: `${role.name}/${part}` })));
  const strange = [...latest.keys()].find((key) => !owners.some(({ owner }) => key === owner || key.startsWith(`${owner}/`)));
  if (strange !== undefined) throw new BusError('corrupt', `the snapshots hold a state \`${strange.slice(0, 80)}\` that is not known here: use the version of Outcry that wrote it`, false);
  return new Map(owners.map(({ role, part, owner }) => [owner, createSnapshots(role, part).load(latest)]));
}

/** Reads a role's input into the file and stands the role's parts in it. */
async function fillInput(cluster: Cluster, role: CarriedRole, partitions: number, snapshots: ReadonlyMap<string, StoredSnapshot | null>, file: CarryFile): Promise<number> {
  const { link, place } = cluster;
  const input = place(role.input);
  const all = range(partitions);
  const first = await link.again(() => offsetsOf(link, input, all, 'first'));
  const end = await link.again(() => offsetsOf(link, input, all, 'end'));
  const committed = await committedOffsets(cluster, role, all);
  const parts = partsOf(role, partitions);
  const storedOf = (partition: number) => snapshots.get(`${role.name}/${role.scope === 'topic' ? 'all' : partition}`) ?? null;
  const known = new Map(all.map((partition) => [partition, Math.max(first.get(partition)!, storedOf(partition)?.offsets.get(partition) ?? 0)]));
  const read = new Map(all.map((partition) => [partition, Math.max(known.get(partition)!, committed.get(partition) ?? 0)]));

  let count = 0;
  const copy = async (from: Offsets, to: Offsets, wanted: (record: InRecord) => boolean): Promise<number> => {
    await readRange(cluster.link, role.input, input, from, to, (records) => {
      const own = records.filter(wanted).map((record): KeptRecord => ({ ...record, at: stampOf(record) }));
      file.write(own);
      count += own.length;
    });
    return file.end();
  };
  // what a detector's state knows of the observations is not asked for again, nor is a time that hold's state has passed
  const lasts = role.input === topics.observations.name ? () => false : ({ key }: InRecord) => key !== progressKey;
  const snapshot = role.input === topics.observations.name ? file.end() : await copy(first, known, lasts);
  const position = await copy(known, read, () => true);
  await copy(read, end, () => true);
  for (const part of parts) file.stand(role.name, part, role.input, { position, snapshot }, snapshots.get(`${role.name}/${part}`)?.parts ?? []);
  return count;
}

async function committedOffsets({ link, group, place }: Cluster, role: CarriedRole, partitions: readonly number[]): Promise<Offsets> {
  const groupId = group(role.name);
  const { responses } = await link.again(async () => (await link.coordinator('group', groupId)).offsetFetch({ groupId, topics: [{ topic: place(role.input), partitions: partitions.map((partition) => ({ partition })) }] }));
  return new Map(responses.flatMap((one) => one.partitions).map(({ partition, offset }) => [partition, Number(offset)]));
}

async function readRange(link: Cluster['link'], topic: TopicName, place: string, from: Offsets, to: Offsets, each: (records: readonly InRecord[]) => void): Promise<void> {
  const open = new Map([...from].filter(([partition, at]) => at < to.get(partition)!));
  if (open.size === 0) return;
  const reader = createReader({ link, topic, place, from: open, lost: () => {} });
  while ([...reader.positions].some(([partition, at]) => at < to.get(partition)!)) {
    for (const { partition, records } of await reader.read(waitMs)) {
      const own = records.filter(({ offset }) => offset < to.get(partition)!);
      if (own.length > 0) each(own);
    }
  }
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
