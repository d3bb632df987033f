// How near to an alarm a service has come before, day by day: what its own history says of a threshold that theory set.
// Owns the record and its tail; what evidence is, the alarm says.

const dayMs = 86_400_000;
const daysAYear = 365.25;
/** Nats below the threshold of one alarm a year from which on a day's greatest evidence is kept. */
export const nearNats = 4;
// Theory: evidence falls off by e for each nat, so that a day comes so near once in a week.
const usualRate = Math.exp(nearNats) / daysAYear;
// Weight of theory: so many days, and so many days that came near.
const priorDays = 40;
const priorNear = 12;
const dayKeep = 2 ** (-1 / 60);
// Of what the past asks for beyond theory, so much is put down to chance.
const chanceNats = 0.7;
// An outage that nobody confirmed must not deafen the service.
const mostNats = 4;

/** `most`: nats above `-nearNats` in the day in hand; then decayed counts of days, of days that came near, and the sum of their nats. */
export interface OwnPast {
  day: number;
  most: number;
  days: number;
  near: number;
  sum: number;
}

export function createOwnPast(): OwnPast {
  return { day: 0, most: 0, days: 0, near: 0, sum: 0 };
}

/** Time has come to `at` (ms): a day that is over joins the past. */
export function turnDay(past: OwnPast, at: number): void {
  const day = Math.floor(at / dayMs);
  if (day <= past.day) return;
  if (past.day > 0) {
    const passed = Math.min(30, day - past.day);
    const keep = dayKeep ** passed;
    past.days = past.days * keep + passed;
    past.near = past.near * keep + (past.most > 0 ? 1 : 0);
    past.sum = past.sum * keep + Math.min(past.most, nearNats + mostNats);
  }
  past.day = day;
  past.most = 0;
}

/** An outage was confirmed: the day was none to learn from. */
export function excuseDay(past: OwnPast): void {
  past.most = 0;
}

/**
 * Nats that evidence must stand above the threshold of the budget for the service's own past to allow no more alarms than
 * it; 0 where theory is enough. Source: peaks over a threshold with an exponential tail (Pickands 1975), rate and mean
 * excess each held against theory's.
 */
export function askedByPast(past: OwnPast, budgetPerServiceYear: number): number {
  const rate = (past.near + usualRate * priorDays) / (past.days + priorDays);
  const fall = (past.sum + priorNear) / (past.near + priorNear);
  const asked = fall * Math.log((daysAYear * rate) / budgetPerServiceYear) - nearNats + Math.log(budgetPerServiceYear);
  return Math.max(0, Math.min(mostNats * 2, asked - chanceNats));
}
