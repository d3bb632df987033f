// Takes one message of X: counts what it costs, drops what was taken before, what is not ours and words that were edited
// away, and hands over the rest with the cursor behind it.
import { LRUCache } from 'lru-cache';
import type { Intake } from '../../source.ts';
import { futureMs } from '../../watermark.ts';
import { compareXIds, isXId, xIdTimeMs } from './id.ts';
import type { Place } from './place.ts';
import { readXMessage, type XPost } from './post.ts';
import type { SpendMeter } from './spend.ts';

export interface XTakerDeps {
  readonly intake: Intake;
  readonly place: Place;
  readonly meter: () => SpendMeter;
  readonly clock: () => number;
  /** X's clock, ms. */
  readonly now: () => number;
  /** What is taken off X's times so that they are of our clock, ms. */
  readonly aheadMs: () => number;
  /** Of our own rules. */
  readonly tag: string;
  /** Rules of others that say what ours would; undefined while they are not known. */
  readonly ruleIds: () => ReadonlySet<string> | undefined;
  readonly links: boolean;
  /** The cursor that covers what was taken. */
  readonly cursor: () => string;
  /** Ends the connection. */
  readonly close: (why: string) => void;
}

export interface XTaker {
  take(message: unknown): void;
  /** How late the last post came, ms; 0 since X had nothing more to send. */
  readonly lagMs: () => number;
  onTime(): void;
  /** Whether nothing comes but what is dated ahead of our clock. */
  readonly astray: () => boolean;
}

const keptEdits = 10_000;
/** So many in a row that are dated in the future are no accident. */
const astrayPosts = 20;

export function createXTaker(deps: XTakerDeps): XTaker {
  const { intake, place, clock, tag } = deps;
  /** The newest version of what was edited, by the id of each version. */
  const newest = new LRUCache<string, string>({ max: keptEdits });
  let lagMs = 0;
  let futures = 0;

  function own({ rules }: XPost): boolean {
    return rules.length === 0 || rules.some((rule) => rule.tag === tag || deps.ruleIds()?.has(rule.id) === true);
  }

  /** false where a newer version was handed over, or will be. */
  function isNewest({ post: { id }, versions }: XPost): boolean {
    const known = newest.get(versions[0]!);
    if (versions.at(-1) !== id || (known !== undefined && compareXIds(known, id) > 0)) return false;
    if (versions.length > 1) for (const version of versions) newest.set(version, id);
    return true;
  }

  function hand(read: XPost): void {
    const { post, versions } = read;
    lagMs = Math.max(0, deps.now() - post.ts);
    place.take(post.id);
    if (!isNewest(read)) return intake.dropped('edited');
    for (const version of versions.slice(0, -1)) if (place.taken(version)) intake.deletion(version);
    const { url, ...rest } = post;
    intake.post({ ...rest, ts: post.ts - deps.aheadMs(), ...(deps.links && url !== undefined ? { url } : {}) });
  }

  return {
    take(message) {
      const read = readXMessage(message);
      if (read.kind === 'bad') return intake.dropped(read.reason);
      if (read.kind === 'problems') {
        for (const { type } of read.problems) intake.dropped(`problem-${type}`);
        if (read.problems.some((problem) => problem.disconnects)) deps.close('it ended the connection for reasons of its own');
        return;
      }
      deps.meter().post(read.post.id, clock());
      if (read.partial) intake.dropped('problem-beside-post');
      // an id from the future would move the place there, and nothing would ever be searched for again
      const latest = isXId(read.post.id) ? Math.max(read.post.ts, xIdTimeMs(read.post.id)) : read.post.ts;
      const ahead = latest - deps.aheadMs() > clock() + futureMs;
      futures = ahead ? futures + 1 : 0;
      if (ahead) intake.dropped('future');
      else if (!own(read)) intake.dropped('other-rule');
      else if (place.taken(read.post.id)) intake.dropped('repeated');
      else hand(read);
      intake.cursor(deps.cursor());
      if (deps.meter().capped(clock()) !== undefined) deps.close('the spending cap is reached');
    },
    lagMs: () => lagMs,
    onTime() {
      lagMs = 0;
    },
    astray: () => futures >= astrayPosts,
  };
}
