// The words of an alert as a whole: those of its incident, and what it has to do with others. Pure. No markup, no links;
// a channel escapes what it is given. A cause is called likely only where the crowd names it.
import { stateTold, type Alert, type Cause, type Group } from '../shared/alert.ts';
import type { IncidentChange, IncidentState } from '../shared/incident.ts';
import { figure, headline, summaryLines } from './words.ts';

// A summary that names more is not read.
const mostNamed = 8;

type Spoken = Pick<Alert, 'service' | 'change' | 'at' | 'incident' | 'cause' | 'group' | 'parent' | 'blame'>;

const ofGroup: Readonly<Record<IncidentChange, (state: IncidentState) => string>> = {
  suspected: () => 'suspected outage',
  confirmed: () => 'confirmed outage',
  updated: (state) => `${state} outage`,
  easing: () => 'outage easing',
  relapsed: () => 'worse again',
  resolved: () => 'outage resolved',
  reopened: () => 'outage back',
  retracted: () => 'suspicion withdrawn',
  erased: () => 'post withdrawn',
};

/** At most two words of a name. */
function short(name: string): string {
  const words = name.split(/\s+/u);
  return words.length > 2 ? `${words.slice(0, 2).join(' ')}…` : name;
}

/** One line of at most ten words; of a group, how many it is and what it comes from: `Likely AWS: Slack and 7 others, confirmed outage`. */
export function alertHeadline(alert: Spoken): string {
  const { service, change, incident, group, cause } = alert;
  if (group === null || group.parent !== incident.id || group.size < 2) return headline(service.name, change, incident.state);
  const others = group.size - 1;
  const who = `${short(service.name)} and ${others} ${others === 1 ? 'other' : 'others'}`;
  const what = ofGroup[change](stateTold(alert));
  if (cause === null || cause.incident === incident.id) return `${who}: ${what}`;
  return `${cause.certainty === 'likely' ? 'Likely' : 'Possibly'} ${short(cause.name)}: ${who}, ${what}`;
}

function namesOf(names: readonly string[], total: number): string {
  const shown = names.slice(0, mostNamed).join(', ');
  return total > Math.min(names.length, mostNamed) ? `${shown} and ${figure(total - Math.min(names.length, mostNamed))} more` : shown;
}

/** `Likely cause: Cloudflare. 8 of 33 services that depend on it are affected; 41 of 300 posts name it.` */
function causeLine({ name, certainty, incident, failing, dependents, naming, posts }: Cause): string {
  const affected = `${figure(failing)} of ${figure(dependents)} services that depend on it ${failing === 1 ? 'is' : 'are'} affected`;
  const named = naming > 0 ? `; ${figure(naming)} of ${figure(posts)} posts name it` : '';
  if (certainty === 'possibly') return `Possibly ${name}: ${affected}, and no report names it.`;
  return `Likely cause: ${name}${incident === null ? '' : ', which people report too'}. ${affected}${named}.`;
}

function groupLine(group: Group, own: string): string {
  const others = group.members.filter(({ incident }) => incident !== own);
  return `Linked: ${namesOf(others.map(({ name, state }) => `${name} (${state})`), group.size - 1)}.`;
}

/** What an incident has to do with others, in sentences; none for one that stands alone. */
export function tieLines({ service, incident, cause, group, parent, blame }: Pick<Alert, 'service' | 'incident' | 'cause' | 'group' | 'parent' | 'blame'>): string[] {
  const lines: string[] = [];
  if (blame !== null) {
    lines.push(`Noted, not told: ${figure(blame.naming)} of its ${figure(blame.posts)} counted posts name ${blame.name} too, which has an incident; people may only blame ${service.name}.`);
  }
  if (cause !== null) lines.push(causeLine(cause));
  if (group !== null && parent === null) lines.push(groupLine(group, incident.id));
  if (group !== null && parent !== null) {
    const head = group.members.find((member) => member.incident === parent);
    lines.push(`Linked to ${head?.name ?? parent}${group.size > 2 ? ` with ${figure(group.size - 2)} more` : ''}.`);
  }
  return lines;
}

/** The summary as lines that read alone, what an incident has to do with others after its own figures. */
export function alertLines(alert: Spoken, zone: string): string[] {
  const { service, change, at, incident } = alert;
  const lines = summaryLines({ name: service.name, change, at, incident }, zone);
  return change === 'erased' ? lines : [...lines, ...tieLines(alert)];
}
