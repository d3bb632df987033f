// From a post to its mentions: which services it names, one mention each, with the author as a keyed hash.
import type { Mention, NamedBy } from '../shared/observation.ts';
import type { Post } from '../shared/post.ts';
import type { Service } from '../shared/service.ts';
import { createAccentCheck } from './accents.ts';
import type { Matcher } from './match.ts';

export interface MentionMaker {
  /** All mentions of a post; `seq` its place in the source, `late` the watermark if it came late. Empty when it names nothing. */
  mentionsOf(post: Post, source: string, seq: number, late: number | undefined, button: boolean): Mention[];
  /** The service of an id or name, as a collector would write it. */
  serviceOf(idOrName: string): Service | undefined;
}

interface Named {
  readonly service: string;
  readonly by: NamedBy;
  readonly name: string;
  readonly ordinary: boolean;
}

/** How many services one post can count for: a list of forty names is no report about each of them. */
const maxNamed = 8;

export function createMentionMaker(
  services: readonly Service[],
  matcher: Matcher,
  anonymise: (kind: string, value: string) => string,
): MentionMaker {
  const byId = new Map(services.map((service) => [service.id, service]));
  const onlyByAccent = createAccentCheck(services);

  function serviceOf(idOrName: string): Service | undefined {
    const known = byId.get(idOrName) ?? byId.get(idOrName.toLowerCase());
    if (known !== undefined) return known;
    const hit = matcher.matchText(idOrName)[0];
    return hit === undefined ? undefined : services[hit.service];
  }

  function namedIn(post: Post, button: boolean): Named[] {
    const hits: Named[] = matcher
      .matchText(post.text)
      .filter((hit) => hit.by !== 'name' || !onlyByAccent(post.text, hit.name))
      .map((hit) => ({ service: services[hit.service]!.id, by: hit.by, name: hit.name, ordinary: hit.ordinary }));
    if (post.service === undefined) return hits;
    const told = serviceOf(post.service);
    if (told === undefined) return hits;
    const field: Named = { service: told.id, by: button ? 'button' : 'field', name: told.name.toLowerCase(), ordinary: false };
    if (button) return [field];
    return hits.some((hit) => hit.service === told.id) ? hits.map((hit) => (hit.service === told.id ? { ...hit, ordinary: false } : hit)) : [field, ...hits];
  }

  return {
    serviceOf,
    mentionsOf(post, source, seq, late, button) {
      const named = namedIn(post, button).slice(0, maxNamed);
      if (named.length === 0) return [];
      const author = anonymise(source, post.author);
      return named.map(({ service, by, name, ordinary }) => ({
        id: post.id, seq, ts: post.ts,
        ...(late === undefined ? {} : { late }),
        author, service, by, name, ordinary,
        others: named.filter((other) => other.service !== service).map((other) => ({ service: other.service, name: other.name })),
        text: post.text,
        ...(post.lang === undefined ? {} : { lang: post.lang }),
        ...(post.url === undefined ? {} : { url: post.url }),
        ...(post.repostOf === undefined ? {} : { repostOf: post.repostOf }),
        ...(post.replyTo === undefined ? {} : { replyTo: post.replyTo }),
        ...(post.region === undefined ? {} : { region: post.region }),
      }));
    },
  };
}
