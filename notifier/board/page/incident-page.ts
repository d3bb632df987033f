// An incident's page: what is known of it, how it went, what opened it, and every post that it counts.
import type { Tallied } from '../../../shared/incident.ts';
import { fact } from './telling.ts';
import { h } from './dom.ts';
import { lasted } from './incident-list.ts';
import { officialSteps, wordLine } from './official-section.ts';
import { postList } from './posts.ts';
import { shareList } from './shares.ts';
import { standingMark } from './standing-mark.ts';
import type { State } from './state.ts';
import type { Telling } from './telling.ts';
import { tiesSection } from './ties-section.ts';
import type { EvidencePage, IncidentDetail } from '../views.ts';
import { say } from './words.ts';

export function incidentPage(state: State, telling: Telling, incident: IncidentDetail): HTMLElement {
  const { words } = telling;
  const now = state.about?.now ?? incident.asOf;
  return h(
    'article',
    { class: 'incident', 'data-key': `incident-${incident.id}` },
    h('div', { class: 'head', 'data-state': incident.state },
      h('p', {}, standingMark(words, incident.state), h('code', { class: 'small dim' }, incident.id)),
      h('h1', {}, headline(incident, telling)),
      h('p', {}, h('a', { href: `/s/${encodeURIComponent(incident.service)}` }, say(words.allIncidents, incident.name))),
      incident.blind ? h('p', { class: 'small' }, words.blindIncident) : null,
      incident.learning ? h('p', { class: 'small dim' }, words.learning) : null),
    facts(incident, telling, now),
    besides(incident, telling, now),
    tiesSection(incident, telling),
    h('div', { class: 'blocks' },
      h('section', {}, h('h2', {}, words.symptoms), shareList(incident.symptoms, 5, (key) => telling.symptom(key), telling)),
      h('section', {}, h('h2', {}, words.languages), shareList(incident.languages, 8, (key) => telling.languageName(key), telling)),
      h('section', {}, h('h2', {}, words.places), shareList(incident.regions, 8, (key) => telling.placeName(key), telling), h('p', { class: 'small dim' }, words.placesNote))),
    h('div', { class: 'split' },
      h('section', { class: 'feed' }, h('h2', {}, words.allPosts), posts(state.evidence, telling, now)),
      h('div', { class: 'side' },
        h('section', {}, h('h2', {}, words.timeline), timeline(incident, telling, now)),
        h('section', {}, h('h2', {}, words.rule), rule(incident, telling, now)),
        h('section', {}, h('h2', {}, words.sources), shareList(incident.sources, 8, (key) => key, telling)))),
  );
}

function headline(incident: IncidentDetail, { words }: Telling): string {
  if (incident.state === 'retracted') return `${incident.name}: ${words.changes['retracted'] ?? ''}`;
  const standing = incident.state === 'resolved' ? 'recovered' : incident.state;
  return say(words.headlines[standing] ?? '{0}', incident.name);
}

function facts(incident: IncidentDetail, telling: Telling, now: string): HTMLElement {
  const { words } = telling;
  const [peakBefore, peakAfter] = say(words.peakValue, telling.amount(incident.peak.perMinute), '\u0000').split('\u0000');
  const at = (iso: string | null): HTMLElement | string => (iso === null ? '–' : telling.time(iso, now));
  return h(
    'dl',
    { class: 'facts' },
    fact(words.onset, at(incident.onset)),
    fact(words.opened, at(incident.openedAt)),
    fact(words.delay, telling.duration(incident.delayMs)),
    incident.confirmedAt === null ? null : fact(words.confirmedAt, at(incident.confirmedAt)),
    incident.resolvedAt === null ? null : fact(words.endedAt, at(incident.resolvedAt)),
    fact(words.duration, lasted(incident, telling, now)),
    fact(words.people, telling.number(incident.reporters)),
    fact(words.peak, peakBefore ?? '', telling.time(incident.peak.at, now), peakAfter ?? ''),
    fact(words.mentions, telling.number(incident.mentions)),
    fact(words.worksAgain, telling.number(incident.recoveries)),
    fact(words.evidenceScore, telling.amount(incident.score)),
  );
}

function timeline(incident: IncidentDetail, telling: Telling, now: string): HTMLElement {
  const { words } = telling;
  const changes = incident.timeline.map((entry) => ({
    at: entry.at,
    item: h('li', { 'data-key': entry.seq, 'data-state': entry.state },
      h('b', {}, entry.official && entry.change === 'updated' ? words.officialNews : (words.changes[entry.change] ?? entry.change)), ' ', telling.time(entry.at, now),
      h('p', { class: 'small dim' },
        `${telling.amount(entry.observed)} ${say(words.reportsIn, telling.duration(entry.windowMs))} · ${say(words.normally, telling.amount(entry.expected))} · ${say(words.peopleCount, telling.number(entry.reporters))}`)),
  }));
  const steps = [...changes, ...officialSteps(incident, telling, now)].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  return h('ol', { class: 'timeline' }, steps.map(({ item }) => item));
}

/** What is known of it from elsewhere than posts: the page's word, and what a source only counted. */
function besides({ official, tallied: counted, state, ...incident }: IncidentDetail, telling: Telling, now: string): HTMLElement | null {
  const word = state === 'retracted' ? null : official;
  if (word === null && counted === null) return null;
  return h('div', { class: 'besides' },
    word === null ? null : h('p', { class: 'word' }, wordLine(word, incident, telling, now)),
    counted === null ? null : h('p', { class: 'tallied' }, tallied(counted, telling)));
}

function tallied({ observed, expected, windowMs }: Tallied, { words, amount, duration }: Telling): string {
  return say(words.tallied, amount(observed), duration(windowMs), amount(expected));
}

function rule({ signal, settings }: IncidentDetail, telling: Telling, now: string): HTMLElement {
  const { words } = telling;
  const percent = (share: number): string => telling.number(share * 100);
  const [before, after] = say(
    words.ruleText, telling.amount(signal.observed), telling.amount(signal.expected), '\u0000', signal.rule, telling.amount(signal.jump),
    telling.amount(signal.statistic), telling.amount(signal.threshold), telling.number(signal.tail), percent(signal.share), percent(signal.expectedShare),
  ).split('\u0000');
  return h('div', {},
    h('p', { class: 'small' }, before ?? '', telling.time(signal.since, now), after ?? ''),
    h('p', { class: 'small dim' }, `${words.settingsHash} `, h('code', {}, settings), ' · ', h('a', { href: '/arithmetic' }, words.arithmetic)));
}

function posts(evidence: EvidencePage | null, telling: Telling, now: string): HTMLElement {
  const { words } = telling;
  if (evidence === null) return h('p', { class: 'dim' }, words.nothingYet);
  const [before, after] = say(words.sum, telling.number(evidence.total), telling.amount(evidence.sumOfWeights), telling.amount(evidence.score), '\u0000').split('\u0000');
  return h('div', {},
    h('p', { class: 'small dim' }, before ?? '', telling.time(evidence.asOf, now), after ?? ''),
    postList(evidence.items, telling, now),
    evidence.items.length < evidence.total ? h('button', { type: 'button', id: 'more' }, words.more) : null);
}
