// What incidents have to do with each other, judged by what they state: a shared cause, being named in the same posts,
// blame. Pure decisions over incidents; who is told what follows from them elsewhere (grouping.ts).
import type { Blame, Cause } from '../shared/alert.ts';
import type { Incident } from '../shared/incident.ts';
import type { Dependencies } from './dependencies.ts';

const minuteMs = 60_000;
const yearMinutes = 525_600;

/** Incidents that only a cause without an incident of its own ties together must begin within this. */
export const togetherWithinMs = 10 * minuteMs;

// One incident a month and service is what a busy status page shows. At that rate incidents of services that share a
// cause by chance alone may pass for one outage once in ten years and cause.
const incidentsPerYear = 12;
const coincidencesPerYear = 0.1;

const fewestPosts = 3;
const likelyShare = 0.1;
const togetherShare = 0.3;
const blamedShare = 0.5;
const echoShare = 1 / 3;
const echoAfterMs = minuteMs;
const mutualShare = 0.25;
// Of the few posts with which an incident opens one in eight is enough to wait for more.
const doubtShare = 1 / 8;

/** What a decision needs of an incident. */
export type Suspect = Pick<Incident, 'id' | 'service' | 'onset' | 'openedAt' | 'reporters' | 'named'>;

/** An incident's counted posts, as far as it is known whom they name. */
function postsOf({ named, reporters }: Suspect): number {
  return named === undefined ? reporters : named.alone + named.together;
}

function namingOf({ named }: Suspect, service: string): number {
  return named !== undefined && Object.hasOwn(named.others, service) ? named.others[service]! : 0;
}

function share(one: Suspect, service: string): number {
  const naming = namingOf(one, service);
  return naming < fewestPosts ? 0 : naming / Math.max(1, postsOf(one));
}

/**
 * Whether `failing` of `dependents` services that share a cause and begin within ten minutes are more than chance: such
 * a coincidence is to be expected less than 0.1 times a year. Two of 6, three of 40, four of 100. Poisson.
 */
export function moreThanChance(failing: number, dependents: number): boolean {
  if (failing < 2) return false;
  const mean = ((dependents - 1) * incidentsPerYear * (togetherWithinMs / minuteMs)) / yearMinutes;
  let below = 0;
  let term = Math.exp(-mean);
  for (let others = 0; others < failing - 1; others++) {
    below += term;
    term *= mean / (others + 1);
  }
  return dependents * incidentsPerYear * Math.max(0, 1 - below) < coincidencesPerYear;
}

/** What one cause has for it among these incidents. */
export function weighCause(service: string, incidents: readonly Suspect[], dependencies: Dependencies): Omit<Cause, 'name' | 'certainty'> & { readonly likely: boolean; readonly enough: boolean } {
  const below = incidents.filter((one) => one.service !== service && dependencies.above(one.service).has(service));
  const failing = new Set(below.map((one) => one.service)).size;
  const dependents = Math.max(failing, dependencies.dependents(service));
  const naming = below.reduce((sum, one) => sum + namingOf(one, service), 0);
  const posts = below.reduce((sum, one) => sum + postsOf(one), 0);
  const incident = incidents.find((one) => one.service === service)?.id ?? null;
  const likely = failing > 0 && (incident !== null || (naming >= fewestPosts && naming >= likelyShare * posts));
  return { service, incident, failing, dependents, naming, posts, likely, enough: moreThanChance(failing, dependents) };
}

/**
 * The likeliest cause of these incidents, or null. Likely is one that the crowd speaks of: it has an incident here, or
 * three posts and a tenth of all name it. Possible is one on which too many of them depend for chance. What explains
 * more of them comes first, then what is likely, then what fewer depend on.
 */
export function causeOf(incidents: readonly Suspect[], dependencies: Dependencies): Omit<Cause, 'name'> | null {
  const candidates = new Set(incidents.flatMap(({ service }) => [...dependencies.above(service)]));
  const weighed = [...candidates].map((service) => weighCause(service, incidents, dependencies)).filter(({ likely, enough }) => likely || enough);
  const explained = (one: (typeof weighed)[number]): number => one.failing + Number(one.incident !== null);
  weighed.sort(
    (a, b) =>
      explained(b) - explained(a) || Number(b.likely) - Number(a.likely) || Number(b.incident !== null) - Number(a.incident !== null) ||
      b.naming - a.naming || a.dependents - b.dependents || (a.service < b.service ? -1 : 1),
  );
  const [first] = weighed;
  if (first === undefined) return null;
  const { likely, enough: _, ...cause } = first;
  return { ...cause, certainty: likely ? 'likely' : 'possibly' };
}

/** Two incidents begin, or are noticed, within so many ms of each other. */
export function within(ms: number, a: Suspect, b: Suspect): boolean {
  return Math.min(Math.abs(a.onset - b.onset), Math.abs(a.openedAt - b.openedAt)) <= ms;
}

/** The posts of one of two incidents often name the other: three of them and three in ten. */
export function namedTogether(a: Suspect, b: Suspect): boolean {
  return a.service !== b.service && (share(a, b.service) >= togetherShare || share(b, a.service) >= togetherShare);
}

/** Judged on many posts, or only to be doubted on the few with which an incident opens. */
export type Certainty = 'sure' | 'doubt';

/**
 * The incident on which this one is blamed, or null. Half of its posts name the other service too (a third where it
 * was noticed a minute later), the other's posts hardly name this one, the other was noticed first and is as large if
 * that was only a moment before, and neither depends on the other. For a doubt one post in eight will do, where the other
 * was noticed a minute before.
 */
export function blameOf(one: Suspect, others: readonly Suspect[], dependencies: Dependencies, certainty: Certainty = 'sure'): Omit<Blame, 'name'> | null {
  const larger = others.filter((other) => {
    if (other.service === one.service || dependencies.direct(one.service, other.service)) return false;
    // an onset is an estimate, and of a few reports a poor one: who was noticed first is known
    const later = one.openedAt - other.openedAt;
    if (later < 0 || (later < echoAfterMs && other.reporters < one.reporters)) return false;
    if (share(other, one.service) >= mutualShare) return false;
    if (certainty === 'doubt') return later >= echoAfterMs && namingOf(one, other.service) >= doubtShare * Math.max(1, postsOf(one));
    return share(one, other.service) >= (later >= echoAfterMs ? echoShare : blamedShare);
  });
  const [first] = larger.toSorted((a, b) => namingOf(one, b.service) - namingOf(one, a.service) || (a.id < b.id ? -1 : 1));
  return first === undefined ? null : { service: first.service, incident: first.id, naming: namingOf(one, first.service), posts: postsOf(one) };
}
