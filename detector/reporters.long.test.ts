// How many people it takes before anything is said: the whole range of the setting keeps what it promises.
import { expect, test } from 'vitest';
import { arrivals, createRandom, framesOf, hourMs, minuteMs, monday, newDetector, runFrames, story, type TestPost } from './detector.fixture.ts';
import { detectorSettingsSchema } from './settings.ts';

const most = 30;
const onset = monday + hourMs;
const words = ['since', 'breakfast', 'nothing', 'loads', 'office', 'phone', 'train', 'video', 'sigh', 'friends', 'again', 'why', 'today', 'help', 'really', 'screen', 'empty', 'red', 'spinner', 'late'];

/** Calm talk, then `perMinute` people who report in words of their own, and `copies` of one text a minute. */
function storm(perMinute: number, copies: number): TestPost[] {
  const random = createRandom(7);
  const pick = (): string => words[Math.floor(random() * words.length)]!;
  const calm = Array.from({ length: 30 }, (_, i) => ({ ts: monday + i * 2 * minuteMs, text: 'lunch with acme people' }));
  const people = arrivals(random, onset, onset + 30 * minuteMs, () => perMinute, perMinute).map((ts) => ({ ts, text: `${pick()} ${pick()} BROKEN ${pick()} ${pick()} ${pick()} ${pick()}` }));
  const bots = copies === 0 ? [] : arrivals(random, onset, onset + 30 * minuteMs, () => copies, copies).map((ts) => ({ ts, text: 'acme is completely BROKEN today, switch to something better' }));
  return [...calm, ...people, ...bots].sort((a, b) => a.ts - b.ts);
}

test('the greatest minimum of people still lets an outage be told, with and without copies around it', () => {
  expect(detectorSettingsSchema.safeParse({ minReporters: most }).success).toBe(true);
  expect(detectorSettingsSchema.safeParse({ minReporters: most + 1 }).success).toBe(false);
  for (const [perMinute, copies] of [[3, 0], [20, 0], [300, 0], [20, 60], [100, 300]] as const) {
    const run = runFrames(framesOf(storm(perMinute, copies), { end: onset + 2 * hourMs }), newDetector({ minReporters: most }));
    expect([perMinute, copies, ...story(run)]).toEqual(expect.arrayContaining(['acme suspected', 'acme confirmed']));
    expect(run.events[0]!.incident.reporters).toBeGreaterThanOrEqual(most);
  }
});
