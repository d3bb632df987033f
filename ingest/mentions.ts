// From a post to its mentions: which services it names, one mention each, with the author as a keyed hash.
import type { Mention, NamedBy } from '../shared/observation.ts';
import type { Post } from '../shared/post.ts';
import type { Service } from '../shared/service.ts';
import { foldText } from '../shared/fold.ts';
import { createAccentCheck } from './accents.ts';
import type { Matcher } from './match.ts';
import { createThreads } from './threads.ts';

export interface MentionMaker {
  readonly services: readonly Service[];
  /** All mentions of a post; `network` is where its author and its thread are known, `seq` its place in the source, `late` the watermark if it came late. Empty when it names nothing. */
  mentionsOf(post: Post, network: string, seq: number, late: number | undefined, button: boolean): Mention[];
  /** This mention is not read: what answers its post says nothing of the service. */
  passedOver(network: string, mention: Mention): void;
  /**
   * The service of an id, name, hashtag or handle that is the whole string, as a collector would write it; a name may
   * stand beside words that say what kind of thing it is ('acme internet'). Undefined for all else, 'not-acme' among it.
   */
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

/** A longer answer says something of its own, and would name what it is about. */
const longestReply = 120;

/** Words that a collector puts beside a name and that make no other service of it. */
const kindWords: ReadonlySet<string> = new Set(['internet', 'broadband', 'mobile', 'bank', 'app', 'service', 'network', 'wifi']);

const plain = (text: string): string => foldText(text).trim().replace(/\s+/g, ' ');

/** Services by every whole string that means them; where two share one, the first listed. */
function byWholeString(services: readonly Service[]): Map<string, Service> {
  const found = new Map<string, Service>();
  const add = (text: string, service: Service) => void (found.has(text) || found.set(text, service));
  for (const service of services) add(service.id, service);
  for (const service of services) for (const text of [service.name, ...service.names, ...service.hashtags, ...service.handles]) add(plain(text), service);
  for (const service of services) for (const name of [service.name, ...service.names]) add(`#${plain(name).replaceAll(' ', '')}`, service);
  return found;
}

function besideKindWords(whole: string, name: string): boolean {
  const at = ` ${whole} `.indexOf(` ${name} `);
  if (at === -1) return false;
  return `${whole.slice(0, at)} ${whole.slice(at + name.length)}`.split(' ').every((word) => word === '' || kindWords.has(word));
}

export function createMentionMaker(
  services: readonly Service[],
  matcher: Matcher,
  anonymise: (kind: string, value: string) => string,
): MentionMaker {
  // most posts have no field for their service
  let known: Map<string, Service> | undefined;
  const onlyByAccent = createAccentCheck(services);
  const nameById = new Map(services.map(({ id, name }) => [id, name.toLowerCase()]));
  const threads = createThreads();

  function serviceOf(idOrName: string): Service | undefined {
    const whole = plain(idOrName);
    const exact = (known ??= byWholeString(services)).get(whole);
    if (exact !== undefined) return exact;
    const hit = matcher.matchText(idOrName).find(({ by, name }) => by === 'name' && besideKindWords(whole, name));
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

  /** What a short answer is about that names nothing: what the post named that it answers. */
  function namedAbove({ replyTo, text }: Post, network: string): Named[] {
    if (replyTo === undefined || text.length > longestReply) return [];
    return threads.servicesOf(network, replyTo).map((service) => ({ service, by: 'reply', name: nameById.get(service)!, ordinary: false }));
  }

  return {
    services,
    serviceOf,
    passedOver: (network, { id, service }) => threads.forget(network, id, service),
    mentionsOf(post, network, seq, late, button) {
      const own = namedIn(post, button).slice(0, maxNamed);
      if (own.length > 0 && !button) threads.remember(network, post.id, own.map(({ service }) => service));
      const named = own.length > 0 ? own : namedAbove(post, network);
      if (named.length === 0) return [];
      const author = anonymise(network, post.author);
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
