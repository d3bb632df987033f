// Samples: the few posts of an incident that an alert may quote, read from the evidence topic. A text that its author
// took back is gone from here as soon as the topic says so. All evidence, complete, is the board's and explain's.
import type { InRecord } from '../shared/bus.ts';
import { evidenceSchema, type Evidence } from '../shared/evidence.ts';

const keptPerIncident = 8;
const keptIncidents = 1_000;

export interface Samples {
  /** Records of the evidence topic, in order. What can't be read is left out. */
  take(records: readonly InRecord[]): void;
  /** The strongest posts of an incident that still have their text, at most so many; on a tie the earlier one. */
  strongest(incident: string, most: number): readonly Evidence[];
}

function decode({ value }: InRecord): Evidence | null {
  if (value === null) return null;
  try {
    return evidenceSchema.parse(JSON.parse(new TextDecoder().decode(value)));
  } catch {
    return null;
  }
}

/** An empty collection; it keeps the strongest eight of each of the latest thousand incidents. */
export function createSamples(): Samples {
  const incidents = new Map<string, Map<string, Evidence>>();

  function take(record: InRecord): void {
    const evidence = decode(record);
    if (evidence === null || evidence.text === null || evidence.late) {
      // Erased, or a tombstone: only the key says of which incident.
      for (const posts of incidents.values()) if (posts.delete(record.key)) break;
      return;
    }
    const posts = incidents.get(evidence.incident) ?? new Map<string, Evidence>();
    posts.set(record.key, evidence);
    incidents.set(evidence.incident, posts);
    if (posts.size > keptPerIncident) {
      const weakest = [...posts].reduce((low, entry) => (entry[1].weight < low[1].weight || (entry[1].weight === low[1].weight && entry[1].ts > low[1].ts) ? entry : low));
      posts.delete(weakest[0]);
    }
    const oldest = incidents.size > keptIncidents ? incidents.keys().next().value : undefined;
    if (oldest !== undefined) incidents.delete(oldest);
  }

  return {
    take: (records) => records.forEach(take),
    strongest: (incident, most) =>
      [...(incidents.get(incident)?.values() ?? [])].sort((a, b) => b.weight - a.weight || a.ts - b.ts || (a.id < b.id ? -1 : 1)).slice(0, most),
  };
}
