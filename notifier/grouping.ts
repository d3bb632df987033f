// Grouping: which incidents belong together, who of them speaks for the others, who is only blamed. A pure state machine
// over incident events in hold's order; it decides what is told and why, and formats nothing.
import type { Because, Blame } from '../shared/alert.ts';
import type { IncidentChange, IncidentEvent, IncidentState } from '../shared/incident.ts';
import type { Dependencies } from './dependencies.ts';
import { changeBetween, isActive, isOver, standingOf } from './group-state.ts';
import { blameOf, causeOf, namedTogether, togetherWithinMs, weighCause, within } from './shared-cause.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** The second of two incidents whose dependencies hint at one cause waits so long for a third. Nothing else ever waits. */
export const waitMs = minuteMs;
const joinWithinMs = 30 * minuteMs;
/** A blamed incident that goes on so long after what it was blamed on stands on its own. */
const outliveMs = 10 * minuteMs;
/** One that is doubted when it opens is told after this if nothing more is heard: its confirmation usually comes sooner. */
export const doubtMs = 4 * minuteMs;
// The longest in which an incident may reopen, and when one is forgotten whatever its state says.
const reopenMs = 72 * hourMs;
const forgetMs = 90 * 24 * hourMs;

/** told: it speaks for itself, and for its group if it is the parent. linked: its parent speaks. */
type Voice = 'waiting' | 'told' | 'linked' | 'blamed';

interface Known {
  /** Its latest. */
  event: IncidentEvent;
  voice: Voice;
  /** Its latest event has not been ruled on. */
  pending: boolean;
  /** Something of it has been told. */
  heard: boolean;
  /** The parent's incident, also of the parent itself; null without a group. */
  parent: string | null;
  blame: Omit<Blame, 'name'> | null;
  /** ms, event time: past it, it is told whatever comes. */
  until: number | null;
  /** How many alerts it got that are no event of its own. */
  extra: number;
}

/** By parent: members in the order in which they joined, and the state last told of all. */
interface Band {
  readonly members: string[];
  standing: IncidentState;
}

/** What is to be said of an event. `extra`: its number among alerts of the incident that are no event of its own, else null. */
export interface Ruling {
  readonly event: IncidentEvent;
  readonly change: IncidentChange;
  /** ms, event time. */
  readonly at: number;
  readonly extra: number | null;
  readonly told: boolean;
  readonly because: Because;
  readonly blame: Omit<Blame, 'name'> | null;
  readonly group: { readonly parent: string; readonly state: IncidentState; readonly members: readonly { readonly event: IncidentEvent; readonly told: boolean }[] } | null;
}

export interface SavedGrouping {
  readonly known: readonly Known[];
  readonly bands: readonly (readonly [parent: string, band: Band])[];
}

export interface Grouping {
  /** Takes the next event; `at` is its place in hold's order, ms, and never goes back. */
  take(event: IncidentEvent, at: number): Ruling[];
  /** Event time has come to `at`, ms: what waited long enough. */
  pass(at: number): Ruling[];
  /** How many alerts that are no event of its own an incident got. */
  extras(incident: string): number;
  /** Whether its latest event still waits to be ruled on. */
  waits(incident: string): boolean;
  save(): SavedGrouping;
}

