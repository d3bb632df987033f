// From what was judged of an incident's change to the alert: ids, names, words. Decides nothing.
import type { Alert } from '../shared/alert.ts';
import type { IncidentEvent } from '../shared/incident.ts';
import type { Service } from '../shared/service.ts';
import { createDependencies, type Dependencies } from './dependencies.ts';
import type { Ruling } from './grouping.ts';
import { causeOf } from './shared-cause.ts';
import { alertHeadline, alertLines } from './words-alert.ts';

// So many incidents of a group are listed; routes look through them, and 20 kB hold them.
const mostMembers = 64;

/** The id of an alert: incident and sequence number, without a dot, so that it can travel as a webhook-id. */
export function alertId(incident: string, seq: number): string {
  return `${incident}-${seq}`;
}

/** What an alert's id says after its incident: the event's sequence number, or the number of an alert without one; else 0. */
export function ordinalOf({ id, incident }: Pick<Alert, 'id' | 'incident'>): { seq: number; extra: number } {
  const [, extra, number] = /^-(g?)(\d{1,15})$/.exec(id.slice(incident.id.length)) ?? [];
  return { seq: extra === '' ? Number(number) : 0, extra: extra === 'g' ? Number(number) : 0 };
}

/** The alert that is told of an event by itself. */
export function alertOf(event: IncidentEvent, services: ReadonlyMap<string, Service>): Alert {
  const list = [...services.values()];
  return createAlertMaker(list, createDependencies(list))({ event, change: event.change, at: event.at, extra: null, told: true, because: 'news', blame: null, group: null });
}

/** Makes the alerts of rulings. A service that is in no catalogue goes by its id. */
export function createAlertMaker(list: readonly Service[], dependencies: Dependencies): (ruling: Ruling) => Alert {
  const services = new Map(list.map((service) => [service.id, service]));
  const nameOf = (id: string): string => services.get(id)?.name ?? id;

  return ({ event, change, at, extra, told, because, blame, group }) => {
    const { incident, seq, settings } = event;
    const service = services.get(incident.service);
    const cause = blame === null ? causeOf(group === null ? [incident] : group.members.map((member) => member.event.incident), dependencies) : null;
    const wordless: Alert = {
      v: 1,
      id: extra === null ? alertId(incident.id, seq) : `${incident.id}-g${extra}`,
      change,
      at,
      service: { id: incident.service, name: nameOf(incident.service), tags: service?.tags ?? [], statusPage: service?.statusPage ?? null },
      headline: '',
      summary: '',
      delayMs: at - incident.onset,
      settings,
      told,
      because,
      parent: group === null || group.parent === incident.id ? null : group.parent,
      cause: cause === null ? null : { name: nameOf(cause.service), ...cause },
      group: group === null ? null : {
        parent: group.parent,
        state: group.state,
        size: group.members.length,
        members: group.members.slice(0, mostMembers).map((member) => ({
          incident: member.event.incident.id, service: member.event.incident.service, name: nameOf(member.event.incident.service),
          tags: services.get(member.event.incident.service)?.tags ?? [], state: member.event.incident.state, told: member.told,
        })),
      },
      blame: blame === null ? null : { name: nameOf(blame.service), ...blame },
      incident,
    };
    return { ...wordless, headline: alertHeadline(wordless), summary: alertLines(wordless, 'UTC').join(' ') };
  };
}
