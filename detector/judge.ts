// The judge: one mention in, one judgement out. This page shows the chain: flatten the text, mark the names, find the
// phrases, choose the language, weigh. It keeps no state between posts and does not count anything.
import { type Keep, makeAnew } from '../shared/keep.ts';
import type { Mention } from '../shared/observation.ts';
import type { Service } from '../shared/service.ts';
import { createBystanderFinder } from './judge-bystander.ts';
import { createClauseReader } from './judge-clauses.ts';
import { chooseLanguage, createTongues, subtag } from './judge-language.ts';
import { createLine, cut, type Line, textOf } from './judge-line.ts';
import { linksToPage } from './judge-headline.ts';
import { machineForm } from './judge-machine.ts';
import { closingTagsAt, markHandles, markNames, type Names, partClosingTags, placesOf, replaceTag } from './judge-marks.ts';
import { createNameBook } from './judge-names.ts';
import { createPhraseFinder } from './judge-phrases.ts';
import { isProper } from './judge-proper.ts';
import { byKind, type Scene } from './judge-scene.ts';
import { createFlattener, handleMark, nameMark, otherMark } from './judge-text.ts';
import { type Trace, traceOf } from './judge-trace.ts';
import { type Judgement, longest, none, nothingSaid, weigh } from './judge-weigh.ts';
import type { Lexicon } from './lexicon.ts';

export type { Judgement } from './judge-weigh.ts';
export type Judged = Judgement & { lang: string };
export type JudgedMention = Pick<Mention, 'text' | 'lang' | 'service' | 'by' | 'name' | 'ordinary' | 'others'>;

export interface Judge {
  /** Judges a mention of one service. Any text gives a judgement; nothing throws. */
  judge(mention: JudgedMention): Judged;
  /** Judges a post that names no service. `lang` is what the source says, BCP 47. */
  judgeText(text: string, lang?: string): Judged;
  /** Says of a mention, or of a text that names no service, what was found in it and what each rule made of that. */
  explain(mention: JudgedMention | { text: string; lang?: string | undefined }): Judged & Trace;
}


const nobody: readonly Names[] = [];
/** tags of services of which a power cut is told */
const utilities: ReadonlySet<string> = new Set(['utility', 'telecom', 'isp']);
/** writes all nouns with a capital */
const german = 'de';
/** an English word; of two letters it may be anything */
const foreignWord = /^[a-z0-9 ]{3,}$/;

