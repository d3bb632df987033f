// Reads posts as the product does: the matcher names services, the judge judges each mention. For the evaluation of
// judging; counts nothing.
import { readFileSync } from 'node:fs';
import { createJudge, type Judge, type Judged } from '../../detector/judge.ts';
import { readLexicons } from '../../detector/lexicon.ts';
import { createMatcher } from '../../ingest/match.ts';
import { createMentionMaker } from '../../ingest/mentions.ts';
import { catalogPath, parseCatalog } from '../../shared/catalog/catalog.ts';
import type { Post } from '../../shared/post.ts';
import type { Service } from '../../shared/service.ts';

export interface ReadPost {
  readonly text: string;
  readonly lang?: string | undefined;
  readonly service?: string | undefined;
}

export interface Reading {
  readonly services: readonly Service[];
  readonly judge: Judge;
  readonly languages: ReadonlySet<string>;
  /** The judgement of each mention, by service: what the detector would count. */
  mentions(post: ReadPost): Map<string, Judged>;
  /** What `outcry judge` answers: the strongest mention speaks for the post; without one the text alone is judged. */
  verdict(post: ReadPost): Judged;
}

const rank = { report: 2, recovery: 1, none: 0 } as const;

/** The services of the built-in catalogue. */
export function readCatalog(): readonly Service[] {
  const parsed = parseCatalog(readFileSync(catalogPath, 'utf8'));
  if (!('services' in parsed)) throw new Error('the catalogue is broken');
  return parsed.services;
}

/** The chain over the built-in catalogue and lexicons. A second, once. */
export function createReading(): Reading {
  const services = readCatalog();
  const lexicons = readLexicons();
  const judge = createJudge(lexicons, services);
  const maker = createMentionMaker(services, createMatcher(services), (_kind, value) => value);

  function mentions({ text, lang, service }: ReadPost): Map<string, Judged> {
    const post: Post = { id: 'post', ts: 0, author: 'somebody', text, ...(lang === undefined ? {} : { lang }), ...(service === undefined ? {} : { service }) };
    return new Map(maker.mentionsOf(post, 'eval', 0, undefined, false).map((mention) => [mention.service, judge.judge(mention)]));
  }

  return {
    services, judge, mentions,
    languages: new Set(lexicons.map(({ lang }) => lang).filter((lang) => lang !== 'any')),
    verdict(post) {
      const judged = [...mentions(post).values()].toSorted((a, b) => rank[b.verdict] - rank[a.verdict] || b.weight - a.weight);
      return judged[0] ?? judge.judgeText(post.text, post.lang);
    },
  };
}
