// For tests of the judge: sentences of our own from lexicon/*.cases.yaml, made into mentions and judged.
// Finds names by plain comparison; the real matcher is ingest's, and the detector does not know it.
import { readFileSync, readdirSync } from 'node:fs';
import { load } from 'js-yaml';
import { z } from 'zod';
import { foldText } from '../shared/fold.ts';
import { namedBySchema, type NamedBy } from '../shared/observation.ts';
import { symptomSchema, verdictSchema } from '../shared/report.ts';
import type { Service } from '../shared/service.ts';
import type { Judge, Judged, JudgedMention } from './judge.ts';
import { reasonCodes } from './judge-reason.ts';

const caseSchema = z.strictObject({
  text: z.string(),
  service: z.string().optional().describe('the service asked about; without it the strongest of those named, or none'),
  by: namedBySchema.optional(),
  name: z.string().optional().describe('the name as matched'),
  verdict: verdictSchema,
  symptom: symptomSchema.optional(),
  reason: z.enum(reasonCodes).optional(),
});
export type Case = z.infer<typeof caseSchema>;

/** All case files of a folder: `en.cases.yaml` gives `en`. */
export function readCases(folder: URL = new URL('./lexicon/', import.meta.url)): Map<string, Case[]> {
  const files = readdirSync(folder).filter((file) => file.endsWith('.cases.yaml'));
  return new Map(
    files.toSorted().map((file) => {
      const read = z.array(caseSchema).safeParse(load(readFileSync(new URL(file, folder), 'utf8')));
      if (!read.success) throw new Error(`${file}: ${z.prettifyError(read.error)}`);
      return [file.slice(0, -'.cases.yaml'.length), read.data];
    }),
  );
}

interface Name {
  service: string;
  name: string;
  by: NamedBy;
  ordinary: boolean;
}

const denseScript = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Hangul}]/u;
const inWord = /[\p{L}\p{N}\p{M}_]/u;

export interface NameFinder {
  /** the services that a text names, the longest name first */
  namesIn(text: string): Name[];
  /** the text has a phrase that holds a name of this service and means something else */
  excludes(service: string, text: string): boolean;
}

/** Finds names by comparison with all that begin as some place of the text does. */
export function createNameFinder(services: readonly Service[]): NameFinder {
  const names: Name[] = [];
  const excluded = new Map<string, string[]>();
  for (const service of services) {
    const ordinary = new Set(service.ordinary.map(foldText));
    const add = (list: readonly string[], by: NamedBy): void => {
      for (const name of list) names.push({ service: service.id, name: foldText(name), by, ordinary: by === 'name' && ordinary.has(foldText(name)) });
    };
    add([service.name, ...service.names], 'name');
    add(service.hashtags, 'hashtag');
    add(service.handles, 'handle');
    excluded.set(service.id, service.exclude.map(foldText));
  }
  names.sort((a, b) => Number(a.by === 'name') - Number(b.by === 'name') || b.name.length - a.name.length);
  // few of many: those that begin with three characters of the text, and all that are shorter
  const byStart = Map.groupBy(names.keys(), (i) => (names[i]!.name.length < 3 ? '' : names[i]!.name.slice(0, 3)));
  const candidatesIn = (folded: string): Name[] => {
    const starts = new Set(['']);
    for (let at = 0; at + 3 <= folded.length; at++) starts.add(folded.slice(at, at + 3));
    return [...starts].flatMap((start) => byStart.get(start) ?? []).toSorted((a, b) => a - b).map((i) => names[i]!);
  };
  const excludes = (service: string, text: string): boolean => excluded.get(service)?.some((phrase) => foldText(text).includes(phrase)) === true;
  const namesIn = (text: string): Name[] => {
    let folded = foldText(text);
    const found: Name[] = [];
    for (const name of candidatesIn(folded)) {
      let at = folded.indexOf(name.name);
      if (at === -1) continue;
      for (; at !== -1; at = folded.indexOf(name.name, at + 1)) {
        const free = (c: string, edge: string): boolean => c === '' || !inWord.test(c) || denseScript.test(c) || denseScript.test(edge);
        if (!free(folded.charAt(at - 1), name.name.charAt(0)) || !free(folded.charAt(at + name.name.length), name.name.at(-1) ?? '')) continue;
        if (name.by === 'name' && name.ordinary && excludes(name.service, text)) break;
        folded = folded.slice(0, at) + '\u0001'.repeat(name.name.length) + folded.slice(at + name.name.length);
        if (!found.some((other) => other.service === name.service)) found.push({ ...name, name: name.name.replace(/^[#@]/, '') });
      }
    }
    return found;
  };
  return { namesIn, excludes };
}

/** Judges a case: about its service, else the strongest judgement of the services named, else of the text alone. */
export function judgeCase(judge: Judge, { namesIn, excludes }: NameFinder, one: Case): Judged {
  const found = namesIn(one.text);
  const mentionOf = ({ service, name, by, ordinary }: Name): JudgedMention => ({
    text: one.text,
    lang: undefined,
    service,
    by: one.by ?? by,
    name: one.name ?? name,
    ordinary: ordinary && one.by === undefined,
    others: found.filter((other) => other.service !== service).map((other) => ({ service: other.service, name: other.name })),
  });
  if (one.service !== undefined) {
    const named = found.find((name) => name.service === one.service);
    // its name is there, but within a phrase that means something else: no mention is made of it
    if (named === undefined && one.by === undefined && excludes(one.service, one.text)) return { verdict: 'none', symptom: null, reason: 'ordinary-name', weight: 0, phrases: [], lang: 'und' };
    return judge.judge(mentionOf(named ?? { service: one.service, name: one.name ?? one.service, by: 'field', ordinary: false }));
  }
  const rank = { report: 2, recovery: 1, none: 0 } as const;
  const judged = found.map((name) => judge.judge(mentionOf(name))).toSorted((a, b) => rank[b.verdict] - rank[a.verdict] || b.weight - a.weight);
  return judged[0] ?? judge.judgeText(one.text);
}
