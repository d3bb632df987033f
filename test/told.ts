// What a log says in the end, as lines to compare: incident events and alerts of each partition in order, and the
// evidence by key.
import type { Bus, InRecord } from '../shared/bus.ts';
import { topics, type TopicName } from '../shared/topics.ts';

export interface Told {
  readonly incidents: string[];
  readonly alerts: string[];
  readonly evidence: string[];
}

const line = (record: InRecord) =>
  `${record.partition} ${record.key} ${JSON.stringify(Object.entries(record.headers).toSorted())} ${new TextDecoder().decode(record.value ?? new Uint8Array())}`;

export async function tellOf(bus: Bus): Promise<Told> {
  const all = async (topic: TopicName): Promise<InRecord[]> => {
    const records: InRecord[] = [];
    await new Promise<void>((resolve) => {
      bus.tail(topic, 'start', (batch) => void records.push(...batch), resolve);
    });
    return records.toSorted((a, b) => a.partition - b.partition || a.offset - b.offset);
  };
  return {
    incidents: (await all(topics.incidents.name)).filter((record) => record.key !== 'progress').map(line),
    alerts: (await all(topics.alerts.name)).map(line),
    // a compacted topic may still hold what was replaced; and the authors' hashes are keyed by each installation's secret
    evidence: [...(await bus.latest(topics.evidence.name)).values()].map((record) => line(record).replace(/"author":"[^"]*"/, '"author":""')).toSorted(),
  };
}
