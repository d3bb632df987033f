// A service's page: what reports suggest, the last 24 hours against what is normal, what people say and where, the
// posts themselves, and what was before.
import { chartSection } from './chart.ts';
import { h } from './dom.ts';
import { normally } from './front-page.ts';
import { incidentList } from './incident-list.ts';
import { officialSection } from './official-section.ts';
import { postList } from './posts.ts';
import { reportForm } from './report-form.ts';
import { shareList } from './shares.ts';
import { sourceList } from './source-list.ts';
import { standingMark } from './standing-mark.ts';
import type { State } from './state.ts';
import type { Telling } from './telling.ts';
import { tieNote } from './ties-section.ts';
import type { ServiceDetail } from '../views.ts';
import { say } from './words.ts';

// The newest few; all of them stand on the incident's page.
const maxPosts = 12;

export function servicePage(state: State, telling: Telling, service: ServiceDetail): HTMLElement {
  const { words } = telling;
  const now = state.about?.now ?? service.buckets.at(-1)?.start ?? '';
  return h(
    'article',
    { class: 'service', 'data-key': `service-${service.id}` },
    h('div', { class: 'heads' }, head(service, telling, now), officialSection(service, telling, now)),
    chartSection(service, telling, state.span),
    h('div', { class: 'blocks' },
      h('section', {}, h('h2', {}, words.symptoms, ' ', over(service, telling)), shareList(service.symptoms, 3, (key) => telling.symptom(key), telling)),
      h('section', {}, h('h2', {}, words.languages, ' ', over(service, telling)), shareList(service.languages, 6, (key) => telling.languageName(key), telling)),
      h('section', {}, h('h2', {}, words.places),
        service.regions.length === 0 ? h('p', { class: 'dim' }, words.noPlaces) : shareList(service.regions, 6, (key) => telling.placeName(key), telling),
        h('p', { class: 'small dim' }, words.placesNote))),
    h('div', { class: 'split' },
      h('section', { class: 'feed' },
        h('h2', {}, words.posts),
        h('p', { class: 'small dim' }, service.evidence.length === 0 ? words.postsNone : say(words.postsNote, Math.min(maxPosts, service.evidence.length), telling.number(service.evidenceTotal))),
        postList(service.evidence.slice(0, maxPosts), telling, now),
        service.incident === null ? null : h('p', {}, h('a', { href: `/i/${encodeURIComponent(service.incident)}` }, words.allPosts))),
      h('div', { class: 'side' },
        reportForm(state, telling, service),
        h('section', {}, h('h2', {}, words.history), incidentList(service.incidents, telling, now, false)),
        h('section', {}, h('h2', {}, words.sources), sourceList(state.sources, telling, state.about)))),
  );
}

function head(service: ServiceDetail, telling: Telling, now: string): HTMLElement {
  const { words } = telling;
  return h(
    'div',
    { class: 'head', 'data-state': service.standing },
    h('p', {}, standingMark(words, service.standing), service.tags.length === 0 ? null : h('span', { class: 'small dim' }, service.tags.join(', '))),
    h('h1', {}, say(words.headlines[service.standing] ?? '{0}', service.name)),
    h('p', { class: 'figure' }, h('b', {}, telling.number(service.reports)), ' ', say(words.reportsIn, telling.duration(service.windowMs)),
      h('span', { class: 'dim' }, ' · ', normally(service, telling)),
      service.since === null ? null : [' · ', ...around(say(words.reporters, telling.number(service.reporters ?? 0), '\u0000'), telling.time(service.since, now))]),
    tieNote(service, telling),
    service.blind && service.incident !== null ? h('p', { class: 'small' }, words.blindIncident) : null,
    service.learning && service.expected !== null ? h('p', { class: 'small dim' }, words.learning) : null,
  );
}

function around(sentence: string, middle: HTMLElement): (string | HTMLElement)[] {
  const [before, after] = sentence.split('\u0000');
  return [before ?? '', middle, after ?? ''];
}

function over(service: ServiceDetail, { words }: Telling): HTMLElement {
  return h('small', {}, service.sharesOver.kind === 'incident' ? words.sinceOnset : words.overDay);
}
