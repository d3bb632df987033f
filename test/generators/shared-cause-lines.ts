// Posts about several services that fail at once, each in words of its own, as NDJSON. All of it is made up. Judges nothing.
import { createRandom } from './evening-lines.ts';

/** A wave of posts: from when to when, how many a minute, and whom each names, by share. */
export interface Wave {
  readonly fromMs: number;
  readonly toMs: number;
  readonly perMinute: number;
  /** Names as they stand in a post: one, or two of which the first is what is said to be down. */
  readonly names: readonly (readonly [share: number, name: string, beside?: string])[];
}

const complaints = [
  'is {0} down for anyone else', '{0} is down', "{0} isn't working", "can't log in to {0}", '{0} not loading at all', '{0} keeps crashing', 'is {0} broken right now',
  "{0} won't load", '{0} has stopped working', 'anyone else having problems with {0}', '{0} down again', 'why is {0} not working',
];
const pairs = ['{0} and {1} are both down', '{0} is down and so is {1}', "neither {0} nor {1} is working", '{0} down, {1} down too', "can't use {0} or {1}, both down", 'is {0} down? {1} is down as well'];
const whens = ['since lunch', 'for ten minutes', 'this evening', 'since the meeting began', 'all of a sudden', 'for a while now', 'just now', 'since eight', 'after the football', 'while cooking'];
const wheres = ['on my laptop', 'at the office', 'on the train', 'in the kitchen', 'on two phones', 'at my desk', 'in the library', 'on the old tablet', 'at the studio', 'in our shop', 'by the sea', 'upstairs'];
const moods = ['great timing', 'so annoying', 'what a day', 'deadline in an hour', 'the kids are furious', 'third coffee', 'boss is waiting', 'lol', 'sigh', 'back to paper then', 'ugh', 'of course', 'typical tuesday', 'need it now'];

/** Posts of these waves in order of time, each by an author of its own; the same for the same seed. */
export function sharedCauseLines(waves: readonly Wave[], seed = 1): Buffer {
  const random = createRandom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const posts: { ts: number; text: string }[] = [];
  for (const { fromMs, toMs, perMinute, names } of waves) {
    const sum = names.reduce((all, [share]) => all + share, 0);
    for (let ts = fromMs - (Math.log(1 - random()) / perMinute) * 60_000; ts < toMs; ts -= (Math.log(1 - random()) / perMinute) * 60_000) {
      let left = random() * sum;
      const [, name, beside] = names.find(([share]) => (left -= share) < 0) ?? names[0]!;
      const said = (beside === undefined ? pick(complaints) : pick(pairs)).replace('{0}', name).replace('{1}', beside ?? '');
      posts.push({ ts: Math.floor(ts), text: `${said} ${pick(whens)} ${pick(wheres)}, ${pick(moods)}` });
    }
  }
  posts.sort((a, b) => a.ts - b.ts);
  return Buffer.from(`${posts.map((post, i) => JSON.stringify({ id: `p${i}`, author: `a${i}`, lang: 'en', ...post })).join('\n')}\n`);
}
