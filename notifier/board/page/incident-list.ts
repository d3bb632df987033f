// Incidents as a list of lines: which, since when, how long, how many.
import { h } from './dom.ts';
import { standingMark } from './standing-mark.ts';
import type { Telling } from './telling.ts';
import type { IncidentView } from '../views.ts';
import { say } from './words.ts';

/** `now` is the ISO time of the board's clock; `named` says each one's service. */
export function incidentList(incidents: readonly IncidentView[], telling: Telling, now: string, named: boolean): HTMLElement {
  const { words } = telling;
  if (incidents.length === 0) return h('p', { class: 'dim' }, words.noIncidents);
  return h(
    'ul',
    { class: 'incidents' },
    incidents.map((one) =>
      h(
        'li',
        { 'data-key': one.id },
        h('a', { href: `/i/${encodeURIComponent(one.id)}` }, named ? one.name : telling.time(one.onset, now)),
        standingMark(words, one.state),
        h('span', { class: 'small dim' },
          named ? [telling.time(one.onset, now), ' · '] : null,
          lasted(one, telling, now), ' · ', say(words.peopleCount, telling.number(one.reporters))),
      ),
    ),
  );
}

/** How long an incident lasted, or has so far. */
export function lasted(one: IncidentView, telling: Telling, now: string): string {
  if (one.resolvedAt !== null) return telling.duration(Date.parse(one.resolvedAt) - Date.parse(one.onset));
  return say(telling.words.ongoing, telling.duration(Math.max(one.durationMs, Date.parse(now) - Date.parse(one.onset))));
}
