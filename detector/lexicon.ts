// A lexicon: how the speakers of one language say that something is down, back, or neither. Owns the form of the
// YAML files in lexicon/ and reading them; finding phrases is in judge-phrases.ts, meaning in judge-weigh.ts.
import { readFileSync, readdirSync } from 'node:fs';
import { load } from 'js-yaml';
import { z } from 'zod';
import { type Keep, makeAnew } from '../shared/keep.ts';
import { symptomSchema } from '../shared/report.ts';
import { LexiconError } from './lexicon-error.ts';

const phrase = z.string().min(1).max(2_000);
const list = z.array(phrase).default([]);
const bySymptom = z.partialRecord(symptomSchema, z.array(phrase)).default({});

/**
 * One language. In a phrase, `%` is the name of a service, `{a|b|}` are alternatives, `*` the rest of a word or one
 * whole word, `~` up to three words of the same clause, and `. , ? !` pauses as typed. Spelling is folded, so accents and apostrophes need no variants.
 */
export const lexiconSchema = z.strictObject({
  lang: z.string().regex(/^[a-z]{2,3}$/).describe('ISO 639 code; `any` for phrases heard in every language'),
  about: z.string().optional(),
  stopWords: list.describe('frequent short words that tell this language from others'),
  outage: bySymptom.describe('says that it fails, by symptom; weight 1'),
  weak: bySymptom.describe('complains and probably means that it fails; weight 0.5'),
  fails: list.describe('words of failing; within three words after a named service or an object they are an outage phrase'),
  cannot: list.describe('inability; with an action within five words it is an outage phrase'),
  action: bySymptom.describe('what cannot be done, by symptom'),
  object: bySymptom.describe('what fails: makes the symptom of a plain "not working" beside it more precise'),
  errorCode: list.describe('error codes and messages'),
  hashtagEnd: list.describe('a hashtag of a name and this ending reports an outage'),
  question: list.describe('asks others whether it fails'),
  sameHere: list,
  joke: list.describe('jokes that people make while it is down'),
  recovery: list.describe('works again'),
  negation: list.describe('denies what follows within three words'),
  noneOfIt: list.describe('whole phrases that deny an outage'),
  past: list.describe('makes the clause a story of the past'),
  still: list.describe('makes the clause present in spite of a past word'),
  headline: list,
  hearsay: list.describe('half a sign of a headline'),
  operator: list,
  bot: list,
  planned: list,
  ownDevice: list.describe("the writer's own thing, as the subject of the clause"),
  deviceFault: list.describe("whole phrases that put it on the writer's own thing: fell, broke, is old, it's my router"),
  cause: list.describe('words that give the cause: where another service follows, that one is what fails'),
  thought: list.describe('words of a mistaken belief: a fault of the own device after them was only thought of'),
  ownAccount: list,
  onePlace: list,
  otherSense: list,
  advert: list,
  wish: list,
  slow: list,
  refuge: list.describe('people flee to the service named, or talk there: a name in it (`%`) is not what fails'),
  praise: list.describe('says that the service named (`%`) works, is better, is loved; counts where another service is named too'),
  firstHand: list.describe('words of a person who is affected: I, my, anger, laughter'),
  but: list.describe('words that open a new clause'),
  ordinary: list.describe('names of services that are ordinary words of this language, as `über` is of German'),
  plain: list.describe('names that the catalogue holds for ordinary words and that mean nothing else here, as `wa` in Indonesian'),
  local: list.describe('names that mean a service in this language alone, and elsewhere are ordinary words, as `bol` in Dutch'),
  determiner: list.describe('before an ordinary name these make it the ordinary word'),
  article: list.describe('words that open a noun, as `the` and `my` do: a noun after one that no list of complaints knows is a thing that fails itself'),
  of: list.describe('words that hang a name on the thing before it: `from` in "the diet from TikTok"'),
  power: list.describe('words of electricity: a power cut is an outage of no other service'),
  subjectFollows: z.boolean().default(false).describe('what fails is often named after the verb: "se cayó la red"'),
});
export type Lexicon = z.infer<typeof lexiconSchema>;

/** Where a list of the file begins, so that it is found: the first line, where it is none of the file's. */
const lineOf = (yaml: string, list: unknown): number => Math.max(0, yaml.split('\n').findIndex((line) => line.startsWith(`${String(list)}:`))) + 1;

/** Reads one lexicon from YAML text. Throws a LexiconError with the file's name and every problem with its line. */
export function parseLexicon(yaml: string, file = 'lexicon'): Lexicon {
  let told: unknown;
  try {
    told = load(yaml, { filename: file });
  } catch (error) {
    throw new LexiconError((error as Error).message);
  }
  const read = lexiconSchema.safeParse(told);
  if (read.success) return read.data;
  const problems = read.error.issues.map(({ path, message, ...issue }) => {
    const list = path[0] ?? (issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined);
    return `${file}:${lineOf(yaml, list)}: ${path.length === 0 ? '' : `${path.join('.')}: `}${message}`;
  });
  throw new LexiconError(problems.join('\n'));
}

/** Reads every `xx.yaml` of a folder, in the order of the names (the built-in ones by default). Start-up only. */
export function readLexicons(keep: Keep = makeAnew, folder: URL = new URL('./lexicon/', import.meta.url)): Lexicon[] {
  const files = readdirSync(folder)
    .filter((name) => /^[a-z]{2,3}\.yaml$/.test(name))
    .sort()
    .map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }));
  return keep('lexicons', files, () => files.map(({ name, text }) => parseLexicon(text, name)));
}
