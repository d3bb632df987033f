// How a service's names stand in flat texts: which are marked as names, which say the outage themselves, and which
// hashtags (#whatsappdown) are a name with an ending that reports. Where they stand in a text is judge-subject.ts's.
import type { Service } from '../shared/service.ts';
import type { Flattener } from './judge-text.ts';

export interface Names {
  /** to be marked in the text, the longest first */
  readonly names: readonly string[];
  /** the name that was matched, as it stands in a flat text */
  readonly matched: string;
  /** the matched name says the outage itself ("power cut", 停電) and stays in the text, to be read as a phrase */
  readonly saysItself: boolean;
  /** the names as they stand in hashtags */
  readonly tags: ReadonlySet<string>;
  /** words that make an ordinary name mean the service, each between two blanks */
  readonly context: readonly string[];
}

export interface NameBook {
  namesOf(serviceId: string, matched: string): Names;
  /** The first hashtag that reports an outage of one of these names, or of anything where `tags` is null. */
  reportingTag(flat: string, tags: ReadonlySet<string> | null): string | null;
}

/** Words that end in "down" and report nothing. */
const downWords: ReadonlySet<string> = new Set(
  'countdown lockdown breakdown crackdown shutdown touchdown meltdown slowdown rundown showdown sundown markdown takedown smackdown godown letdown upsidedown putdown hoedown closedown bringdown comedown melt throwdown lowdown dressdown kickdown clampdown drawdown pulldown dropdown splashdown facedown headdown gettingdown goingdown'.split(' '),
);

/** Names matched are few; whoever sends others makes the memo start anew. */
const memoSize = 10_000;

/** Creates the book. `tells` says whether a flat name is an outage phrase; `endings` are those of hashtags, flat. */
export function createNameBook(services: readonly Service[], flattener: Flattener, tells: (flat: string) => boolean, endings: readonly string[]): NameBook {
  const byId = new Map(services.map((service) => [service.id, service]));
  const memo = new Map<string, Names>();
  const endingsBy = new Map<string, string[]>();
  for (const ending of new Set(endings)) endingsBy.set(ending.slice(-1), [...(endingsBy.get(ending.slice(-1)) ?? []), ending]);

  function read(serviceId: string, name: string): Names {
    const service = byId.get(serviceId);
    const matched = flattener.spell(name);
    const ordinary = new Set((service?.ordinary ?? []).map((n) => flattener.spell(n)));
    const listed = service === undefined ? [] : [service.name, ...service.names, ...service.hashtags, ...service.handles];
    const spelled = listed.map((n) => flattener.spell(n.replace(/^[#@]/, ''))).filter((n) => !ordinary.has(n));
    const names = [...new Set([matched, ...spelled])].filter((n) => n !== '' && !tells(n)).sort((a, b) => b.length - a.length);
    return {
      names,
      matched,
      saysItself: matched !== '' && !names.includes(matched),
      tags: new Set(names.map((n) => n.replace(/[\s.,]/g, ''))),
      context: (service?.context ?? []).map((c) => flattener.spell(c)).filter((c) => c !== '').map((c) => ` ${c} `),
    };
  }

  return {
    namesOf(serviceId, matched) {
      const key = `${serviceId} ${matched}`;
      let names = memo.get(key);
      if (names === undefined) {
        names = read(serviceId, matched);
        if (memo.size >= memoSize) memo.clear();
        memo.set(key, names);
      }
      return names;
    },
    reportingTag(flat, tags) {
      for (let at = flat.indexOf('#'); at !== -1; at = flat.indexOf('#', at + 1)) {
        let end = at + 1;
        while (end < flat.length && flat.charCodeAt(end) !== 0x20) end++;
        const tag = flat.slice(at + 1, end).replace(/[0-9_]+$/, '');
        if (downWords.has(tag)) continue;
        for (const ending of endingsBy.get(tag.slice(-1)) ?? []) {
          if (tag.length <= ending.length + (tags === null ? 1 : 0) || !tag.endsWith(ending)) continue;
          const stem = tag.slice(0, -ending.length).replace(/_+$/, '');
          const bare = stem.replace(/(?:is|are|ist|esta|est|server|servers)$/, '');
          if (tags === null || tags.has(stem) || tags.has(bare) || tags.has(tag)) return `#${tag}`;
        }
      }
      return null;
    },
  };
}
