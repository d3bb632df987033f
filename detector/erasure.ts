// What happens when an author takes a post back: its words and its author go wherever the fold keeps them, its count stays.
import type { Evidence } from '../shared/evidence.ts';
import type { IncidentEvent } from '../shared/incident.ts';
import { erase, tell } from './incident-book.ts';
import type { Watch } from './watch.ts';

export interface Erased {
  /** Evidence records that replace those told before. */
  readonly evidence: Evidence[];
  /** Set when the incident had the post in its list. */
  readonly event: IncidentEvent | null;
}

/** Erases a post of `source` from one service's state at `at` (ms); null when the service never held it. */
export function eraseFrom(watch: Watch, source: string, id: string, at: number, settingsHash: string): Erased | null {
  const evidence: Evidence[] = [];
  let held = false;
  for (const post of watch.active?.recent ?? []) {
    if (post.source !== source || post.id !== id) continue;
    Object.assign(post, { text: null, url: null, author: '' });
    held = true;
  }
  for (const past of watch.past) {
    const gone = erase(past, past.incident, watch.service, source, id);
    if (gone !== null) evidence.push(gone);
  }
  const { open } = watch;
  const gone = open === null ? null : erase(open, open.incident.id, watch.service, source, id);
  if (gone !== null) evidence.push(gone);
  let event: IncidentEvent | null = null;
  if (open !== null && gone !== null) {
    const left = open.incident.evidence.filter((one) => one.source !== source || one.id !== id);
    if (left.length < open.incident.evidence.length) {
      open.incident.evidence = left;
      event = tell(open, 'erased', open.incident.state, at, settingsHash);
    }
  }
  return held || evidence.length > 0 ? { evidence, event } : null;
}
