// How long a service usually takes to say that it is in trouble: the lags of its earlier incidents and their median. Knows
// numbers only.
import type { Incident, Named, OfficialWord } from '../shared/incident.ts';

const mostLags = 32;
// Some more are kept: what is noted of an incident, and of the next, must not push out what was before it.
const mostKept = 40;

/** Three posts, and a third of all, name one other service: what the notifier takes for blame begins there. */
const fewestNaming = 3;
const blamedShare = 1 / 3;

/** An incident that was confirmed, its onset (ms), and the ms from there to the first official word; null: silent throughout. */
export type Lag = [incident: string, onset: number, lagMs: number | null];

/**
 * The median of the last of these lags. One that stayed silent is longer than any: half had spoken by the time that this is, and where
 * fewer than half spoke at all there is none (null, with their number). Source: the median of the Kaplan-Meier estimate
 * with all that is censored at the end, which for an even number is the lower of the two in the middle.
 */
export function usualOf(lags: readonly Lag[]): Pick<OfficialWord, 'usualMs' | 'usualOf'> {
  const sorted = lags.slice(-mostLags).map(([, , lagMs]) => lagMs ?? Infinity).sort((a, b) => a - b);
  const middle = sorted[Math.ceil(sorted.length / 2) - 1];
  return { usualMs: middle === undefined || middle === Infinity ? null : middle, usualOf: sorted.length };
}

/** The same over what came before an incident. */
export function usualBefore(lags: readonly Lag[], { id, onset }: Pick<Incident, 'id' | 'onset'>): Pick<OfficialWord, 'usualMs' | 'usualOf'> {
  return usualOf(lags.filter(([other, began]) => other !== id && began < onset));
}

/** Whether its posts speak of another service so often that people may only blame this one. */
function mayBeBlamed(named: Named | undefined): boolean {
  if (named === undefined) return false;
  const naming = Math.max(0, ...Object.values(named.others));
  return naming >= fewestNaming && naming >= blamedShare * (named.alone + named.together);
}

/**
 * Notes what is known of an incident's lag, in place: once it was confirmed and the page has spoken or it is over. A page that
 * can't be read is not silent, nor is one that has nothing to say because the trouble is another's. Of many the newest are
 * kept, by onset.
 */
export function noteLag(lags: Lag[], { id, onset, confirmedAt, resolvedAt, official, named }: Incident): void {
  const at = lags.findIndex(([other]) => other === id);
  if (at !== -1) lags.splice(at, 1);
  if (official === undefined || confirmedAt === null) return;
  if (official.lagMs === null && (resolvedAt === null || official.state === 'unknown' || mayBeBlamed(named))) return;
  let place = lags.length;
  while (place > 0 && lags[place - 1]![1] > onset) place--;
  lags.splice(place, 0, [id, onset, official.lagMs]);
  if (lags.length > mostKept) lags.shift();
}