/** A grouping that knows nothing yet, or as `save` left it. */
export function createGrouping(dependencies: Dependencies, saved: SavedGrouping = { known: [], bands: [] }): Grouping {
  const { known: before, bands: bandsBefore } = structuredClone(saved) as { known: Known[]; bands: [string, Band][] };
  const known = new Map(before.map((one) => [one.event.incident.id, one]));
  const bands = new Map(bandsBefore);
  let rulings: Ruling[] = [];

  const idOf = (one: Known): string => one.event.incident.id;
  const stateOf = (one: Known): IncidentState => one.event.incident.state;
  const membersOf = (parent: string): Known[] => bands.get(parent)!.members.map((id) => known.get(id)!);
  const incidentsOf = (some: readonly Known[]) => some.map(({ event }) => event.incident);

  function rule(one: Known, told: boolean, because: Because, more: { change: IncidentChange; at: number } | null = null): void {
    const { event, parent, blame } = one;
    const group = parent === null ? null : { parent, state: bands.get(parent)!.standing, members: membersOf(parent).map((member) => ({ event: member.event, told: member.voice === 'told' })) };
    if (told) one.heard = true;
    rulings.push({ event, change: more?.change ?? event.change, at: more?.at ?? event.at, extra: more === null ? null : ++one.extra, told, because, blame, group });
  }

  /** Rules on what is pending of an incident that has its place; one that is told for the first time is told in any case. */
  function speak(one: Known, at: number): void {
    if (one.voice === 'waiting') return;
    const told = one.voice === 'told';
    if (one.pending) rule(one, told, one.voice === 'told' ? 'news' : one.voice);
    else if (told && !one.heard) rule(one, true, 'news', { change: stateOf(one) === 'confirmed' ? 'confirmed' : 'suspected', at });
    one.pending = false;
  }

  /** Brings the state of a group up to date; the change if that is news. */
  function restate(parent: string): IncidentChange | null {
    const band = bands.get(parent)!;
    const standing = standingOf(incidentsOf(membersOf(parent).filter((one) => one.voice === 'linked' || idOf(one) === parent)));
    const change = changeBetween(band.standing, standing);
    band.standing = standing;
    return change;
  }

  /** Active incidents that speak or are spoken for, near enough in time to belong to this one. */
  function near(one: Known): Known[] {
    return [...known.values()].filter((other) => other !== one && other.voice !== 'blamed' && isActive(stateOf(other)) && within(joinWithinMs, one.event.incident, other.event.incident));
  }

  /** Those with which an incident has a cause in common; `hint`: there may be one, but chance would do as well. */
  function related(one: Known): { found: Known[]; hint: boolean } {
    const { incident } = one.event;
    const { service } = incident;
    const others = near(one);
    const direct = others.filter((other) => dependencies.direct(service, other.event.incident.service));
    const ofBands = others.filter(({ parent }) => {
      const cause = parent === null ? null : causeOf(incidentsOf(membersOf(parent)), dependencies);
      return cause !== null && dependencies.above(service).has(cause.service);
    });
    if (direct.length + ofBands.length > 0) return { found: [...new Set([...direct, ...ofBands])], hint: false };
    const together = others.filter((other) => within(togetherWithinMs, incident, other.event.incident));
    let best: { found: Known[]; failing: number; dependents: number } | null = null;
    let hint = false;
    for (const cause of dependencies.above(service)) {
      const found = together.filter((other) => dependencies.above(other.event.incident.service).has(cause));
      if (cause === service || found.length === 0) continue;
      const { enough, likely, failing, dependents } = weighCause(cause, incidentsOf([one, ...found]), dependencies);
      if (failing < 2) continue;
      hint = true;
      if ((enough || likely) && (best === null || failing > best.failing || (failing === best.failing && dependents < best.dependents))) best = { found, failing, dependents };
    }
    return { found: best?.found ?? [], hint };
  }

  /** When an incident ended, ms: what is heard of it later, a word of its status page or a post taken back, makes it no younger. */
  const endedAt = ({ event }: Known): number => event.incident.resolvedAt ?? event.at;

  /** Those on which an incident may be blamed: what is open, and what ended a moment ago. */
  function culprits(one: Known, at: number) {
    return incidentsOf([...known.values()].filter((other) => other !== one && other.voice !== 'blamed' && (!isOver(stateOf(other)) || at - endedAt(other) < outliveMs)));
  }

  /** Until when blame holds, ms: as long as what it falls on is open, and a while after. */
  function standsUntil({ incident }: Omit<Blame, 'name'>): number | null {
    const other = known.get(incident);
    return other !== undefined && isOver(stateOf(other)) ? endedAt(other) + outliveMs : null;
  }

  /** Finds its place for an incident that has none, and says what follows. */
  function place(one: Known, at: number, mayBeBlamed: boolean): void {
    const { found, hint } = related(one);
    if (found.length > 0) return link(one, found, at);
    const { incident } = one.event;
    const blame = mayBeBlamed ? blameOf(incident, culprits(one, at), dependencies) : null;
    const named = blame === null ? near(one).filter((other) => namedTogether(incident, other.event.incident)) : [];
    if (named.length > 0) return link(one, named, at);
    const doubt = mayBeBlamed && blame === null ? blameOf(incident, culprits(one, at), dependencies, 'doubt') : null;
    one.blame = blame ?? doubt;
    one.voice = one.blame !== null ? 'blamed' : hint ? 'waiting' : 'told';
    one.until = blame !== null ? standsUntil(blame) : doubt !== null ? at + doubtMs : hint ? at + waitMs : null;
    speak(one, at);
  }

  /** Puts an incident into the eldest group of its relatives, or founds one with them. */
  function link(one: Known, relatives: readonly Known[], at: number): void {
    const elders = relatives.toSorted((a, b) => a.event.incident.openedAt - b.event.incident.openedAt || (idOf(a) < idOf(b) ? -1 : 1));
    const free = [...elders.filter(({ parent }) => parent === null), one];
    let parent = [...bands.keys()].find((id) => relatives.some((other) => other.parent === id));
    if (parent === undefined) {
      const cause = causeOf(incidentsOf(free), dependencies)?.incident;
      const head = free.find((other) => other !== one && other.voice === 'told') ?? free.find((other) => idOf(other) === cause) ?? free[0]!;
      parent = idOf(head);
      bands.set(parent, { members: [parent], standing: stateOf(head) });
      head.voice = 'told';
    }
    for (const other of free) {
      if (idOf(other) !== parent) {
        bands.get(parent)!.members.push(idOf(other));
        if (other === one || other.voice !== 'told') other.voice = 'linked';
      }
      Object.assign(other, { parent, until: null, blame: null });
    }
    const head = known.get(parent)!;
    const spoke = head.pending || !head.heard;
    const change = restate(parent);
    speak(head, at);
    for (const other of free) speak(other, at);
    if (change !== null && !spoke) rule(head, true, 'news', { change, at });
  }

  /** A further event of a parent: told if it is what changes for all. */
  function followParent(one: Known, at: number): void {
    const own = one.event.change;
    const change = restate(idOf(one));
    one.pending = false;
    if (own === change || own === 'updated' || own === 'erased') rule(one, true, 'news');
    else rule(one, false, change === null && !isActive(stateOf(one)) ? 'linked-go-on' : 'told-already');
    if (change !== null && change !== own) rule(one, true, 'news', { change, at });
  }

  function follow(one: Known, at: number): void {
    if (one.parent === idOf(one)) return followParent(one, at);
    if (one.voice === 'blamed') {
      const blame = isActive(stateOf(one)) && one.event.change !== 'erased' ? blameOf(one.event.incident, culprits(one, at), dependencies) : one.blame;
      if (blame === null) return place(one, at, false);
      if (blame !== one.blame) one.until = standsUntil(blame);
      one.blame = blame;
    }
    const change = one.voice === 'linked' ? restate(one.parent!) : null;
    speak(one, at);
    if (change !== null) rule(known.get(one.parent!)!, true, 'news', { change, at });
  }

  /** Of those whose time is over at `at`, the one whose was first. */
  function firstDue(at: number): { one: Known; due: number } | null {
    let first: { one: Known; due: number } | null = null;
    for (const one of known.values()) {
      const due = one.until;
      if (due === null || due >= at) continue;
      if (first === null || due < first.due || (due === first.due && idOf(one) < idOf(first.one))) first = { one, due };
    }
    return first;
  }

  function pass(at: number): void {
    for (let next = firstDue(at); next !== null; next = firstDue(at)) {
      const { one: first, due } = next;
      first.until = null;
      if (first.voice === 'waiting') {
        first.voice = 'told';
        speak(first, due);
      } else if (first.voice === 'blamed' && isActive(stateOf(first))) place(first, due, false);
    }
  }

  /** Those blamed on an incident that is over have a while to end with it. */
  function outlive(over: Known): void {
    for (const one of known.values()) if (one.voice === 'blamed' && one.blame?.incident === idOf(over)) one.until = standsUntil(one.blame);
  }

  function take(event: IncidentEvent, at: number): void {
    const id = event.incident.id;
    const one = known.get(id) ?? { event, voice: 'told', pending: false, heard: false, parent: null, blame: null, until: null, extra: 0 };
    const isNew = !known.has(id);
    known.set(id, one);
    if (one.voice === 'waiting') {
      // it goes on: what it opened with is told first
      one.voice = 'told';
      one.until = null;
      speak(one, at);
    }
    one.event = event;
    one.pending = true;
    if (isNew && event.change === 'suspected') place(one, at, true);
    else follow(one, at);
    if (isOver(stateOf(one))) outlive(one);
    forget(at);
  }

  function forget(at: number): void {
    const isOld = (one: Known, ms: number): boolean => at - one.event.at > (isOver(stateOf(one)) ? ms : forgetMs);
    for (const [id, one] of known) if (one.parent === null && isOld(one, one.voice === 'blamed' ? reopenMs : outliveMs)) known.delete(id);
    for (const [parent, { members }] of bands) {
      if (!membersOf(parent).every((one) => isOld(one, reopenMs))) continue;
      for (const id of members) known.delete(id);
      bands.delete(parent);
    }
  }

  function gather(step: () => void): Ruling[] {
    rulings = [];
    step();
    return rulings;
  }

  return {
    take: (event, at) =>
      gather(() => {
        pass(at);
        take(event, at);
      }),
    pass: (at) => gather(() => pass(at)),
    extras: (incident) => known.get(incident)?.extra ?? 0,
    waits: (incident) => known.get(incident)?.pending ?? false,
    save: () => ({ known: [...known.values()], bands: [...bands] }),
  };
}
