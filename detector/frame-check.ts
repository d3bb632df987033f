// Looks at what the log brought before it is trusted: by hand, because each mention passes here. What can't be used is
// left out with its reason.
import { decodeFrame, type Frame } from '../shared/frame.ts';
import { type Mention, type Notice, officialStateSchema, type Tally } from '../shared/observation.ts';

const latest = 8.64e15 / 2;
// More posts than people could write in a minute.
const mostCounted = 1e9;
const officialStates: ReadonlySet<unknown> = new Set(officialStateSchema.options);

/** Why a frame can't be used, or null. What it carries is looked at one by one, elsewhere. */
function frameTrouble(frame: Frame): string | null {
  const { source, state, watermark, reads, mentions, notices, tallies, deletions, gap, carries } = frame as Partial<Record<keyof Frame, unknown>>;
  if (typeof source !== 'string' || !isTime(watermark) || !Number.isFinite(frame.seq) || !Number.isFinite(frame.epoch)) return 'frame-bad-shape';
  if (state !== 'live' && state !== 'catching-up' && state !== 'blind' && state !== 'closed') return 'frame-bad-shape';
  if (carries !== undefined && carries !== 'posts' && carries !== 'notices' && carries !== 'tallies') return 'frame-bad-shape';
  if (tallies !== undefined && !Array.isArray(tallies)) return 'frame-bad-shape';
  if (!Array.isArray(mentions) || !Array.isArray(notices) || !Array.isArray(deletions) || !Array.isArray(reads)) return 'frame-bad-shape';
  if (!frame.reads.every((r) => Array.isArray(r) && isTime(r[0] * 1000) && Number.isFinite(r[1]))) return 'frame-bad-shape';
  if (!frame.deletions.every((gone) => typeof gone?.id === 'string' && isTime(gone.at))) return 'frame-bad-shape';
  if (gap !== undefined && !(isTime(frame.gap?.from) && isTime(frame.gap?.to))) return 'frame-bad-shape';
  return null;
}

/** Why a mention can't be used, or null. */
function mentionTrouble(mention: Mention): string | null {
  const m = mention as Partial<Record<keyof Mention, unknown>> | null;
  if (typeof m !== 'object' || m === null) return 'mention-bad-shape';
  const texts = [m.id, m.author, m.service, m.by, m.name, m.text].every((v) => typeof v === 'string');
  const stands = m.standsFor === undefined || (typeof m.standsFor === 'number' && Number.isInteger(m.standsFor) && m.standsFor >= 1);
  const optional = [m.lang, m.url, m.repostOf, m.replyTo, m.region].every((v) => v === undefined || typeof v === 'string');
  if (!texts || !optional || !stands || !isTime(m.ts) || !(m.late === undefined || isTime(m.late)) || !Array.isArray(m.others)) return 'mention-bad-shape';
  return null;
}

/** Why a notice can't be used, or null. */
function noticeTrouble(notice: Notice): string | null {
  const n = notice as Partial<Record<keyof Notice, unknown>> | null;
  if (typeof n !== 'object' || n === null) return 'notice-bad-shape';
  const texts = [n.id, n.service, n.event, n.title].every((v) => typeof v === 'string') && (n.url === undefined || typeof n.url === 'string');
  const times = isWholeTime(n.at) && isWholeTime(n.ts) && [n.began, n.ended].every((v) => v === undefined || isWholeTime(v));
  const components = Array.isArray(n.components) && n.components.every((one) => typeof one === 'string');
  return texts && times && components && officialStates.has(n.state) ? null : 'notice-bad-shape';
}

/** Why a tally can't be used, or null. */
function tallyTrouble(tally: Tally): string | null {
  const t = tally as Partial<Record<keyof Tally, unknown>> | null;
  if (typeof t !== 'object' || t === null || typeof t.service !== 'string' || !isWholeTime(t.minute)) return 'tally-bad-shape';
  return Number.isInteger(t.posts) && tally.posts >= 0 && tally.posts <= mostCounted && tally.minute % 60_000 === 0 ? null : 'tally-bad-shape';
}

function isTime(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && Math.abs(value) <= latest;
}

function isWholeTime(value: unknown): boolean {
  return isTime(value) && Number.isInteger(value);
}

/**
 * The frame of a record's value with what can be used of it, or null. `known`: the watched services.
 * `count` is told the reason of whatever is left out.
 */
export function readFrame(value: Uint8Array | null, known: Pick<ReadonlySet<string>, 'has'>, count: (reason: string) => void): Frame | null {
  if (value === null) return null;
  const decoded = decodeFrame(value, false);
  const trouble = 'reason' in decoded ? decoded.reason : frameTrouble(decoded.frame);
  if (trouble !== null) {
    count(trouble);
    return null;
  }
  const { frame } = decoded as { frame: Frame };
  const usable = <T extends { service: string }>(list: readonly T[], troubleOf: (one: T) => string | null): T[] =>
    list.filter((one) => {
      const bad = troubleOf(one) ?? (known.has(one.service) ? null : 'service-unknown');
      if (bad !== null) count(bad);
      return bad === null;
    });
  const mentions = usable(frame.mentions, mentionTrouble);
  const notices = frame.notices.length === 0 ? frame.notices : usable(frame.notices, noticeTrouble);
  return frame.tallies === undefined ? { ...frame, mentions, notices } : { ...frame, mentions, notices, tallies: usable(frame.tallies, tallyTrouble) };
}
