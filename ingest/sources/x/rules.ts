// From the catalogue to X's rules and search queries: several services share a rule, and each speaks with as many of its
// names as fit when all are in. Pure, and stable: a service more or less changes the rules around it, not all. What X says
// to the rules is rule-sync.ts's.
import type { Service } from '../../../shared/service.ts';
import { operand, termsOf, type Terms } from './terms.ts';
import { outageWords } from './words.ts';

export interface RuleBounds {
  /** Rules that may be in force. */
  readonly rules: number;
  /** Characters in one. */
  readonly ruleChars: number;
  /** Languages whose outage words are listened for (words.ts). */
  readonly languages: readonly string[];
  /** Reposts too: each costs as much as a post. */
  readonly reposts: boolean;
}

export interface XRule {
  readonly value: string;
  /** Ids of the services that it listens for. */
  readonly services: readonly string[];
}

export interface RulePlan {
  readonly rules: readonly XRule[];
  /** Ids of the services that are listened for. */
  readonly services: readonly string[];
  /** Those that are not, and why: `no-name` (only ordinary words), `no-room`. */
  readonly left: readonly { readonly service: string; readonly why: 'no-name' | 'no-room' }[];
}

interface Spoken {
  readonly id: string;
  readonly terms: Terms;
}

/** How much of a rule its outage words may take. */
const wordShare = 0.42;
const between = ' OR '.length;
/** Characters of names a service may use, from all it has to its main one. */
const depths = [700, 400, 250, 160, 110, 75, 50, 32, 20, 1] as const;

const charsOf = (terms: readonly string[]): number => terms.reduce((sum, term) => sum + term.length + between, 0);

/** The outage words of these languages in as few groups as keep within `maxChars` each, of about one length. */
function wordGroups(languages: readonly string[], maxChars: number): string[] {
  const words = [...new Set(languages.flatMap((language) => outageWords[language] ?? []))].map((word) => operand(word)!);
  const aim = Math.ceil(charsOf(words) / Math.ceil(charsOf(words) / maxChars));
  return fill(words.map((word) => ({ id: '', terms: [word] })), maxChars, aim).map((pack) => pack.terms.join(' OR '));
}

interface Pack {
  readonly ids: string[];
  readonly terms: string[];
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return value;
}

interface Item {
  readonly id: string;
  readonly terms: readonly string[];
}

/**
 * Items into packs of at most `chars`, in order. Where a full pack ends is decided by what stands in its second half, the
 * least hash there, so that an item more or less moves only the packs next to it. `aim`: a pack this long is full.
 */
function fill(items: readonly Item[], chars: number, aim = Infinity): Pack[] {
  const packs: Item[][] = [];
  let pack: Item[] = [];
  let used = 0;
  for (const item of items) {
    const more = charsOf(item.terms);
    while (pack.length > 0 && (used + more > chars + between || used >= aim)) {
      const next = pack.splice(turnOf([...pack, item], chars));
      packs.push(pack);
      pack = next;
      used = pack.reduce((sum, { terms }) => sum + charsOf(terms), 0);
    }
    pack.push(item);
    used += more;
  }
  if (pack.length > 0) packs.push(pack);
  return packs.map((one) => ({ ids: one.map(({ id }) => id), terms: one.flatMap(({ terms }) => terms) }));
}

/** Which of these items, the last of which does not fit, begins the next pack. */
function turnOf(items: readonly Item[], chars: number): number {
  let turn = items.length - 1;
  let least = hash(items[turn]!.id);
  let before = 0;
  for (const [i, { id, terms }] of items.entries()) {
    if (before > chars / 2 && hash(id) < least) {
      turn = i;
      least = hash(id);
    }
    before += charsOf(terms);
  }
  return turn;
}

/** The first of these terms that stay within `chars` together, and at least one where it fits into `most`. */
function within(terms: readonly string[], chars: number, most: number): string[] {
  const taken: string[] = [];
  let used = 0;
  for (const term of terms) {
    if (term.length + between > most) continue;
    used += term.length + between;
    if (used > (taken.length === 0 ? most : Math.min(chars, most))) break;
    taken.push(term);
  }
  return taken;
}

