// The judge: one mention in, one judgement out. This page shows the chain: flatten the text, mark the names, find the
// phrases, choose the language, weigh. It keeps no state between posts and does not count anything.
import type { Mention } from '../shared/observation.ts';
import type { Service } from '../shared/service.ts';
import { readClauses } from './judge-clauses.ts';
import { chooseLanguage, subtag } from './judge-language.ts';
import { createNameBook } from './judge-names.ts';
import { createPhraseFinder, type Hit } from './judge-phrases.ts';
import { markNames, placesOf } from './judge-subject.ts';
import { createFlattener, handleMark, nameMark, otherMark } from './judge-text.ts';
import { type Judgement, longest, nothingSaid, saysNothing, weigh } from './judge-weigh.ts';
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

/** The hashtags at the end of a post are a label on it, not the end of its sentence. */
const closingTags = /((?: #[^ ]+)+)((?: [.,!])+)$/;
const markedTags = / ,((?: (?:#[^ ]+|[\uE000-\uE002]))+)(?: [.,!])+$/;

const nobody: ReadonlySet<string> = new Set();

/** Creates the judge. Pure and deterministic; a tenth of a second and a few MB, once. */
export function createJudge(lexicons: readonly Lexicon[], services: readonly Service[]): Judge {
  const flattener = createFlattener();
  const finder = createPhraseFinder(lexicons, flattener);
  const languages: ReadonlySet<string> = new Set(lexicons.map((l) => l.lang));
  const ordinaryIn = new Map(lexicons.map((l) => [l.lang, new Set(l.ordinary.map((n) => flattener.spell(n)))]));
  const ordinaryAnywhere: ReadonlySet<string> = new Set([...ordinaryIn.values()].flatMap((names) => [...names]));
  const book = createNameBook(
    services,
    flattener,
    (name) => finder.find(`. ${name} .`).some(({ phrase }) => phrase.kind === 'outage' || (phrase.kind === 'weak' && phrase.lang !== 'any')),
    lexicons.flatMap((l) => l.hashtagEnd).map((ending) => flattener.spell(ending)),
  );

  function namesOfOthers(mention: JudgedMention, declared: string | undefined): string[] {
    const plain = ordinaryIn.get(subtag(declared) ?? '') ?? ordinaryAnywhere;
    return mention.others.flatMap((o) => book.namesOf(o.service, o.name).names).filter((name) => !plain.has(name));
  }

  function run(post: string, declared: string | undefined, mention: JudgedMention | null): Judged {
    const flat = flattener.flatten(post);
    const own = mention === null ? null : book.namesOf(mention.service, mention.name);
    const hashtag = book.reportingTag(flat.text, own?.tags ?? null);
    const others = mention === null || mention.others.length === 0 ? [] : namesOfOthers(mention, declared);
    // a reporting hashtag has been read; its ending is no phrase of the sentence: "is back #whatsappdown"
    const parted = flat.text.includes('#') ? flat.text.replace(closingTags, ' ,$1$2') : flat.text;
    const text = hashtag === null ? parted : parted.replaceAll(hashtag, own === null ? ',' : nameMark);
    const marked = markNames(text, own?.names ?? [], others, flattener);
    const all = finder.find(marked);
    const lang = chooseLanguage(flat, all, declared, languages);
    const lexicon = languages.has(lang) ? lang : 'en';
    const saysItself = own !== null && own.saysItself && mention?.by !== 'field';
    const spoken = all.filter((h: Hit) => (h.phrase.lang === lexicon || h.phrase.lang === 'any') && h.phrase.kind !== 'stopWords');
    const unsure = mention !== null && own !== null && mention.by === 'name' && (mention.ordinary || (ordinaryIn.get(lexicon) ?? nobody).has(own.matched));
    const padded = unsure ? ` ${marked} ` : '';
    const ordinary = unsure && !saysItself && !own.context.some((c) => padded.includes(c));
    if (hashtag === null && saysNothing(spoken)) return { ...nothingSaid(ordinary), lang };
    const hits = longest(spoken);
    const clauses = readClauses(marked, hits.filter((h) => h.phrase.kind === 'but').map((h) => h.start), flattener.isDense);
    const ownAt = placesOf(marked, nameMark);
    const judgement = weigh({
      flat: marked,
      hits,
      clauses,
      own: ownAt,
      tail: text === flat.text ? marked.length : (markedTags.exec(marked)?.index ?? marked.length),
      telling: saysItself ? placesOf(marked, own.matched) : null,
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

