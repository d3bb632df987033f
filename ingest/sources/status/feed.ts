// Reads a status page's RSS or Atom feed: a log of words, not a statement of how things are. Entries of one guid are words
// about one event. What an entry says of the state stands in its first words ("Resolved - …", "Status: Monitoring"), in
// English; an entry that says none of them is no word about the service's state and is counted.
//
// States: resolved, completed, mitigated and the like are ok; maintenance is maintenance; outage, down, unavailable are an
// outage; else degraded. An event of which nothing was said for a day counts as over: many feeds never say the end.
import type { PageWord, Reader } from './page-word.ts';
import { componentLines, textLine, titleLine } from './loose.ts';

export interface FeedWords {
  readonly entries: readonly {
    /** The entry's own id, or what stands for it. */
    readonly key: string;
    readonly title: string;
    /** Plain text. */
    readonly text: string;
    readonly link: string | undefined;
    /** ms: when this was said, and when its event began; undefined: the feed does not say. */
    readonly at: number | undefined;
    readonly published: number | undefined;
    /** What the entry is filed under. */
    readonly categories: readonly string[];
  }[];
}

/** Bytes as a feed's entries, or why they are none. */
export type ParseFeed = (bytes: Uint8Array) => FeedWords | { readonly why: string };

/** How far into an entry its state may stand, characters: a time may come before it. */
const leadLength = 160;
const stateWords = /\b(?:(resolved|completed|mitigated|recovered|fixed|restored|operational|post-?mortem|post[ -]incident review|pir|closed|cancell?ed|all clear)|(scheduled|planned|upcoming)|(investigating|identified|monitoring|update|in progress|verifying|ongoing|active|degraded|disruption|outage|incident|issues?|errors?|unavailable|down|delays?|elevated|problems?))\b/i;
const outageWords = /\b(?:outage|down|unavailable|offline|not available)\b/i;
const maintenanceWords = /\bmaintenance\b/i;

/** `presence`: being listed is what says that an event goes on, as in a feed that lists only what is open. */
export function feedReader(parse: ParseFeed, presence = false): Reader {
  return (bytes) => {
    const feed = parse(bytes);
    if ('why' in feed) return feed;
    const odd: string[] = [];
    const words: PageWord[] = [];
    for (const { key, title, text, link, at, published, categories } of feed.entries) {
      if (at === undefined) {
        odd.push('word-without-time');
        continue;
      }
      const lead = text.slice(0, leadLength);
      const inTitle = /^\W*(?:resolved|mitigated|completed|closed|pir|post[ -]incident review)\b/i.exec(title);
      const said = stateWords.exec(inTitle === null ? lead : inTitle[0]) ?? stateWords.exec(title);
      if (said === null && !presence) {
        odd.push('entry-without-state');
        continue;
      }
      const [isOver, isPlanned] = [said?.[1] !== undefined, said?.[2] !== undefined];
      if (isPlanned) continue;
      const all = `${title} ${lead}`;
      const isMaintenance = maintenanceWords.test(all);
      const state = isOver ? 'ok' : isMaintenance ? 'maintenance' : outageWords.test(all) ? 'outage' : 'degraded';
      words.push({
        key: `${key}/${at}/${state}`, event: key, kind: isMaintenance ? 'maintenance' : 'incident', ts: at, state, title: titleLine(title),
        ...(text === '' ? {} : { text: textLine(text) }),
        ...(link === undefined ? {} : { url: link }),
        // in a feed of what is open they are services and regions
        components: presence ? componentLines(categories) : [],
        ...(published === undefined ? {} : { began: published }),
        ...(isOver ? { ended: at } : {}),
      });
    }
    return { words: words.sort((a, b) => a.ts - b.ts), whole: new Set(presence ? ['incident', 'maintenance'] as const : []), odd };
  };
}
