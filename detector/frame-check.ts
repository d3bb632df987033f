// Looks at what the log brought before it is trusted: by hand, because each mention passes here. What can't be used is
// left out with its reason.
import { decodeFrame, type Frame } from '../shared/frame.ts';
import type { Mention } from '../shared/observation.ts';

const latest = 8.64e15 / 2;

/** Why a frame can't be used, or null. Mentions are looked at one by one, elsewhere. */
function frameTrouble(frame: Frame): string | null {
  const { source, state, watermark, reads, mentions, notices, deletions, gap } = frame as Partial<Record<keyof Frame, unknown>>;
  if (typeof source !== 'string' || !isTime(watermark) || !Number.isFinite(frame.seq) || !Number.isFinite(frame.epoch)) return 'frame-bad-shape';
  if (state !== 'live' && state !== 'catching-up' && state !== 'blind' && state !== 'closed') return 'frame-bad-shape';
  if (!Array.isArray(mentions) || !Array.isArray(notices) || !Array.isArray(deletions) || !Array.isArray(reads)) return 'frame-bad-shape';
  if (!frame.reads.every((r) => Array.isArray(r) && isTime(r[0] * 1000) && Number.isFinite(r[1]))) return 'frame-bad-shape';
  if (!frame.deletions.every((gone) => typeof gone?.id === 'string' && isTime(gone.at)) || !frame.notices.every((n) => isTime(n?.ts) && typeof n.id === 'string')) return 'frame-bad-shape';
  if (gap !== undefined && !(isTime(frame.gap?.from) && isTime(frame.gap?.to))) return 'frame-bad-shape';
  return null;
}

/** Why a mention can't be used, or null. */
function mentionTrouble(mention: Mention): string | null {
  const m = mention as Partial<Record<keyof Mention, unknown>> | null;
  if (typeof m !== 'object' || m === null) return 'mention-bad-shape';
  const texts = [m.id, m.author, m.service, m.by, m.name, m.text].every((v) => typeof v === 'string');
  const optional = [m.lang, m.url, m.repostOf, m.replyTo, m.region].every((v) => v === undefined || typeof v === 'string');
  if (!texts || !optional || !isTime(m.ts) || !(m.late === undefined || isTime(m.late)) || !Array.isArray(m.others)) return 'mention-bad-shape';
  return null;
}

function isTime(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && Math.abs(value) <= latest;
}

/**
 * The frame of a record's value with those of its mentions that can be used, or null. `known`: the watched services.
 * `count` is told the reason of whatever is left out.
 */
export function readFrame(value: Uint8Array | null, known: ReadonlySet<string>, count: (reason: string) => void): Frame | null {
  if (value === null) return null;
  const decoded = decodeFrame(value, false);
  const trouble = 'reason' in decoded ? decoded.reason : frameTrouble(decoded.frame);
  if (trouble !== null) {
    count(trouble);
    return null;
  }
  const { frame } = decoded as { frame: Frame };
  const mentions = frame.mentions.filter((mention) => {
    const bad = mentionTrouble(mention) ?? (known.has(mention.service) ? null : 'service-unknown');
    if (bad !== null) count(bad);
    return bad === null;
  });
  return { ...frame, mentions };
}
