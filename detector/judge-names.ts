// How a service's names stand in flat texts: which are marked as names, which say the outage themselves, and which
// hashtags (#whatsappdown) are a name with an ending that reports. Where they stand in a text is judge-subject.ts's.
import type { Service } from '../shared/service.ts';
import { createLine, hashSign, type Line, space, textOf } from './judge-line.ts';
import { type Names, readNames } from './judge-marks.ts';
import type { Flattener } from './judge-text.ts';

export interface NamesOf {
  /** to be marked in the text */
  readonly names: Names;
  /** the name that was matched, as it stands in a flat text */
  readonly matched: string;
  /** the matched name says the outage itself ("power cut", 停電) and stays in the text, to be read as a phrase */
  readonly saysItself: boolean;
  /** the names as they stand in hashtags */
  readonly tags: ReadonlySet<string>;
  /** words that make an ordinary name mean the service, each between two blanks unless it is of a dense script */
  readonly context: readonly string[];
}

export interface NameBook {
  namesOf(serviceId: string, matched: string): NamesOf;
  /** The first hashtag that reports an outage of one of these names, or of anything where `tags` is null. */
  reportingTag(line: Line, tags: ReadonlySet<string> | null): string | null;
}

/** Words that end in "down" and report nothing. */
const downWords: ReadonlySet<string> = new Set(
  'countdown lockdown breakdown crackdown shutdown touchdown meltdown slowdown rundown showdown sundown markdown takedown smackdown godown letdown upsidedown putdown hoedown closedown bringdown comedown melt throwdown lowdown dressdown kickdown clampdown drawdown pulldown dropdown splashdown facedown headdown gettingdown goingdown'.split(' '),
);

/** The names of a service that do not say an outage themselves, and its context, as they stand in flat texts. */
interface Listed {
  readonly names: readonly string[];
  readonly context: readonly string[];
}

const nothingListed: Listed = { names: [], context: [] };

/** Names matched are few; whoever sends others makes the memo start anew. */
const memoSize = 10_000;

/** Creates the book. `tells` says whether a flat name is an outage phrase; `endings` are those of hashtags, flat. */
export function createNameBook(services: readonly Service[], flattener: Flattener, tells: (flat: string) => boolean, endings: readonly string[]): NameBook {
  const byId = new Map(services.map((service) => [service.id, service]));
  const memo = new Map<string, Map<string, NamesOf>>();
  let memoized = 0;
  const ofServices = new Map<string, Listed>();
  const scratch = createLine();
  /** by their last unit */
  const endingsBy = new Map<number, string[]>();
  for (const ending of new Set(endings)) {
    const last = ending.charCodeAt(ending.length - 1);
    endingsBy.set(last, [...(endingsBy.get(last) ?? []), ending]);
  }

  /** As it stands in a line with a blank at either end: no blank is beside a dense character. */
  function asWord(spelled: string): string {
    const blank = (unit: number): string => (flattener.alone[unit] === 1 ? '' : ' ');
    return blank(spelled.charCodeAt(0)) + spelled + blank(spelled.charCodeAt(spelled.length - 1));
  }

  /** What holds of a service whichever of its names was matched. */
  function readService(service: Service): Listed {
    const ordinary = new Set(service.ordinary.map((n) => flattener.spell(n)));
    const listed = [service.name, ...service.names, ...service.hashtags, ...service.handles];
    const spelled = listed.map((n) => flattener.spell(n.replace(/^[#@]/, ''))).filter((n) => !ordinary.has(n));
    return {
      names: [...new Set(spelled)].filter((n) => n !== '' && !tells(n)),
      context: service.context.map((c) => flattener.spell(c)).filter((c) => c !== '').map(asWord),
    };
  }

  function read(serviceId: string, name: string): NamesOf {
    const service = byId.get(serviceId);
    let listed = service === undefined ? nothingListed : ofServices.get(serviceId);
    if (listed === undefined) ofServices.set(serviceId, (listed = readService(service!)));
    const matched = flattener.spell(name);
    const isNamed = matched !== '' && (listed.names.includes(matched) || !tells(matched));
    const names = readNames(isNamed ? [matched, ...listed.names] : listed.names, flattener.alone, scratch);
    return {
      names,
      matched,
      saysItself: matched !== '' && !isNamed,
      tags: new Set(names.texts.map((n) => n.replace(/[\s.,]/g, ''))),
      context: listed.context,
    };
  }

  return {
    namesOf(serviceId, matched) {
      let names = memo.get(serviceId)?.get(matched);
      if (names === undefined) {
        names = read(serviceId, matched);
        if (memoized++ >= memoSize) {
          memo.clear();
          memoized = 1;
        }
        const ofService = memo.get(serviceId) ?? new Map<string, NamesOf>();
        memo.set(serviceId, ofService.set(matched, names));
      }
      return names;
    },
    reportingTag(line, tags) {
      const { units, length } = line;
      for (let at = 0; at < length; at++) {
        if (units[at] !== hashSign) continue;
        let end = at + 1;
        while (end < length && units[end] !== space) end++;
        while (end > at + 1 && isDigitOrBar(units[end - 1]!)) end--;
        const possible = endingsBy.get(units[end - 1]!);
        if (possible === undefined) continue;
        const tag = textOf(line, at + 1, end);
        if (downWords.has(tag)) continue;
        for (const ending of possible) {
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

function isDigitOrBar(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || code === 0x5f;
}
