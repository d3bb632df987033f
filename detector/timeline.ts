// Puts what the frames bring into event order. Owns the partition's watermark and the reorder buffer; counts nothing
// and judges nothing. What it hands out depends on event times alone, never on where a frame ended.
import type { Frame, SourceState } from '../shared/frame.ts';
import type { Mention, Notice } from '../shared/observation.ts';
import { createAgenda } from './agenda.ts';

/** What can stand in the buffer. `at` is its place in event time, ms. */
export type Item =
  | { at: number; source: string; id: string; kind: 'state'; order: number; state: SourceState; filtered: boolean }
  | { at: number; source: string; id: string; kind: 'deletion' }
  | { at: number; source: string; id: string; kind: 'notice'; notice: Notice }
  | { at: number; source: string; id: string; kind: 'mention'; mention: Mention };

interface Known {
  state: SourceState;
  filtered: boolean;
  watermark: number;
}

export interface Timeline {
  /** Takes a frame in. Returns the items that came behind the watermark already reached, to be taken as backfill. */
  accept(frame: Frame): Item[];
  /** The next item before `before` (exclusive), in order of time, kind, source and id; undefined when there is none. */
  next(before: number): Item | undefined;
  /** The next item whatever its time, left in its place. */
  peek(): Item | undefined;
  /** ms: the first whole minute with a post in it; null while it may still move. Nothing is to be handed out before. */
  start(): number | null;
  /** Nothing before this is still to come, ms; null until a first source spoke. It never goes back. */
  watermark(): number | null;
  /** No source is live or catching up, and not all ended on purpose. */
  blind(): boolean;
  encode(): unknown;
}

interface Kept {
  watermark: number | null;
  earliest: number | null;
  sources: [string, Known][];
  items: Item[];
  order: number;
}

const minuteMs = 60_000;
const rank = { state: 0, notice: 1, mention: 2, deletion: 3 } as const;

/** A timeline, new or from what `encode` gave. */
export function createTimeline(kept?: unknown): Timeline {
  const from = kept as Kept | undefined;
  let watermark: number | null = from?.watermark ?? null;
  let earliest: number | null = from?.earliest ?? null;
  const sources = new Map<string, Known>(from?.sources.map(([name, known]) => [name, { ...known }]) ?? []);
  const agenda = createAgenda(compare);
  for (const item of from?.items ?? []) agenda.push(item);
  let order = from?.order ?? 0;

  function advance(): void {
    const of = (state: SourceState): number[] => [...sources.values()].filter((s) => s.state === state).map((s) => s.watermark);
    const live = of('live');
    const catching = of('catching-up');
    let reached: number | null = null;
    if (live.length > 0) reached = Math.min(...live);
    else if (catching.length > 0) reached = Math.min(...catching);
    else if (ended()) reached = Math.max(...of('closed'));
    if (reached !== null && (watermark === null || reached > watermark)) watermark = reached;
  }

  /** Whether everything of the first minute is here: until then, a shuffled earlier post may still move the start. */
  function started(): boolean {
    return watermark !== null && earliest !== null && watermark >= minuteOf(earliest) + minuteMs;
  }

  function ended(): boolean {
    return sources.size > 0 && [...sources.values()].every((s) => s.state === 'closed');
  }

  return {
    accept(frame) {
      const backfill: Item[] = [];
      const put = (item: Item): void => {
        if (watermark !== null && item.at < watermark) backfill.push(item);
        else agenda.push(item);
      };
      const { source, filtered, state } = frame;
      const before = sources.get(source);
      const floor = watermark ?? Number.MIN_SAFE_INTEGER;
      if (before === undefined) {
        put({ at: floor, source, id: '', kind: 'state', order: order++, state: frame.gap === undefined ? state : 'live', filtered });
      }
      if (!started()) {
        // Read counts go to every partition, so that the start does not depend on how many there are.
        for (const [second] of frame.reads) earliest = Math.min(earliest ?? Infinity, second * 1000);
        for (const m of frame.mentions) earliest = Math.min(earliest ?? Infinity, placeOf(m));
      }
      if (frame.gap !== undefined) {
        put({ at: Math.max(frame.gap.from, floor), source, id: '', kind: 'state', order: order++, state: 'blind', filtered });
        put({ at: Math.max(frame.gap.to, floor), source, id: '', kind: 'state', order: order++, state, filtered });
      } else if (before !== undefined && (before.state !== state || before.filtered !== filtered)) {
        put({ at: Math.max(frame.watermark, floor), source, id: '', kind: 'state', order: order++, state, filtered });
      }
      for (const mention of frame.mentions) {
        put({ at: placeOf(mention), source, id: mention.id, kind: 'mention', mention });
      }
      for (const notice of frame.notices) {
        put({ at: Math.max(notice.ts, floor), source, id: notice.id, kind: 'notice', notice });
      }
      for (const { id, at } of frame.deletions) put({ at, source, id, kind: 'deletion' });
      sources.set(source, { state, filtered, watermark: Math.max(frame.watermark, before?.watermark ?? frame.watermark) });
      advance();
      return backfill.sort(compare);
    },
    next: agenda.next,
    peek: agenda.peek,
    watermark: () => watermark,
    start: () => (earliest !== null && (started() || (ended() && watermark! > earliest)) ? minuteOf(earliest) : null),
    blind: () => sources.size > 0 && !ended() && [...sources.values()].every((s) => s.state === 'blind' || s.state === 'closed'),
    encode: (): Kept => ({ watermark, earliest, sources: [...sources], items: agenda.all(), order }),
  };
}

function minuteOf(ms: number): number {
  return Math.floor(ms / minuteMs) * minuteMs;
}

/** A late post takes its place where the watermark stood when it came. */
function placeOf(mention: Mention): number {
  return mention.late === undefined ? mention.ts : Math.max(mention.late, mention.ts);
}

function compare(a: Item, b: Item): number {
  if (a.at !== b.at) return a.at - b.at;
  if (a.kind !== b.kind) return rank[a.kind] - rank[b.kind];
  if (a.source !== b.source) return a.source < b.source ? -1 : 1;
  // a source that stops and starts may pass through several states at one watermark
  if (a.kind === 'state' && b.kind === 'state') return a.order - b.order;
  if (a.id !== b.id) return a.id < b.id ? -1 : 1;
  if (a.kind === 'mention' && b.kind === 'mention' && a.mention.service !== b.mention.service) {
    return a.mention.service < b.mention.service ? -1 : 1;
  }
  return 0;
}