function rulesAt(spoken: readonly Spoken[], depth: number, bounds: RuleBounds): XRule[] {
  const ending = `${bounds.reposts ? '' : ' -is:retweet'} -is:nullcast`;
  const groups = wordGroups(bounds.languages, Math.floor(bounds.ruleChars * wordShare));
  const longest = Math.max(...groups.map((group) => group.length));
  const nameChars = bounds.ruleChars - longest - ending.length - '() ()'.length;
  const directChars = bounds.ruleChars - ending.length - '()'.length;
  const named = fill(spoken.map(({ id, terms }) => ({ id, terms: within(terms.names, depth, nameChars) })).filter(({ terms }) => terms.length > 0), nameChars);
  const direct = fill(spoken.map(({ id, terms }) => ({ id, terms: within(terms.direct, depth / 2, directChars) })).filter(({ terms }) => terms.length > 0), directChars);
  return [
    ...named.flatMap(({ ids, terms }) => groups.map((group) => ({ value: `(${terms.join(' OR ')}) (${group})${ending}`, services: ids }))),
    ...direct.map(({ ids, terms }) => ({ value: `(${terms.join(' OR ')})${ending}`, services: ids })),
  ];
}

/** The rules for these services, the first ones first where not all fit. */
export function planRules(services: readonly Service[], bounds: RuleBounds): RulePlan {
  const all = services.map((service) => ({ id: service.id, terms: termsOf(service) }));
  const spoken = all.filter(({ terms }) => terms.names.length > 0 || terms.direct.length > 0);
  const nameless = all.filter((one) => !spoken.includes(one)).map(({ id }) => ({ service: id, why: 'no-name' as const }));
  if (spoken.length === 0) return { rules: [], services: [], left: nameless };
  for (const depth of depths) {
    const rules = rulesAt(spoken, depth, bounds);
    if (rules.length <= bounds.rules) return { rules, services: spoken.map(({ id }) => id), left: nameless };
  }
  // not even the main names of all: as many of the first as do
  let [fits, over] = [0, spoken.length];
  while (over - fits > 1) {
    const middle = (fits + over) >> 1;
    if (rulesAt(spoken.slice(0, middle), depths.at(-1)!, bounds).length <= bounds.rules) fits = middle;
    else over = middle;
  }
  const taken = spoken.slice(0, fits);
  return {
    rules: fits === 0 ? [] : rulesAt(taken, depths.at(-1)!, bounds),
    services: taken.map(({ id }) => id),
    left: [...nameless, ...spoken.slice(fits).map(({ id }) => ({ service: id, why: 'no-room' as const }))],
  };
}

/** What the rules listen for as queries of recent search, which are shorter; services in their order. */
export function searchQueries(services: readonly Service[], bounds: Pick<RuleBounds, 'languages'> & { readonly queryChars: number }): XRule[] {
  const all = services.map((service) => ({ id: service.id, terms: termsOf(service) }));
  return rulesAt(all, depths[2], { rules: Infinity, ruleChars: bounds.queryChars, languages: bounds.languages, reposts: false });
}

/** One query that stands for a service: its first names beside the first outage words that fit. undefined: only ordinary words. */
export function countQuery(service: Service, bounds: Pick<RuleBounds, 'languages'> & { readonly queryChars: number }): string | undefined {
  const { names, direct } = termsOf(service);
  const half = Math.floor((bounds.queryChars - 40) / 2);
  const named = within(names, half * 0.7, half);
  const [group] = wordGroups(bounds.languages, half);
  const alone = within(direct, half * 0.3, half);
  const parts = [...(named.length === 0 || group === undefined ? [] : [`((${named.join(' OR ')}) (${group}))`]), ...alone];
  while (parts.length > 1 && parts.join(' OR ').length + 30 > bounds.queryChars) parts.pop();
  return parts.length === 0 ? undefined : `(${parts.join(' OR ')}) -is:retweet -is:nullcast`;
}
