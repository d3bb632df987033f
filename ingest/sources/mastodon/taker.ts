// Takes what an instance tells: each post once, its edits and deletions, with the cursor behind it. Where it comes from, the
// stream or the timelines, makes no difference.
//
// Ids are keyed hashes of a post's address, the same on every instance, because that address holds its author's name.
import type { Post } from '../../../shared/post.ts';
import type { SourceDeps } from '../../source.ts';
import { futureMs } from '../../watermark.ts';
import type { Status } from './event.ts';
import { createKnownPosts } from './known.ts';
import type { MastodonPlace } from './place.ts';

/** Two machines' clocks may differ by this; a post from further ahead came now. */
const slackMs = 30_000;

export interface Taker {
  /** Takes one post or its edit, once; the cursor behind it goes over in the same step. An edit takes back what stood before. */
  take(status: Status): void;
  /** The author took the post back that the instance calls so. */
  takeBack(localId: string): void;
  /** Lets go of everything; nothing is handed over after it resolves. */
  close(): Promise<void>;
}

export interface TakerDeps extends Pick<SourceDeps, 'intake' | 'clock' | 'store' | 'name' | 'anonymise'> {
  readonly host: string;
  readonly place: MastodonPlace;
  /** How far the instance's clock is ahead of ours at present, ms. */
  readonly aheadMs: () => number;
  readonly languages: readonly string[] | undefined;
  readonly links: boolean;
}

export function createTaker(deps: TakerDeps): Taker {
  const { intake, clock, place, host, aheadMs } = deps;
  const known = createKnownPosts(deps.store, deps.name);
  const lookups = new Set<Promise<void>>();

  const hashOf = (address: string): string => `ap-${deps.anonymise('mastodon-post', address)}`;
  const wanted = (lang: string | undefined): boolean => deps.languages === undefined || lang === undefined || deps.languages.includes(lang.toLowerCase().split('-')[0]!);

  /** Event time of an instance's time: by our clock, and not ahead of it. */
  function eventTime(ms: number): number {
    const own = ms - aheadMs();
    return own > clock() + slackMs ? clock() : own;
  }

  function hand(status: Status, id: string, ms: number): void {
    const { author, text, lang, url, replyTo, repostOf, localId } = status;
    if (!wanted(lang)) return intake.dropped('other-language');
    const post: Post = {
      id, ts: eventTime(ms), text, author,
      ...(lang === undefined ? {} : { lang }),
      ...(deps.links && url !== undefined ? { url } : {}),
      ...(replyTo === undefined ? {} : { replyTo: known.of(replyTo) ?? hashOf(`${host} ${replyTo}`) }),
      ...(repostOf === undefined ? {} : { repostOf: hashOf(repostOf) }),
    };
    if (intake.post(post).outcome === 'named') known.note(localId, id);
  }

  return {
    take(status) {
      const { uri, editedMs, placeMs, localId } = status;
      // a place in the future would skip all until then
      if (placeMs - aheadMs() > clock() + futureMs) return intake.dropped('future');
      const first = hashOf(uri);
      const version = editedMs === undefined ? first : hashOf(`${uri}\n${editedMs}`);
      if (!place.taken(first)) {
        hand(status, first, status.createdMs);
        place.take(placeMs, first, localId);
      } else if (!place.taken(version)) {
        intake.deletion(known.of(localId) ?? first);
        hand(status, version, editedMs!);
      } else return intake.dropped('repeated');
      if (version !== first) place.take(placeMs, version, localId);
      intake.cursor(place.cursor());
    },
    takeBack(localId) {
      const id = known.of(localId);
      if (id !== undefined) return intake.deletion(id);
      const lookup = known.recall(localId).then((found) => {
        lookups.delete(lookup);
        if (found === undefined) intake.dropped('deletion-of-unknown');
        else intake.deletion(found);
      });
      lookups.add(lookup);
    },
    async close() {
      await Promise.allSettled(lookups);
      await known.close();
    },
  };
}
