// How a group of incidents stands as a whole, and what of that is news. Pure arithmetic over states.
import type { Incident, IncidentChange, IncidentState } from '../shared/incident.ts';

export function isActive(state: IncidentState): boolean {
  return state === 'suspected' || state === 'confirmed';
}

export function isOver(state: IncidentState): boolean {
  return state === 'resolved' || state === 'retracted';
}

/** The state of all together: active as long as one is, confirmed once one was, over when all are. */
export function standingOf(incidents: readonly Pick<Incident, 'state' | 'confirmedAt'>[]): IncidentState {
  const states = incidents.map(({ state }) => state);
  if (states.some(isActive)) return incidents.some(({ confirmedAt }) => confirmedAt !== null) ? 'confirmed' : 'suspected';
  if (states.includes('easing')) return 'easing';
  return states.includes('resolved') ? 'resolved' : 'retracted';
}

/** What to call it when a group's state goes from one to the other; null where it stays. */
export function changeBetween(from: IncidentState, to: IncidentState): IncidentChange | null {
  if (from === to) return null;
  if (!isActive(to)) return to;
  if (isOver(from)) return 'reopened';
  return from === 'easing' ? 'relapsed' : to;
}
