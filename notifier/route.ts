// Route: which channels hear of an alert, and why. Pure. It sends nothing and remembers nothing.
import { z } from 'zod';
import { stateTold, type Alert, type Member } from '../shared/alert.ts';
import { incidentChangeSchema, incidentStateSchema } from '../shared/incident.ts';

export const routeSchema = z.strictObject({
  name: z.string().min(1).max(80).optional().describe('shown where a delivery says why it was made; else the route goes by its number'),
  services: z.array(z.string()).min(1).optional().describe('ids of services; without it, all'),
  tags: z.array(z.string()).min(1).optional().describe('a service with any of these tags; without it, all'),
  changes: z.array(incidentChangeSchema).min(1).optional().describe('what happened: suspected, confirmed, updated, easing, relapsed, resolved, reopened, retracted; without it, all'),
  states: z.array(incidentStateSchema).min(1).optional().describe('state of the incident after it; without it, all'),
  to: z.array(z.string()).min(1).describe('names of channels'),
});
export type Route = z.output<typeof routeSchema>;

export interface Routed {
  readonly channel: string;
  /** The first route that chose the channel, for people. */
  readonly because: string;
}

function wantsService(route: Route, service: { readonly id: string; readonly tags: readonly string[] }): boolean {
  if (route.services !== undefined && !route.services.includes(service.id)) return false;
  return route.tags === undefined || route.tags.some((tag) => service.tags.includes(tag));
}

function wants(route: Route, alert: Alert): boolean {
  const { service, change } = alert;
  if (!wantsService(route, service)) return false;
  // Text that its author took back must go wherever it may have been told, whatever a route asks for.
  if (change === 'erased') return true;
  if (route.changes !== undefined && !route.changes.includes(change)) return false;
  return route.states === undefined || route.states.includes(stateTold(alert));
}

/**
 * The members of a group before this alert's incident: a channel that wants one of them hears of the group through the
 * first such. Null where the alert speaks for itself.
 */
function elders(alert: Alert): readonly Member[] | null {
  if (alert.because !== 'linked' || alert.group === null) return null;
  const { members } = alert.group;
  const own = members.findIndex(({ incident }) => incident === alert.incident.id);
  return own < 0 ? members : members.slice(0, own);
}

/**
 * The channels that an alert goes to, each once, in the order of `channels` (all configured names). The conditions of a
 * route all have to hold; every route that matches adds its channels. Without any route each channel gets everything.
 * What is not told goes nowhere, with one exception: an incident that is linked goes to a channel whose routes want
 * none of those that were in its group before. None at all has a reason: `no-route`, or why it is not told.
 */
export function routeAlert(alert: Alert, routes: readonly Route[], channels: readonly string[]): { to: Routed[] } | { reason: string } {
  const before = elders(alert);
  if (!alert.told && (before === null || routes.length === 0)) return { reason: alert.because };
  if (routes.length === 0) return channels.length === 0 ? { reason: 'no-channel' } : { to: channels.map((channel) => ({ channel, because: 'no routes: every channel' })) };
  const matching = routes.map((route, i) => ({ route, label: route.name ?? `route ${i + 1}` })).filter(({ route }) => wants(route, alert));
  const hearsElder = (channel: string): boolean =>
    (before ?? []).some(({ service, tags }) => routes.some((route) => route.to.includes(channel) && wantsService(route, { id: service, tags })));
  const to = channels.flatMap((channel) => {
    const first = matching.find(({ route }) => route.to.includes(channel));
    return first === undefined || hearsElder(channel) ? [] : [{ channel, because: first.label }];
  });
  if (to.length > 0) return { to };
  return { reason: alert.told ? 'no-route' : alert.because };
}
