// The front page: troubled services first, then those with some reports, the quiet ones dimmed below; then what
// happened lately and how fresh the sources are.
import { h } from './dom.ts';
import { incidentList } from './incident-list.ts';
import { officialNote } from './official-section.ts';
import { sourceList } from './source-list.ts';
import { spark } from './spark.ts';
import { officialMark, standingMark } from './standing-mark.ts';
import type { State } from './state.ts';
import type { Telling } from './telling.ts';
import { tieNote } from './ties-section.ts';
import type { ServiceSummary } from '../views.ts';
import { say } from './words.ts';

const troubled: ReadonlySet<string> = new Set(['confirmed', 'suspected', 'easing', 'recovered']);
const reported: ReadonlySet<string | null> = new Set(['degraded', 'outage', 'maintenance']);
// A front page is for what stands out: more than this is folded away, and past maxNames only the search finds it.
const maxRows = 10;
const maxOpenNames = 150;
const maxNames = 2_000;

export function frontPage(state: State, telling: Telling): HTMLElement {
  const { words } = telling;
  const services = state.services ?? [];
  const loud = services.filter((one) => troubled.has(one.standing));
  const rest = services.filter((one) => !troubled.has(one.standing));
  const official = rest.filter((one) => reported.has(one.official));
  const active = rest.filter((one) => one.standing === 'active' && !reported.has(one.official));
  const quiet = rest.filter((one) => one.standing !== 'active' && !reported.has(one.official));
  const open = loud.some((one) => one.standing !== 'recovered');
  const blind = state.about?.blind === true;
  const searching = state.query !== '';
  return h(
    'div',
    { class: 'front', 'data-key': 'front' },
    h('div', { class: 'lead' },
      h('h1', {}, searching || state.services === null ? words.board : open ? words.troubled : blind ? words.unknownGroup : words.nothingTroubled),
      h('input', { type: 'search', id: 'search', placeholder: words.search, 'aria-label': words.search, autocomplete: 'off', spellcheck: 'false' })),
    !open && !blind && !searching && state.services !== null ? h('p', { class: 'calm' }, words.nothingTroubledMore) : null,
    loud.length === 0 ? null : h('ul', { class: 'cards', 'data-key': 'loud' }, loud.map((one) => card(one, telling, state))),
    searching && services.length === 0 ? h('p', { class: 'calm' }, words.noMatch) : null,
    official.length === 0
      ? null
      : h('section', { 'data-key': 'official', class: 'pages' },
          h('h2', {}, words.officialPages, ' ', h('small', {}, words.officialPagesNote)),
          h('ul', { class: 'rows' }, official.slice(0, maxRows).map((one) => row(one, telling))),
          folded(say(words.showMore, Math.min(official.length, maxNames) - maxRows), official.slice(maxRows, maxNames), 'rows', (one) => row(one, telling))),
    active.length === 0
      ? null
      : h('section', { 'data-key': 'active' },
          h('h2', {}, words.active),
          h('ul', { class: 'rows' }, active.slice(0, maxRows).map((one) => row(one, telling))),
          folded(say(words.showMore, Math.min(active.length, maxNames) - maxRows), active.slice(maxRows, maxNames), 'rows', (one) => row(one, telling))),
    quiet.length === 0
      ? null
      : h('section', { class: 'quiet', 'data-key': 'quiet', 'data-blind': blind },
          h('h2', {}, blind ? words.unknownGroup : words.quiet, ' ', h('small', {}, blind ? `${quiet.length}` : `${quiet.length}, ${words.quietNote}`)),
          quiet.length <= maxOpenNames
            ? h('ul', { class: 'names' }, quiet.map(name))
            : folded(say(quiet.length > maxNames ? words.showFirst : words.showAll, Math.min(quiet.length, maxNames)), quiet.slice(0, maxNames), 'names', name)),
    searching
      ? null
      : h('div', { class: 'pair', 'data-key': 'below' },
          h('section', {}, h('h2', {}, words.recentIncidents), incidentList(state.incidents.slice(0, 8), telling, state.about?.now ?? '', true)),
          h('section', {}, h('h2', {}, words.sources), sourceList(state.sources, telling, state.about))),
  );
}

/** A list that the reader can unfold; nothing when it is empty. */
function folded(summary: string, services: readonly ServiceSummary[], kind: string, item: (one: ServiceSummary) => HTMLElement): HTMLElement | null {
  if (services.length === 0) return null;
  return h('details', { class: 'folded' }, h('summary', {}, summary), h('ul', { class: kind }, services.map(item)));
}

function name(one: ServiceSummary): HTMLElement {
  return h('li', { 'data-key': one.id }, h('a', { href: `/s/${encodeURIComponent(one.id)}` }, one.name));
}

function card(one: ServiceSummary, telling: Telling, state: State): HTMLElement {
  const { words } = telling;
  return h(
    'li',
    { class: 'card', 'data-key': one.id, 'data-state': one.standing },
    h('div', { class: 'card-head' }, h('h2', {}, h('a', { href: `/s/${encodeURIComponent(one.id)}` }, one.name)), standingMark(words, one.standing)),
    h('p', { class: 'figure' }, h('b', {}, telling.number(one.reports)), ' ', say(words.reportsIn, telling.duration(one.windowMs)),
      h('span', { class: 'dim' }, ' · ', normally(one, telling))),
    spark(one.spark, one.expected === null ? null : one.expected / (one.windowMs / 60_000)),
    h('p', { class: 'small' },
      one.since === null ? null : sinceText(one, telling, state),
      one.topSymptom === null ? null : [' · ', say(words.mostly, telling.symptom(one.topSymptom))]),
    tieNote(one, telling),
    officialNote(one, telling, state.about?.now ?? one.since ?? ''),
    (one.learning && one.expected !== null) || one.blind ? h('p', { class: 'small dim' }, one.blind ? words.blindIncident : words.learning) : null,
  );
}

// The time in the middle of the sentence is an element of its own, so the sentence is put together around it.
function sinceText(one: ServiceSummary, telling: Telling, state: State): (string | HTMLElement)[] {
  const [before, after] = say(telling.words.reporters, telling.number(one.reporters ?? 0), '\u0000').split('\u0000');
  return [before ?? '', telling.time(one.since ?? '', state.about?.now ?? one.since ?? ''), after ?? ''];
}

function row(one: ServiceSummary, telling: Telling): HTMLElement {
  const { words } = telling;
  return h(
    'li',
    { 'data-key': one.id },
    h('span', { class: 'row-name' }, h('a', { href: `/s/${encodeURIComponent(one.id)}` }, one.name), reported.has(one.official) ? officialMark(words, one.official ?? '') : null),
    spark(one.spark, one.expected === null ? null : one.expected / (one.windowMs / 60_000)),
    h('span', { class: 'row-figure' }, h('b', {}, telling.number(one.reports)), ' ', say(words.reportsIn, telling.duration(one.windowMs)), h('span', { class: 'dim' }, ' · ', normally(one, telling))),
  );
}

/** What is normal in the summary's window, in words. */
export function normally(one: ServiceSummary, { words, amount }: Telling): string {
  return one.expected === null ? words.normallyUnknown : say(words.normally, amount(one.expected));
}
