// Sources as the board shows them: the last word of each worker, and whether that word is too old to be believed.
import { sourceStatusPrefix, sourceStatusSchema, type SourceStatus } from '../../shared/source-status.ts';
import type { SourceView } from './views.ts';

/** A worker writes its status every few seconds; one that says nothing for this long is not trusted. */
export const staleAfterMs = 30_000;

/** Statuses from the Store's entries; what can't be read is left out. */
export function readStatuses(entries: ReadonlyMap<string, string>): SourceStatus[] {
  const statuses: SourceStatus[] = [];
  for (const [key, value] of entries) {
    if (!key.startsWith(sourceStatusPrefix)) continue;
    try {
      const parsed = sourceStatusSchema.safeParse(JSON.parse(value));
      if (parsed.success) statuses.push(parsed.data);
    } catch {
      // The Store may be wiped or half written: a status that can't be read is a status that is missing.
    }
  }
  return statuses.sort((a, b) => (a.source + a.instance < b.source + b.instance ? -1 : 1));
}

/** `wallNow` in ms. A closed source has said its last word; that never grows stale. */
export function sourceView(status: SourceStatus, wallNow: number): SourceView {
  return {
    source: status.source,
    type: status.type,
    instance: status.instance,
    carries: status.carries ?? 'posts',
    state: status.state,
    stale: status.state !== 'closed' && wallNow - status.at > staleAfterMs,
    since: new Date(status.since).toISOString(),
    detail: status.detail,
    silenceNormal: status.silenceNormal,
    lastPostAt: status.lastPostAt === null ? null : new Date(status.lastPostAt).toISOString(),
    watermark: status.watermark === null ? null : new Date(status.watermark).toISOString(),
    posts: status.posts,
    mentions: status.mentions,
    late: status.late,
    dropped: status.dropped,
    at: new Date(status.at).toISOString(),
  };
}

/**
 * Blind: sources of posts are known and none of them sees anything; a status page that is read makes nobody see. A
 * played-out file (closed) is an end, not blindness.
 */
export function isBlind(sources: readonly SourceView[]): boolean {
  const open = sources.filter(({ state, carries }) => state !== 'closed' && carries === 'posts');
  return open.length > 0 && open.every((source) => source.stale || source.state === 'blind');
}
