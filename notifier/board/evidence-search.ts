// Finds all posts of one incident in the log, for incidents whose posts the board no longer holds in memory.
// Slower than the shelf, but every counted post stays within reach.
import type { Bus } from '../../shared/bus.ts';
import { evidenceSchema } from '../../shared/evidence.ts';
import { evidenceView, rank } from './evidence-shelf.ts';
import type { EvidenceView } from './views.ts';

/** One search at a time; the last answer is kept until another incident is asked for. Erased posts come without text. */
export function createEvidenceSearch(bus: Bus): (incident: string) => Promise<readonly EvidenceView[]> {
  let held: { readonly incident: string; readonly items: Promise<readonly EvidenceView[]> } | null = null;
  let last: Promise<unknown> = Promise.resolve();

  return function search(incident) {
    if (held?.incident === incident) return held.items;
    const items = last.then(() => read(bus, incident));
    last = items.catch(() => undefined);
    held = { incident, items };
    return items;
  };
}

async function read(bus: Bus, incident: string): Promise<readonly EvidenceView[]> {
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
