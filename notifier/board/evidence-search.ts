// Finds all posts of one incident in the log, for incidents whose posts the board no longer holds in memory.
// Slower than the shelf, but every counted post stays within reach.
import type { Bus } from '../../shared/bus.ts';
import { evidenceSchema } from '../../shared/evidence.ts';
import { evidenceView, rank } from './evidence-shelf.ts';
import type { EvidenceView } from './views.ts';

/**
 * One search at a time, shared by all who ask for the incident until it ends. No answer outlives its search: a text
 * that was taken back since must be gone from the next one. Erased posts come without text.
 */
export function createEvidenceSearch(bus: Pick<Bus, 'tail'>): (incident: string) => Promise<readonly EvidenceView[]> {
  const underWay = new Map<string, Promise<readonly EvidenceView[]>>();
  let last: Promise<unknown> = Promise.resolve();

  return function search(incident) {
    const shared = underWay.get(incident);
    if (shared !== undefined) return shared;
    const items = last.then(() => read(bus, incident)).finally(() => underWay.delete(incident));
    last = items.catch(() => undefined);
    underWay.set(incident, items);
    return items;
  };
}

async function read(bus: Pick<Bus, 'tail'>, incident: string): Promise<readonly EvidenceView[]> {
  const posts = new Map<string, ReturnType<typeof evidenceView>>();
  const done = Promise.withResolvers<void>();
  const tail = bus.tail(
    'outcry.evidence',
    'start',
    (records) => {
      for (const record of records) {
        if (!record.key.startsWith(`${incident}/`)) continue;
        posts.delete(record.key);
        if (record.value === null) continue;
        const parsed = evidenceSchema.safeParse(jsonOrNull(record.value));
        if (parsed.success) posts.set(record.key, evidenceView(parsed.data));
      }
    },
    () => done.resolve(),
  );
  await done.promise;
  await tail.stop();
  return rank(posts.values());
}

function jsonOrNull(value: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(value));
  } catch {
    return null;
  }
}
