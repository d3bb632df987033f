// The judge: one mention in, one judgement out. This page shows the chain: flatten the text, mark the names, find the
// phrases, choose the language, weigh. It keeps no state between posts and does not count anything.
import type { Mention } from '../shared/observation.ts';
import type { Service } from '../shared/service.ts';
import { readClauses } from './judge-clauses.ts';
import { chooseLanguage } from './judge-language.ts';
import { createPhraseFinder, type Hit } from './judge-phrases.ts';
import { markNames, placesOf } from './judge-subject.ts';
import { createFlattener, handleMark, nameMark, otherMark } from './judge-text.ts';
import { type Judgement, longest, weigh } from './judge-weigh.ts';
import type { Lexicon } from './lexicon.ts';

export type { Judgement } from './judge-weigh.ts';
export type Judged = Judgement & { lang: string };
export type JudgedMention = Pick<Mention, 'text' | 'lang' | 'service' | 'by' | 'name' | 'ordinary' | 'others'>;

export interface Judge {
  /** Judges a mention of one service. Any text gives a judgement; nothing throws. */
  judge(mention: JudgedMention): Judged;
  /** Judges a post that names no service. `lang` is what the source says, BCP 47. */
  judgeText(text: string, lang?: string): Judged;
}

interface Known {
  names: string[];
  context: string[];
}

/** names remembered; the catalogue has a few thousand */
const memoSize = 10_000;

/** Words that end in "down" and report nothing. */
const downWords = new Set(
  'countdown lockdown breakdown crackdown shutdown touchdown meltdown slowdown rundown showdown sundown markdown takedown smackdown godown letdown upsidedown putdown hoedown closedown bringdown comedown melt throwdown lowdown dressdown kickdown clampdown drawdown pulldown dropdown splashdown facedown headdown gettingdown goingdown'.split(' '),
);

/** Creates the judge. Pure and deterministic; a tenth of a second and a few MB, once. */
export function createJudge(lexicons: readonly Lexicon[], services: readonly Service[]): Judge {
  const flattener = createFlattener();
  const finder = createPhraseFinder(lexicons, flattener);
  const languages: ReadonlySet<string> = new Set(lexicons.map((l) => l.lang));
  const endings = lexicons.flatMap((l) => l.hashtagEnd).map((e) => flattener.spell(e));
  const ordinaryIn = new Map(lexicons.map((l) => [l.lang, new Set(l.ordinary.map((n) => flattener.spell(n)))]));
  const byId = new Map(services.map((service) => [service.id, service]));
  const known = new Map<string, Known>();
  /** A service's names as they stand in flat texts; spelled when it is first heard of, since few ever are. */
  function knownOf(id: string): Known | undefined {
    const found = known.get(id);
    const service = byId.get(id);
    if (found !== undefined || service === undefined) return found;
    const ordinary = new Set(service.ordinary.map((n) => flattener.spell(n)));
    const spelled = [service.name, ...service.names, ...service.hashtags, ...service.handles].map((n) => flattener.spell(n.replace(/^[#@]/, '')));
    const made: Known = {
      names: [...new Set(spelled)].filter((n) => n !== '' && !ordinary.has(n)),
      context: service.context.map((c) => flattener.spell(c)),
    };
    known.set(id, made);
    return made;
  }

  const telling = new Map<string, boolean>();
  /** A name that says the outage itself ("power cut", 停電): it must stay in the text, to be read as a phrase. */
  function tells(name: string): boolean {
    let told = telling.get(name);
    if (told === undefined) {
      told = finder.find(`. ${name} .`).some((h) => h.phrase.kind === 'outage' || (h.phrase.kind === 'weak' && h.phrase.lang !== 'any'));
      if (telling.size < memoSize) telling.set(name, told);
    }
    return told;
  }

  /** #whatsappdown, #TelekomStörung: the hashtag, if what stands before the ending is the name (or any word, if none is known). */
  function hashtagOf(flat: string, names: readonly string[] | null): string | null {
    for (let at = flat.indexOf('#'); at !== -1; at = flat.indexOf('#', at + 1)) {
      let end = at + 1;
      while (end < flat.length && flat.charCodeAt(end) !== 0x20) end++;
      const tag = flat.slice(at + 1, end).replace(/[0-9_]+$/, '');
      if (downWords.has(tag)) continue;
      for (const ending of endings) {
        if (tag.length <= ending.length + (names === null ? 1 : 0) || !tag.endsWith(ending)) continue;
        const stem = tag.slice(0, -ending.length).replace(/_+$/, '');
        const bare = stem.replace(/(?:is|are|ist|esta|est|server|servers)$/, '');
        if (names === null || names.some((n) => n === stem || n === bare || n === tag)) return `#${tag}`;
      }
    }
    return null;
  }

  function run(text: string, declared: string | undefined, mention: JudgedMention | null): Judged {
    const flat = flattener.flatten(text);
    const service = mention === null ? undefined : knownOf(mention.service);
    const named = mention === null ? '' : flattener.spell(mention.name);
    const own = mention === null ? [] : [...new Set([named, ...(service?.names ?? [])])].filter((name) => !tells(name));
    const squeezed = own.map((n) => n.replace(/[\s.,]/g, ''));
    // "hashtag" mentions of a listed compound (#whatsappdown) carry the compound as their name
    const hashtag = hashtagOf(flat.text, mention === null ? null : squeezed);
    const others = mention === null ? [] : mention.others.flatMap((o) => [flattener.spell(o.name), ...(knownOf(o.service)?.names ?? [])]).filter((n) => n !== '' && !own.includes(n) && !tells(n));
    const marked = markNames(flat.text, own, others, flattener);
    const all = finder.find(marked);
    const lang = chooseLanguage(flat, all, declared, languages);
    const lexicon = languages.has(lang) ? lang : 'en';
    const saysItself = mention !== null && mention.by !== 'field' && !own.includes(named);
    const hits = longest(all.filter((h: Hit) => (h.phrase.lang === lexicon || h.phrase.lang === 'any') && h.phrase.kind !== 'stopWords'));
    const clauses = readClauses(marked, hits.filter((h) => h.phrase.kind === 'but').map((h) => h.start), flattener.isDense);
    const ownAt = placesOf(marked, nameMark);
    const unsure = mention !== null && (mention.ordinary || ordinaryIn.get(lexicon)?.has(named) === true);
    const ordinary = unsure && !saysItself && mention.by === 'name' && !(service?.context ?? []).some((c) => c !== '' && ` ${marked} `.includes(` ${c} `));
    const judgement = weigh({
      flat: marked,
      hits,
      clauses,
      own: ownAt,
      telling: saysItself ? placesOf(marked, named) : null,
      other: placesOf(marked, otherMark),
      addressed: mention !== null || marked.slice(0, 6).includes(handleMark),
      ordinary,
      hasUrl: flat.hasUrl,
      titleCase: flat.titleCase,
      hashtag,
    });
    return { ...judgement, lang };
  }

  return {
    judge(mention) {
      const judged = run(mention.text, mention.lang, mention);
      if (mention.by !== 'button') return judged;
      return { verdict: 'report', symptom: judged.symptom ?? 'down', reason: 'button', weight: 1, phrases: judged.phrases, lang: judged.lang };
    },
    judgeText: (text, lang) => run(text, lang, null),
  };
}

