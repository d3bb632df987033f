// What hold said of each incident, kept for the board: told or noted, and with which others it belongs together. Read
// from the alerts topic, whose records of different incidents come in any order.
import { alertSchema, type Group } from '../../shared/alert.ts';
import type { Ties } from './views.ts';

const unjudged: Ties = { told: null, because: 'news', parent: null, cause: null, group: null, blame: null };

interface Held {
  readonly at: number;
  readonly ties: Ties;
}

export interface TiesLog {
  /** Takes an alert's JSON; the ids of the incidents whose ties it changed. Throws on what is no alert. */
  add(alert: unknown): string[];
  of(incident: string): Ties;
}

/** A log of at most `most` incidents, the longest untouched go first. */
export function createTiesLog(most: number): TiesLog {
  const held = new Map<string, Held>();
  // By parent: a group is told of by all of its incidents, and the latest word holds for each.
  const groups = new Map<string, { at: number; group: Group }>();

  function bound(map: Map<string, unknown>): void {
    if (map.size > most) map.delete(map.keys().next().value!);
  }

  return {
    add(value) {
      const { at, told, because, parent, cause, group, blame, incident } = alertSchema.parse(value);
      const before = held.get(incident.id);
      const heard = told || before?.ties.told === true;
      // an alert that speaks for all comes at the same moment as the last of its own, or later
      if (before === undefined || at >= before.at) {
        held.delete(incident.id);
        held.set(incident.id, { at, ties: { told: heard, because: heard ? 'news' : because, parent, cause, group: null, blame: heard ? null : blame } });
        bound(held);
      }
      if (group === null) return [incident.id];
      const last = groups.get(group.parent);
      if (last === undefined || at > last.at || (at === last.at && group.size >= last.group.size)) {
        groups.delete(group.parent);
        groups.set(group.parent, { at, group });
        bound(groups);
      }
      return group.parent === incident.id ? [incident.id] : [incident.id, group.parent];
    },
    of(incident) {
      const { ties } = held.get(incident) ?? { ties: unjudged };
      return { ...ties, group: groups.get(ties.parent ?? incident)?.group ?? null };
    },
  };
}
