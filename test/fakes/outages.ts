// Incidents of several services at once, as one partition or several would tell them to hold. The figures are our own.
import { decodeAlert, type Alert } from '../../shared/alert.ts';
import type { InRecord } from '../../shared/bus.ts';
import { incidentId, type IncidentChange, type IncidentEvent, type IncidentRecord } from '../../shared/incident.ts';
import type { Service } from '../../shared/service.ts';
import { partitionOf, topics } from '../../shared/topics.ts';
import { ordinalOf } from '../../notifier/alert-maker.ts';
import { createHold } from '../../notifier/hold.ts';
import { aService, anEvent, evening, minute } from './incidents.ts';

export const partitions = 4;
export const second = 1_000;

/** A service's trouble: when it begins, and when which change comes, ms after `evening`. */
export interface Trouble {
  readonly service: string;
  readonly onset: number;
  readonly changes: readonly (readonly [at: number, change: IncidentChange])[];
  readonly reporters?: number;
  /** Posts that name it alone, and others by name. */
  readonly alone?: number;
  readonly others?: Readonly<Record<string, number>>;
}

/** Cloudflare and eight services that depend on it, and thirty others that depend on something else. */
export const behindCloudflare = ['acme', 'bistro', 'courier', 'dialog', 'easel', 'forum', 'garage', 'harbour'];
export const services: readonly Service[] = [
  aService('cloudflare'),
  ...behindCloudflare.map((id) => aService(id, { dependsOn: ['cloudflare'] })),
  aService('fastly'),
  ...['news', 'press', 'radio', 'sports', 'tickets', 'uploads', 'video'].map((id) => aService(id, { dependsOn: ['fastly'] })),
  aService('bigcloud'),
  ...Array.from({ length: 30 }, (_, i) => aService(`tenant-${i}`, { dependsOn: ['bigcloud'] })),
  aService('whatsapp', { name: 'WhatsApp', dependsOn: ['meta'] }),
  aService('meta'),
  aService('telco', { tags: ['isp'] }),
  aService('spotify'),
];

/** All events of these troubles in order of time. */
export function eventsOf(troubles: readonly Trouble[]): IncidentEvent[] {
  return troubles
    .flatMap(({ service, onset, changes, reporters = 20, alone = reporters, others = {} }) => {
      const together = Object.values(others).reduce((most, n) => Math.max(most, n), 0);
      let confirmedAt: number | null = null;
      let resolvedAt: number | null = null;
      return changes.map(([after, change], i) => {
        const at = evening + after;
        if (change === 'confirmed') confirmedAt ??= at;
        resolvedAt = change === 'resolved' || change === 'retracted' ? at : null;
        return anEvent(i + 1, change, at, {
          service, id: incidentId(service, evening + onset), onset: evening + onset, openedAt: evening + changes[0]![0], confirmedAt, resolvedAt, reporters, named: { alone, together, others: { ...others } },
        });
      });
    })
    .sort((a, b) => a.at - b.at || (a.incident.service < b.incident.service ? -1 : 1));
}

/** Suspected, confirmed, easing and resolved after so many ms from `onset`. */
export function course(onset: number, ...after: readonly number[]): [number, IncidentChange][] {
  const changes: IncidentChange[] = ['suspected', 'confirmed', 'easing', 'resolved'];
  return after.map((ms, i) => [onset + ms, changes[i]!]);
}

function record(partition: number, value: IncidentRecord): InRecord {
  return { topic: topics.incidents.name, partition, offset: 0, key: 'k', value: new TextEncoder().encode(JSON.stringify(value)), headers: {} };
}

/** What each partition would hold of these events: its own, each followed by word of how far time has come. */
export function partitioned(events: readonly IncidentEvent[], everyMs = 10 * second): InRecord[][] {
  const end = Math.max(...events.map(({ at }) => at)) + 2 * 60 * minute;
  return Array.from({ length: partitions }, (_, partition) => {
    const own = events.filter(({ incident }) => partitionOf(incident.service, partitions) === partition);
    const records: InRecord[] = [];
    let next = 0;
    for (let at = evening; at <= end; at += everyMs) {
      for (; next < own.length && own[next]!.at < at; next++) records.push(record(partition, own[next]!));
      records.push(record(partition, { v: 1, kind: 'progress', at }));
    }
    return records;
  });
}

/** All alerts that hold makes of these troubles, and the reasons for which it did not tell. */
export function heldOf(troubles: readonly Trouble[]): { alerts: Alert[]; reasons: string[] } {
  return heldFrom(eventsOf(troubles));
}

/** The same from events. */
export function heldFrom(events: readonly IncidentEvent[]): { alerts: Alert[]; reasons: string[] } {
  const alerts: Alert[] = [];
  const reasons: string[] = [];
  const hold = createHold({ services, partitions, dropped: (reason) => reasons.push(reason) });
  hold.restore([]);
  hold.live([], () => {});
  const queues = partitioned(events);
  // round after round, as if all partitions were read at one pace
  for (let i = 0; queues.some((queue) => i < queue.length); i++) {
    for (const queue of queues) {
      if (queue[i] === undefined) continue;
      hold.fold(queue[i]!, (out) => {
        const decoded = decodeAlert(out.value!);
        if ('reason' in decoded) throw new Error(decoded.reason);
        alerts.push(decoded.alert);
      });
    }
  }
  return { alerts, reasons };
}

/** An alert in short: who, what, why not told, and whether it is no event of its own. */
export function line(alert: Alert): string {
  const { incident, change, told, because } = alert;
  return `${incident.service} ${change}${told ? '' : ` (${because})`}${ordinalOf(alert).extra > 0 ? ' again' : ''}`;
}
export const toldOf = (alerts: readonly Alert[]): string[] => alerts.filter(({ told }) => told).map(line);
