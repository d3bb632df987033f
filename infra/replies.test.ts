// "Same here" below one post that names a service, from the post to the incident: ingest's names, the real judge, the fold.
import { expect, test } from 'vitest';
import { minuteMs, monday, runFrames, story } from '../detector/detector.fixture.ts';
import { createDetector } from '../detector/detector.ts';
import { createJudge } from '../detector/judge.ts';
import { readLexicons } from '../detector/lexicon.ts';
import { detectorSettingsSchema } from '../detector/settings.ts';
import { createMatcher } from '../ingest/match.ts';
import { createMentionMaker } from '../ingest/mentions.ts';
import type { Frame } from '../shared/frame.ts';
import { serviceSchema } from '../shared/service.ts';

const services = [serviceSchema.parse({ id: 'acme', name: 'Acme' })];
const judge = createJudge(readLexicons(), services);

/** A post that complains of Acme an hour in, and these answers to it, one every five seconds, each by another person. */
function incidentsOf(answers: readonly string[]): string[] {
  const maker = createMentionMaker(services, createMatcher(services), (_kind, value) => value);
  const from = monday + 60 * minuteMs;
  const frames = [{ ts: monday, text: 'Acme is a company' }, { ts: from, text: 'Acme is down' }, ...answers.map((text, i) => ({ ts: from + (i + 1) * 5_000, text, replyTo: 'post-1' }))].map((post, i): Frame => {
    const mentions = maker.mentionsOf({ ...post, id: `post-${i}`, author: `person-${i}` }, 'net', i + 1, undefined, false);
    return { v: 1, source: 'net', instance: 'one', epoch: 1, seq: i + 1, state: 'live', filtered: true, watermark: post.ts - 2_000, cursor: '', reads: [[Math.floor(post.ts / 1000), 1]], mentions, notices: [], deletions: [] };
  });
  const end = { ...frames.at(-1)!, seq: frames.length + 1, reads: [], mentions: [], watermark: from + 30 * minuteMs, state: 'closed' as const };
  const settings = detectorSettingsSchema.parse({});
  return story(runFrames([...frames, end], createDetector({ settings, settingsHash: 'test', judge, services, part: '0', partitions: 1 })));
}
const many = (texts: readonly string[]): string[] => Array.from({ length: 40 }, (_, i) => texts[i % texts.length]!);

test('forty people who answer "same here" to a complaint are an outage', () => {
  expect(incidentsOf(many(['same here', 'Me too!', 'yes, me too, on Android', 'same here in Leeds 😡', 'mine too', 'same problem here since ten minutes', 'here as well', 'it is the same for me in Spain']))).toContain('acme suspected');
  expect(incidentsOf(many(['bei mir auch', 'hier auch', 'bei mir leider auch, in Köln', 'ja, bei uns auch', 'geht mir genauso', 'hier in Wien auch', 'same here', 'bei mir ebenfalls seit eben']))).toContain('acme suspected');
});

test('forty people who chat, complain of other things or have no trouble below it are none', () => {
  expect(incidentsOf(many(['lol', 'my screen is broken', 'it is raining here', 'who cares', 'works for me', 'the server at this restaurant is down with a cold']))).toEqual([]);
});
