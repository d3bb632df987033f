// Puts what the frames bring into event order. Owns the partition's watermark and the reorder buffer; counts nothing
// and judges nothing. What it hands out depends on event times alone, never on where a frame ended.
import type { Carries, Frame, SourceState } from '../shared/frame.ts';
import type { Mention } from '../shared/observation.ts';
import { createAgenda } from './agenda.ts';
import { compareWords, type Word, wordsOf } from './timeline-words.ts';

/** What can stand in the buffer. `at` is its place in event time, ms. */
export type Item =
  | { at: number; source: string; id: string; kind: 'state'; order: number; state: SourceState; filtered: boolean }
  | { at: number; source: string; id: string; kind: 'deletion' }
  | { at: number; source: string; id: string; kind: 'mention'; mention: Mention };

interface Known {
  state: SourceState;
  filtered: boolean;
  watermark: number;
  /** Absent: posts. */
  carries?: Carries;
}

export interface Timeline {
  /** Takes a frame in. Returns the items that came behind the watermark already reached, to be taken as backfill. */
  accept(frame: Frame): Item[];
  /** The next item before `before` (exclusive), in order of time, kind, source and id; undefined when there is none. */
  next(before: number): Item | undefined;
  /** The next item whatever its time, left in its place. */
  peek(): Item | undefined;
  /** ms: where the next notice or tally stands; Infinity when there is none. */
  wordAt(): number;
  /** The next notice or tally before `before` (exclusive), in order of time, kind, source and id. */
  nextWord(before: number): Word | undefined;
  /**
   * Up to where notices and tallies may be handed out, ms: as far as posts are, and where no source of posts has begun or
   * moves any more, as far as the sources of notices have come; null until either spoke.
   */
  wordsUpTo(): number | null;
  /** ms: the first whole minute with a post in it; null while it may still move. Nothing is to be handed out before. */
  start(): number | null;
  /** Whether it is a source of posts, as its last frame says. */
  carriesPosts(source: string): boolean;
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
  /** States from before there were any lack them. */
  words?: Word[];
}

const minuteMs = 60_000;
const rank = { state: 0, mention: 1, deletion: 2 } as const;

/** A timeline, new or from what `encode` gave. */
export function createTimeline(kept?: unknown): Timeline {
  const from = kept as Kept | undefined;
  let watermark: number | null = from?.watermark ?? null;
  let earliest: number | null = from?.earliest ?? null;
  const sources = new Map<string, Known>(from?.sources.map(([name, known]) => [name, { ...known }]) ?? []);
  const agenda = createAgenda(compare);
  for (const item of from?.items ?? []) agenda.push(item);
  const words = createAgenda(compareWords);
  for (const word of from?.words ?? []) words.push(word);
  let wordAt = words.peek()?.at ?? Infinity;
  let order = from?.order ?? 0;

  /** Of notices and tallies time does not depend, nor what is seen: that a page is read says nothing of what people say. */
  const ofPosts = (): Known[] => [...sources.values()].filter((s) => s.carries === undefined);

  /** The least watermark of those that move: live ones, or where there are none, those that catch up. */
  function reachedBy(some: readonly Known[]): number | null {
    for (const state of ['live', 'catching-up'] as const) {
      const marks = some.filter((s) => s.state === state).map((s) => s.watermark);
      if (marks.length > 0) return Math.min(...marks);
    }
    return null;
  }

  function advance(): void {
    const some = ofPosts();
    const reached = reachedBy(some) ?? (ended() ? Math.max(...some.map((s) => s.watermark)) : null);
    if (reached !== null && (watermark === null || reached > watermark)) watermark = reached;
  }

  /** Whether everything of the first minute is here: until then, a shuffled earlier post may still move the start. */
  function started(): boolean {
    return watermark !== null && earliest !== null && watermark >= minuteOf(earliest) + minuteMs;
  }

  function ended(): boolean {
    const some = ofPosts();
    return some.length > 0 && some.every((s) => s.state === 'closed');
  }

  function start(): number | null {
    return earliest !== null && (started() || (ended() && watermark! > earliest)) ? minuteOf(earliest) : null;
  }

  function acceptWords(frame: Frame, floor: number): void {
    for (const word of wordsOf(frame, floor)) words.push(word);
    wordAt = words.peek()?.at ?? Infinity;
  }

  /** A frame of a source that hands over no posts: its words, and whether it is there to say more. */
  function acceptAside(frame: Frame, carries: Carries): void {
    const { source, state } = frame;
    const before = sources.get(source);
    const floor = watermark ?? Number.MIN_SAFE_INTEGER;
    const mark = Math.max(frame.watermark, before?.watermark ?? frame.watermark);
    if (before !== undefined && before.carries === undefined) {
      // the name was a source of posts, and will bring none any more
      agenda.push({ at: floor, source, id: '', kind: 'state', order: order++, state: 'closed', filtered: before.filtered });
    }
    const said = before?.carries === undefined ? undefined : before.state;
    if (said !== state) words.push({ at: Math.max(mark, floor), source, id: '', kind: 'page-source', order: order++, state });
    acceptWords(frame, floor);
    sources.set(source, { state, filtered: frame.filtered, watermark: mark, carries });
    advance();
  }

  return {
    accept(frame) {
      const { source, filtered, state } = frame;
      const known = sources.get(source);
      const carries = frame.carries ?? (state === 'closed' ? known?.carries : undefined);
      if (carries !== undefined && carries !== 'posts') {
        acceptAside(frame, carries);
        return [];
      }
      const backfill: Item[] = [];
      const put = (item: Item): void => {
        if (watermark !== null && item.at < watermark) backfill.push(item);
        else agenda.push(item);
      };
      // one that carried something else before is new
      const before = known?.carries === undefined ? known : undefined;
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
      if (frame.notices.length > 0 || frame.tallies !== undefined) acceptWords(frame, floor);
      for (const { id, at } of frame.deletions) put({ at, source, id, kind: 'deletion' });
      sources.set(source, { state, filtered, watermark: Math.max(frame.watermark, before?.watermark ?? frame.watermark) });
      advance();
      return backfill.sort(compare);
    },
    next: agenda.next,
    peek: agenda.peek,
    wordAt: () => wordAt,
    nextWord(before) {
      if (wordAt >= before) return undefined;
      const word = words.next(before);
      wordAt = words.peek()?.at ?? Infinity;
      return word;
    },
    wordsUpTo() {
      const some = ofPosts();
      if (start() !== null && reachedBy(some) !== null) return watermark;
      const pages = reachedBy([...sources.values()].filter((s) => s.carries !== undefined));
      return watermark === null || pages === null ? (watermark ?? pages) : Math.max(watermark, pages);
    },
    carriesPosts: (source) => sources.get(source)?.carries === undefined,
    watermark: () => watermark,
    start,
    blind() {
      const some = ofPosts();
      return some.length > 0 && !ended() && some.every((s) => s.state === 'blind' || s.state === 'closed');
    },
    encode: (): Kept => ({ watermark, earliest, sources: [...sources], items: agenda.all(), order, words: words.all() }),
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