/** Creates the judge. Pure and deterministic; half a second and a few MB, once; `keep` saves most of the time. */
export function createJudge(lexicons: readonly Lexicon[], services: readonly Service[], keep: Keep = makeAnew): Judge {
  const flattener = createFlattener();
  const finder = createPhraseFinder(lexicons, flattener, keep);
  const tongues = createTongues(lexicons);
  const bystanders = createBystanderFinder(lexicons, flattener);
  const powered: ReadonlySet<string> = new Set(services.filter(({ tags }) => tags.some((tag) => utilities.has(tag))).map(({ id }) => id));
  const tongueOf = tongues.placeOf;
  const english = tongueOf.get('en') ?? -1;
  const ordinaryIn = lexicons.map((l) => new Set(l.ordinary.map((n) => flattener.spell(n))));
  const plainIn = lexicons.map((l) => new Set(l.plain.map((n) => flattener.spell(n))));
  const localIn = lexicons.map((l) => new Set(l.local.map((n) => flattener.spell(n))));
  const localAnywhere: ReadonlySet<string> = new Set(localIn.flatMap((names) => [...names]));
  const ordinaryAnywhere: ReadonlySet<string> = new Set(ordinaryIn.flatMap((names) => [...names]));
  const book = createNameBook(
    services,
    flattener,
    (name) => finder.tells(`. ${name} .`),
    lexicons.flatMap((l) => l.hashtagEnd).map((ending) => flattener.spell(ending)),
  );
  // the text at hand: written, marked, cut and read in place
  const line = createLine();
  const clauses = createClauseReader(flattener.alone);

  /** Most names that are ordinary words are English ones: in a post of another language they are names, but for another's own. */
  function isOrdinary(name: string, flagged: boolean, tongue: number): boolean {
    if (ordinaryIn[tongue]?.has(name) === true) return true;
    if (!flagged || plainIn[tongue]?.has(name) === true || localIn[tongue]?.has(name) === true) return false;
    return tongue === english || tongue === -1 || !foreignWord.test(name) || localAnywhere.has(name);
  }

  function run(post: string, declared: string | undefined, mention: JudgedMention | null, tell?: (scene: Scene) => void): Judged {
    const flat = flattener.flatten(post, line);
    const own = mention === null ? null : book.namesOf(mention.service, mention.name);
    const hashtag = flat.hasTag ? book.reportingTag(line, own?.tags ?? null) : null;
    const length = line.length;
    if (flat.hasTag) partClosingTags(line);
    // a reporting hashtag has been read; its ending is no phrase of the sentence: "is back #whatsappdown"
    if (hashtag !== null) replaceTag(line, hashtag, (own === null ? ',' : nameMark).charCodeAt(0));
    const isParted = hashtag !== null || line.length !== length;
    cut(line, flattener.alone);
    if (own !== null) {
      const others = mention!.others.length === 0 ? nobody : mention!.others.map((o) => book.namesOf(o.service, o.name).names);
      markNames(line, own.names, others, ordinaryIn[tongueOf.get(subtag(declared) ?? '') ?? -1] ?? ordinaryAnywhere, flattener.alone);
    }
    if (flat.hasHandle) {
      markHandles(line);
      cut(line, flattener.alone);
    }
    const lang = chooseLanguage(flat, line, post, finder.vote(line), declared, tongues);
    const tongue = tongueOf.get(lang) ?? english;
    const saysItself = own !== null && own.saysItself && mention?.by !== 'field';
    const unsure = mention !== null && own !== null && mention.by === 'name' && isOrdinary(own.matched, mention.ordinary, tongue);
    const ordinary = unsure && !saysItself && !hasOneOf(line, own.context);
    const spoken = finder.find(line, tongue);
    if (spoken === null && hashtag === null) return { verdict: 'none', symptom: null, reason: nothingSaid(ordinary).reason, weight: 0, phrases: [], lang };
    const hits = byKind(longest(spoken ?? []));
    clauses.read(line, hits.but.map((h) => h.start));
    const mayBeBystanders = mention !== null && (mention.by === 'name' || mention.by === 'hashtag');
    const scene: Scene = {
      line,
      hits,
      clauses,
      own: placesOf(line, nameMark),
      tail: () => (isParted ? closingTagsAt(line) : line.length),
      telling: saysItself ? placesOf(line, own.matched) : null,
      other: placesOf(line, otherMark),
      addressed: mention !== null || line.units.subarray(0, 6).includes(handleMark.charCodeAt(0)),
      ordinary,
      isProper: () => own !== null && lang !== german && isProper(post, own.matched),
      hasUrl: flat.hasUrl,
      titleCase: flattener.isTitleCase,
      linksToPage: () => linksToPage(post),
      machine: () => machineForm(post),
      isBystanders: (c) => mayBeBystanders && bystanders.isBystanders(c, line, clauses, tongue),
      isOfPower: (c) => mayBeBystanders && !powered.has(mention.service) && bystanders.isOfPower(c, line, tongue),
      hashtag,
    };
    tell?.(scene);
    const weighed = weigh(scene);
    // "was down": the words of the outage are part of those of the past, and nothing else was said
    const isPast = weighed.reason === 'no-outage-phrase' && weighed.phrases.length === 0 && hits.past.length > 0 && spoken !== null;
    const judgement = isPast ? none('past', [hits.past[0]!.phrase.text]) : weighed;
    const { verdict, symptom, reason, weight, phrases } = judgement;
    return { verdict, symptom, reason, weight, phrases, lang };
  }

  return {
    judge(mention) {
      const judged = run(mention.text, mention.lang, mention);
      // what an answer complains of may be anything; only joining in is surely about what was said above
      if (mention.by === 'reply' && judged.verdict !== 'recovery' && judged.reason !== 'same-here') return { ...none('reply', judged.phrases), lang: judged.lang };
      if (mention.by !== 'button') return judged;
      return { verdict: 'report', symptom: judged.symptom ?? 'down', reason: 'button', weight: 1, phrases: judged.phrases, lang: judged.lang };
    },
    judgeText: (text, lang) => run(text, lang, null),
    explain(mention) {
      let trace: Trace = { candidates: [], heard: [], machine: 0 };
      const judged = run(mention.text, mention.lang, 'service' in mention ? mention : null, (scene) => void (trace = traceOf(scene)));
      return { ...judged, ...trace };
    },
  };
}

/** True when one of the words, each between two blanks, stands in the line. */
function hasOneOf(line: Line, words: readonly string[]): boolean {
  if (words.length === 0) return false;
  const padded = ` ${textOf(line)} `;
  return words.some((word) => padded.includes(word));
}
