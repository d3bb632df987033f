// Reads what was missed from an instance's timelines, in the order of time over all of them, so that event time never goes
// back. It holds one page of each at most. What it could not read is told as a time up to which all is read.
import type { Status } from './event.ts';
import type { Page, Trouble } from './rest.ts';

/** Pages asked for at the same time. */
const together = 4;

export interface FillDeps {
  readonly timelines: readonly string[];
  /** Begins behind this id, whose time is `fromMs`, by the instance's clock. */
  readonly fromId: string;
  readonly fromMs: number;
  readonly page: (timeline: string, minId: string) => Promise<Page | Trouble>;
  /** Takes one post; called in the order of their places. true: from here on the stream has brought it all, so no page more of this timeline. */
  readonly take: (status: Status) => boolean;
  readonly dropped: (reason: string) => void;
  /** Waited for between pages. */
  readonly room: () => Promise<void>;
  /** Waits; resolves early when it is all over. */
  readonly wait: (ms: number) => Promise<void>;
  /** ms that are left: what is not read by then is given up. */
  readonly leftMs: () => number;
}

/** `toMs`: all before this was read; undefined: all there is. `why` for people where something is missing. */
export type Filled = { readonly toMs: undefined; readonly posts: number } | { readonly toMs: number; readonly posts: number; readonly why: string };

interface Line {
  readonly timeline: string;
  next: string | undefined;
  queue: readonly Status[];
  at: number;
  tries: number;
}

const triesEach = 3;
const retryMs = 500;

/** Never rejects where its deps do not. */
export async function fillMissed(deps: FillDeps): Promise<Filled> {
  const lines: Line[] = deps.timelines.map((timeline) => ({ timeline, next: deps.fromId, queue: [], at: 0, tries: 0 }));
  let toMs = deps.fromMs;
  let posts = 0;

  /** Brings the next page of one timeline; a reason where that can't be. */
  async function bring(line: Line): Promise<string | undefined> {
    while (deps.leftMs() > 0) {
      const page = await deps.page(line.timeline, line.next!);
      if (page.kind === 'page') {
        line.tries = 0;
        line.queue = page.statuses;
        line.at = 0;
        line.next = page.next;
        for (const reason of page.dropped) deps.dropped(reason);
        return undefined;
      }
      if (page.kind === 'off' || (page.kind === 'later' && page.waitMs > deps.leftMs())) return page.why;
      if (page.kind === 'failed' && ++line.tries >= triesEach) return page.why;
      await deps.wait(page.kind === 'later' ? page.waitMs : retryMs * line.tries);
    }
    return 'it took too long';
  }

  /** Of all that is here, the earliest. */
  function takeFirst(): Status | undefined {
    const open = lines.filter((line) => line.at < line.queue.length);
    if (open.length === 0) return undefined;
    const first = open.reduce((a, b) => (b.queue[b.at]!.placeMs < a.queue[a.at]!.placeMs ? b : a));
    const status = first.queue[first.at++]!;
    if (deps.take(status)) first.next = undefined;
    posts += 1;
    return status;
  }

  for (;;) {
    const empty = lines.filter((line) => line.at >= line.queue.length && line.next !== undefined);
    if (empty.length > 0) {
      const troubles: (string | undefined)[] = [];
      for (let i = 0; i < empty.length; i += together) {
        troubles.push(...(await Promise.all(empty.slice(i, i + together).map(bring))));
        if (troubles.some((one) => one !== undefined)) break;
      }
      const why = troubles.find((one) => one !== undefined);
      if (why !== undefined) {
        // what is here lies in the gap, and is better than nothing
        while (takeFirst() !== undefined);
        return { toMs, posts, why };
      }
      await deps.room();
      continue;
    }
    // where every timeline has its next page here, nothing earlier than the first of all can still come
    const status = takeFirst();
    if (status === undefined) return { toMs: undefined, posts };
    toMs = Math.max(toMs, status.placeMs);
  }
}
