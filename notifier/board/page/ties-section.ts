// What an incident has to do with others: its cause, who speaks for whom, or on what it is only blamed. Nothing for one
// that stands alone.
import type { Member } from '../../../shared/alert.ts';
import type { IncidentDetail, ServiceSummary } from '../views.ts';
import { h } from './dom.ts';
import { standingMark } from './standing-mark.ts';
import type { Telling } from './telling.ts';
import { say } from './words.ts';

export function tiesSection(incident: IncidentDetail, telling: Telling): HTMLElement | null {
  const { cause, group, parent, blame, told } = incident;
  const { words } = telling;
  const blamed = told === false ? blame : null;
  if (cause === null && group === null && blamed === null) return null;
  const others = (group?.members ?? []).filter((one) => one.incident !== incident.id && (parent === null || one.incident === parent));
  return h('section', { 'data-key': 'ties', class: 'ties' },
    h('h2', {}, words.ties),
    blamed === null ? null : h('p', {}, say(words.blamed, telling.number(blamed.naming), telling.number(blamed.posts), blamed.name)),
    cause === null ? null : h('p', {},
      say(cause.certainty === 'likely' ? words.likelyCause : words.possibleCause, cause.name, telling.number(cause.failing), telling.number(cause.dependents)),
      cause.naming === 0 ? null : [' ', say(words.causeNamed, telling.number(cause.naming), telling.number(cause.posts))]),
    others.length === 0 ? null : h('p', {}, parent === null ? words.speaksFor : words.linkedTo),
    others.length === 0 ? null : h('ul', { class: 'incidents' }, others.map((one) => memberLine(one, telling))));
}

function memberLine(one: Member, { words }: Telling): HTMLElement {
  return h('li', { 'data-key': one.incident }, h('a', { href: `/i/${encodeURIComponent(one.incident)}` }, one.name), standingMark(words, one.state));
}

/** One short line for where a service is summed up; null for one that stands alone. */
export function tieNote(service: Pick<ServiceSummary, 'tie'>, { words }: Telling): HTMLElement | null {
  if (service.tie === null) return null;
  const said = { linked: words.tieLinked, blamed: words.tieBlamed, likely: words.tieLikely, possibly: words.tiePossible };
  return h('p', { class: 'small' }, say(said[service.tie.kind], service.tie.name));
}
