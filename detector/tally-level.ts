// What one source counts for one service, minute by minute, and what it usually counts: level and week are those of the
// reports' baseline. Says by how much the last minutes stand above; whether that means anything is told elsewhere.
import { clip, createLevel, doubtScatter, learn, learnHourScatter, learnMinuteScatter, type Level, levelDoubt, levelPerMinute, readLevel, spanScatter, storeLevel, type StoredLevel, tideOf } from './level.ts';
import { negativeBinomialLog10UpperTail } from './negative-binomial.ts';
import { createSeason, endFirstDay, learnFirstDay, learnHour, type Season, seasonAt, seasonDoubt, widenSeason } from './season.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMinutes = 1_440;
const windowMinutes = 15;
// What is counted now is not learnt before the window is past it, nor at full pace while an incident stands.
const learningLagMs = 20 * minuteMs;
const incidentLearning = 0.1;
// Counts older than this say nothing of now.
const staleMs = 30 * minuteMs;
// A clear excess: less likely than one in ten thousand, and learnt from a day at least.
const clearDecades = 4;

export interface TallyLevel {
  /** Minutes counted and not yet learnt from, oldest first: start (ms), posts, what was expected, season factor. */
  recent: [minute: number, posts: number, expected: number, factor: number][];
  level: Level;
  season: Season;
  /** Minutes learnt from. */
  minutes: number;
  /** The hour in hand. */
  hour: { observed: number; flat: number; expected: number };
}

export interface TallySum {
  readonly observed: number;
  readonly expected: number;
  /** So much above what is usual is improbable. */
  readonly clear: boolean;
}

export const tallyWindowMs = windowMinutes * minuteMs;

export function createTallyLevel(): TallyLevel {
  return { recent: [], level: createLevel(0), season: createSeason(), minutes: 0, hour: { observed: 0, flat: 0, expected: 0 } };
}

/** Takes the count of a minute (start, ms); false: it was there, or a later one was. `calm`: no incident stands. */
export function takeTally(tallies: TallyLevel, minute: number, posts: number, calm: boolean): boolean {
  const { recent, level, season } = tallies;
  if (recent.length > 0 && minute <= recent.at(-1)![0]) return false;
  while (recent.length > 0 && recent[0]![0] <= minute - learningLagMs) learnOne(tallies, recent.shift()!, calm);
  const factor = seasonAt(season, minute + minuteMs / 2);
  recent.push([minute, posts, levelPerMinute(level, 0) * factor * tideOf(level), factor]);
  return true;
}

function learnOne(tallies: TallyLevel, [minute, posts, expected, factor]: TallyLevel['recent'][number], calm: boolean): void {
  const { level, season, hour } = tallies;
  const pace = calm ? 1 : incidentLearning;
  const kept = tallies.minutes < windowMinutes ? posts : clip(level, posts, expected, 1);
  const flat = levelPerMinute(level, 0);
  learn(level, 1, kept, factor, flat * factor, pace);
  if (calm) learnMinuteScatter(level, kept, expected, tallies.minutes);
  tallies.minutes += 1;
  hour.observed += kept * pace;
  hour.flat += flat * pace;
  hour.expected += expected * pace;
  if ((minute + minuteMs) % hourMs !== 0) return;
  if (tallies.minutes < dayMinutes) learnFirstDay(season, minute, hour.observed, hour.flat / flat);
  else {
    if (endFirstDay(season, flat)) doubtScatter(level);
    else learnHourScatter(level, hour.observed, hour.expected, tallies.minutes);
    learnHour(season, minute, hour.observed, hour.flat);
  }
  Object.assign(hour, { observed: 0, flat: 0, expected: 0 });
}

/** The last quarter of an hour that was counted, at `at` (ms); null where that is long ago or nothing was. */
export function tallySum({ recent, level, season, minutes }: TallyLevel, at: number): TallySum | null {
  const newest = recent.at(-1)?.[0];
  if (newest === undefined || newest + minuteMs <= at - staleMs) return null;
  const counted = recent.filter(([minute]) => minute > newest - tallyWindowMs);
  const observed = counted.reduce((sum, [, posts]) => sum + posts, 0);
  const expected = counted.reduce((sum, [, , usual]) => sum + usual, 0);
  const scatter = spanScatter(level, counted.length) + levelDoubt(level, 0) + seasonDoubt(season, newest, counted.length);
  const clear = minutes >= dayMinutes && observed > expected && -negativeBinomialLog10UpperTail(observed, Math.max(1e-6, expected), scatter) >= clearDecades;
  return { observed, expected, clear };
}

/** A level as JSON holds it. */
export function encodeTallies({ recent, level, season, minutes, hour }: TallyLevel): unknown {
  return { recent, level: storeLevel(level), season: [...season], minutes, hour };
}

export function decodeTallies(kept: unknown): TallyLevel {
  const { season, level, ...rest } = kept as Omit<TallyLevel, 'season' | 'level'> & { season: number[]; level: StoredLevel };
  return { ...rest, level: readLevel(level), season: widenSeason(season) };
}
