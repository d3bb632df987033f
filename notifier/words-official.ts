// What the service itself says of an incident, in one line: silent for so long, or when it spoke and what it said. Pure.
// A page's title is a stranger's text: one short line of words here, and a channel escapes it like any other.
import type { Incident, OfficialWord } from '../shared/incident.ts';
import { oneLine } from './strangers-text.ts';
import { duration, localTime } from './times.ts';

const longestTitle = 120;
// Under half a minute nobody can say who was first.
const atOnceMs = 30_000;

/** `; usually 35 min (median of 7)`; empty where nothing is known of earlier incidents. */
function usual({ usualMs, usualOf }: OfficialWord): string {
  if (usualOf === 0) return '';
  const lag = usualMs === null ? 'silent' : usualMs < 0 ? `${duration(-usualMs)} before people` : duration(usualMs);
  return `; usually ${lag} (median of ${usualOf})`;
}

function silence(incident: Incident, at: number): string {
  if (incident.resolvedAt !== null) return `silent throughout, for ${duration(incident.resolvedAt - incident.onset)}`;
  return `silent for ${duration(at - incident.onset)}`;
}

function firstWord(lagMs: number): string {
  if (Math.abs(lagMs) < atOnceMs) return 'first word as people began';
  return lagMs < 0 ? `said so ${duration(-lagMs)} before people did` : `first word after ${duration(lagMs)}`;
}

/** The title in quotation marks that it can't end by itself. */
function quoted(title: string | null): string {
  const words = oneLine(title ?? '', longestTitle).replace(/[“”]/g, "'");
  return words === '' ? '' : `: “${words}”`;
}

/**
 * The official word of an incident at a moment (ms): `Official status: silent for 42 min; usually 35 min (median of 7).`
 * Empty where no page of the service is read. A page that can not be read is neither silent nor down.
 */
export function officialLine(incident: Incident, at: number, zone: string): string {
  const word = incident.official;
  if (word === undefined) return '';
  const { state, firstAt, lagMs, title, endedAt } = word;
  if (firstAt === null && state === 'unknown') return "Official status: the page can't be read.";
  if (firstAt === null) return `Official status: ${silence(incident, at)}${usual(word)}.`;
  const said = `${firstWord(lagMs ?? firstAt - incident.onset)}${quoted(title)}`;
  if (state === 'unknown') return `Official status: ${said}; now the page can't be read.`;
  if (endedAt !== null) return `Official status: ${said}; over since ${localTime(endedAt, at, zone)}.`;
  return `Official status: ${said}${state === 'ok' ? '' : ` (${state})`}${usual(word)}.`;
}
