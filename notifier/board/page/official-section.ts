// What the service's own status page says, beside what people say: its events, and the clock of its silence. The page's
// words are a stranger's and stay words; where it can't be read nothing is said of the service.
import type { IncidentDetail, IncidentView, OfficialEventView, OfficialView, ServiceDetail, ServiceSummary, WordView } from '../views.ts';
import { h, outsideLink, type Child } from './dom.ts';
import { officialMark } from './standing-mark.ts';
import type { Telling } from './telling.ts';
import { say } from './words.ts';

// Under half a minute nobody can say who was first.
const atOnceMs = 30_000;

/** The part of an incident that its page's clock runs against. */
type Clocked = Pick<IncidentView, 'onset' | 'resolvedAt'>;

function silence({ onset, resolvedAt }: Clocked, { words, duration }: Telling, now: string): string {
  if (resolvedAt !== null) return say(words.officialSilentThroughout, duration(Date.parse(resolvedAt) - Date.parse(onset)));
  return say(words.officialSilent, duration(Math.max(0, Date.parse(now) - Date.parse(onset))));
}

function firstWord(lagMs: number, { words, duration }: Telling): string {
  if (Math.abs(lagMs) < atOnceMs) return words.officialAtOnce;
  return lagMs < 0 ? say(words.officialAhead, duration(-lagMs)) : say(words.officialFirst, duration(lagMs));
}

function usual({ usualMs, usualOf }: Pick<WordView, 'usualMs' | 'usualOf'>, { words, duration, number }: Telling): string {
  if (usualMs === null) return say(words.officialUsuallySilent, number(usualOf));
  return usualMs < 0 ? say(words.officialUsualAhead, duration(-usualMs), number(usualOf)) : say(words.officialUsual, duration(usualMs), number(usualOf));
}

/** A sentence around a time: the time is an element of its own. */
function at(sentence: string, iso: string, telling: Telling, now: string): Child[] {
  const [before, after] = say(sentence, '\u0000').split('\u0000');
  return [before, telling.time(iso, now), after];
}

/** What the page says of an incident: `silent for 42 min · usually 35 min (median of 7)`. `now` is the board's clock. */
export function wordSentence(word: WordView, incident: Clocked, telling: Telling, now: string): Child[] {
  const { words } = telling;
  const known = word.usualOf === 0 ? null : [' · ', usual(word, telling)];
  if (word.firstAt === null) return word.state === 'unknown' ? [words.officialUnread] : [silence(incident, telling, now), known];
  return [
    firstWord(word.lagMs ?? Date.parse(word.firstAt) - Date.parse(incident.onset), telling),
    word.title === null || word.title === '' ? null : [': ', h('q', { dir: 'auto' }, word.title)],
    word.endedAt === null
      ? word.state === 'ok' ? null : ` (${words.officialStates[word.state] ?? word.state})`
      : [' · ', ...at(words.officialOver, word.endedAt, telling, now)],
    known,
  ];
}

/** The same as a line that reads alone: `Official status: silent for 42 min`. */
export function wordLine(word: WordView, incident: Clocked, telling: Telling, now: string): Child[] {
  const [before, after] = say(telling.words.officialWord, '\u0000').split('\u0000');
  return [before, wordSentence(word, incident, telling, now), after];
}

/** One line for the card of a service in trouble; null where no page is read. */
export function officialNote(one: ServiceSummary, telling: Telling, now: string): HTMLElement | null {
  if (one.officialWord === null || one.since === null) return null;
  return h('p', { class: 'small' }, wordLine(one.officialWord, { onset: one.since, resolvedAt: one.until }, telling, now));
}

/** The official block of a service's page; null where no page is read and none is known. */
export function officialSection(service: ServiceDetail, telling: Telling, now: string): HTMLElement | null {
  const { words } = telling;
  const { officialPage: page, officialWord: word } = service;
  const link = outsideLink(service.statusPage, say(words.officialLink, service.name));
  if (page === null && word === null && link === null) return null;
  const state = page?.state ?? word?.state;
  return h('section', { class: 'official', 'data-key': 'official', 'data-official': state },
    h('h2', {}, words.official),
    state === undefined ? h('p', {}, words.officialNot) : h('p', {}, officialMark(words, state)),
    word === null || service.since === null || (word.firstAt === null && state === 'unknown')
      ? null
      : h('p', { class: 'word' }, wordSentence(untitled(word, page), { onset: service.since, resolvedAt: service.until }, telling, now)),
    state === 'unknown' ? h('p', {}, words.officialUnknown) : null,
    page === null || page.events.length === 0 ? null : h('ul', { class: 'page-events' }, page.events.map((event) => eventLine(event, telling, now))),
    word === null && page !== null && page.usualOf > 0 ? h('p', { class: 'small dim' }, say(words.officialEarlier, usual(page, telling))) : null,
    link === null ? null : h('p', { class: 'small' }, link));
}

// The list of events says the title already.
function untitled(word: WordView, page: OfficialView | null): WordView {
  return page?.events.some(({ title }) => title === word.title) === true ? { ...word, title: null } : word;
}

function eventLine(event: OfficialEventView, telling: Telling, now: string): HTMLElement {
  const { words } = telling;
  const title = h('span', { dir: 'auto', class: 'event-title' }, event.title === '' ? event.event : event.title);
  const [sentence, time] = event.ended !== null
    ? [words.officialOver, event.ended]
    : [event.planned ? words.officialPlanned : words.officialSince, event.began ?? event.saidAt];
  return h('li', { 'data-key': event.event },
    h('p', {}, outsideLink(event.url, title) ?? title),
    h('p', { class: 'small dim' },
      event.ended === null ? [words.officialStates[event.state] ?? event.state, ' '] : null, ...at(sentence, time, telling, now),
      event.components.length === 0 ? null : [' · ', h('span', { dir: 'auto' }, event.components.join(', '))]));
}

export interface Step {
  /** ISO time: its place in the course of the incident. */
  readonly at: string;
  readonly item: HTMLElement;
}

/** The page's words as steps in the course of an incident; one that is silent has its clock at the end. */
export function officialSteps(incident: IncidentDetail, telling: Telling, now: string): Step[] {
  const { words } = telling;
  const word = incident.official;
  if (word === null || incident.state === 'retracted') return [];
  const step = (key: string, iso: string, title: string, time: Child, text: Child): Step => ({
    at: iso, item: h('li', { 'data-key': `official-${key}`, 'data-official': word.state }, h('b', {}, title), ' ', time, text === null ? null : h('p', { class: 'small dim' }, text)),
  });
  if (word.firstAt === null) {
    // An open silence stands at the end of the course, wherever the clock is.
    const end = incident.resolvedAt ?? (now > incident.asOf ? now : incident.asOf);
    return [step('silence', end, words.official, null, wordSentence(word, incident, telling, now))];
  }
  const said = wordSentence({ ...word, endedAt: null, state: word.endedAt === null ? word.state : 'ok' }, incident, telling, now);
  const link = outsideLink(word.url, words.officialNotice);
  const first = step('first', word.firstAt, words.officialAnswered, telling.time(word.firstAt, now), [
    said, word.components.length === 0 ? null : [' · ', h('span', { dir: 'auto' }, word.components.join(', '))], link === null ? null : [' · ', link],
  ]);
  return word.endedAt === null ? [first] : [first, step('end', word.endedAt, words.officialEnded, telling.time(word.endedAt, now), null)];
}
