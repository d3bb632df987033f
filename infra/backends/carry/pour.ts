// From a carried file to a cluster: topics made anew, every record in its place, each role's state standing at the end of
// its input. It is counted before it is called done; whatever fails leaves the mark, and the next try begins anew.
import { BusError, type SnapshotPart } from '../../../shared/bus.ts';
import { topics, type TopicName } from '../../../shared/topics.ts';
import type { RawBroker } from '../kafka/link.ts';
import { createSnapshots } from '../kafka/snapshots.ts';
import { checkTopics, createTopics } from '../kafka/topic-admin.ts';
import { topicSpecs } from '../kafka/topic-plan.ts';
import type { CarryFile, KeptRecord } from './carry-file.ts';
import { deleteTopics, patience, type Cluster, type Look } from './cluster.ts';
import { markKey, markRecord, type Mark } from './mark.ts';
import { openCountingWriter, type CountingWriter } from './counting-writer.ts';
import { carriedRoles, partsOf } from './roles.ts';

const progressKey = topics.incidents.markerKey;

export interface Pouring {
  readonly file: CarryFile;
  /** Of the cluster from now on. */
  readonly partitions: number;
  /** Each role's states for so many partitions, by part. */
  readonly states: ReadonlyMap<string, ReadonlyMap<string, readonly SnapshotPart[]>>;
  readonly mark: Omit<Mark, 'state' | 'at'>;
  /** What is there, as it was looked at: all of it but the controls is deleted when `replace` is true. */
  readonly look: Look;
  readonly replace: boolean;
  /** Wall clock, ms. */
  readonly clock: () => number;
  readonly said: (topic: TopicName, records: number) => void;
}

/** Writes the installation. Rejects with a BusError; the cluster then holds a half, and says so to who asks for its mark. */
export async function pour(cluster: Cluster, pouring: Pouring): Promise<void> {
  const { settings, log, namespace } = cluster;
  const { partitions, look, replace } = pouring;
  const wish = { settings, partitions, log, namespace };
  const writer = await openCountingWriter(cluster, partitions, pouring.clock());
  const told = (state: Mark['state']) => writer.write([markRecord({ ...pouring.mark, state, at: pouring.clock() })]);
  try {
    if (!replace) {
      await cluster.link.again(() => createTopics(wish), patience);
      const wrong = (await checkTopics(wish)).filter(({ weight }) => weight === 'wrong');
      if (wrong.length > 0) throw new BusError('unavailable', `topics are not kept as we need them:\n${wrong.map(({ topic, what, mend }) => `${topic} ${what}: ${mend}`).join('\n')}`, false);
    }
    await told('writing');
    if (replace) {
      await deleteTopics(cluster, look.there.filter((topic) => topic !== topics.controls.name));
      await cluster.link.again(() => createTopics(wish), patience);
    }
    for (const { name } of topicSpecs) {
      if (name === topics.observations.name || name === topics.snapshots.name) continue;
      pouring.said(name, await writer.write(lasting(pouring.file.records(name))));
    }
    await writeStates(pouring, writer);
    await refuseLoss(cluster, writer.counts);
    await commitOffsets(cluster, partitions, writer.counts);
    await told('done');
  } finally {
    await writer.close();
  }
}

function* lasting(records: Iterable<KeptRecord>): Iterable<KeptRecord> {
  for (const record of records) {
    // how far time has come is in hold's state
    if (record.topic === topics.incidents.name && record.key === progressKey) continue;
    if (record.topic === topics.controls.name && record.key === markKey) continue;
    yield record;
  }
}

/** States last, so that none ever stands on records that are not there. */
async function writeStates({ states, partitions, clock, said }: Pouring, writer: CountingWriter): Promise<void> {
  const at = clock();
  let count = 0;
  for (const role of carriedRoles) {
    for (const part of partsOf(role, partitions)) {
      const parts = states.get(role.name)?.get(part) ?? [];
      if (parts.length === 0) continue;
      const inputs = role.scope === 'topic' ? Array.from({ length: partitions }, (_, partition) => partition) : [Number(part)];
      const stands = new Map(inputs.map((partition) => [partition, writer.counts.get(`${role.input}/${partition}`) ?? 0]));
      const records = createSnapshots(role.name, part).store(parts, stands);
      count += await writer.write(records.map((record): KeptRecord => ({ topic: record.topic, partition: 0, key: record.key, value: record.value, headers: {}, at })));
    }
  }
  said(topics.snapshots.name, count);
}

/** Refuses where a partition holds another number of records than were written to it. */
async function refuseLoss({ admin, link, place }: Cluster, counts: ReadonlyMap<string, number>): Promise<void> {
  for (const { name } of topicSpecs) {
    // the marks of earlier tries are among the controls
    if (name === topics.controls.name) continue;
    for (const { partition, high } of await link.again(() => admin.fetchTopicOffsets(place(name)), patience)) {
      const wanted = counts.get(`${name}/${partition}`) ?? 0;
      if (Number(high) !== wanted) throw new BusError('unavailable', `${place(name)}, partition ${partition}, holds ${high} records, and ${wanted} were written: does a worker run? Stop it and run the same command again; it begins anew.`, true);
    }
  }
}

/** Sets each role's group to the end of its input, as the states stand; a group in which a worker is refuses it. */
async function commitOffsets({ link, group, place }: Cluster, partitions: number, counts: ReadonlyMap<string, number>): Promise<void> {
  for (const { name, input } of carriedRoles) {
    const groupId = group(name);
    const offsets = Array.from({ length: partitions }, (_, partition) => ({ partition, offset: String(counts.get(`${input}/${partition}`) ?? 0), metadata: null }));
    await link.again(async () => {
      const coordinator = (await link.coordinator('group', groupId)) as RawBroker & { offsetCommit(request: object): Promise<unknown> };
      await coordinator.offsetCommit({ groupId, groupGenerationId: -1, memberId: '', retentionTime: -1, topics: [{ topic: place(input), partitions: offsets }] });
    }, patience);
  }
}
