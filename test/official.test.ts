// The silence clock against the 1,028 incidents of a real status page: crowds that begin a known time before or after them,
// replayed with them, are given the right minutes and the right median. And what pages say is told the same, byte for byte,
// whatever the order of arrival within the lateness, the framing and the number of partitions.
import { expect, test } from 'vitest';
import { createJudge } from '../detector/judge.ts';
import { readLexicons } from '../detector/lexicon.ts';
import { detectorSettingsSchema } from '../detector/settings.ts';
import { backtest, type BacktestResult } from '../infra/backtest.ts';
import { createFoldThrough } from '../infra/fold-through.ts';
import { createAnonymiser } from '../ingest/author.ts';
import { createIntake, type OwnIntake } from '../ingest/intake.ts';
import { createMatcher } from '../ingest/match.ts';
import { createMentionMaker } from '../ingest/mentions.ts';
import { encodeAlert } from '../shared/alert.ts';
import type { Carries } from '../shared/frame.ts';
import type { Official } from '../shared/incident.ts';
import type { Notice } from '../shared/observation.ts';
import type { Post } from '../shared/post.ts';
import { serviceSchema } from '../shared/service.ts';
import { createRandom } from './generators/evening-lines.ts';
import { asRows, crowdRows, crowdsAround, firstWord, githubIncidents, noticeRows } from './generators/github-incidents.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const services = [serviceSchema.parse({ id: 'github', name: 'GitHub' })];
const cast = ['acme', 'bistro', 'chirpline', 'dovetail', 'embers'].map((id) => serviceSchema.parse({ id, name: id }));
const judge = createJudge(readLexicons(), [...services, ...cast]);
const settings = detectorSettingsSchema.parse({ reopenHours: 0, quietMinutes: 5 });
const official = githubIncidents();

function replay(input: Buffer, partitions = 1, framePosts = 500): Promise<BacktestResult> {
  return backtest({
    services, settings, judge, settingsHash: 'x',
    partitions, framePosts, reports: true, history: [], inputs: [input], progress: () => {},
  });
}

/** Lower median, silence longer than anything. */
function median(lags: readonly (number | null)[]): number | null {
  const middle = lags.map((lag) => lag ?? Infinity).toSorted((a, b) => a - b)[Math.ceil(lags.length / 2) - 1];
  return middle === undefined || middle === Infinity ? null : middle;
}

test('over twelve years each crowd is told how long the page was silent, right to the minute, and what is usual', async () => {
  expect(official).toHaveLength(1_028);
  const crowds = crowdsAround(official);
  expect(crowds.length).toBeGreaterThan(900);
  const [from, to] = [official[0]!.start - 10 * dayMs, official.at(-1)!.start + 3 * dayMs];
  const result = await replay(asRows([...crowdRows(crowds, from, to, createRandom(5)), ...noticeRows(official)]));
  expect(result.dropped).toEqual({});
  const found = result.incidents;
  expect(found.length).toBe(crowds.length);
  const lags: { onset: number; firstAt: number | null; lagMs: number | null }[] = [];
  found.forEach(({ incident, changes }, i) => {
    const { onset, about } = crowds[i]!;
    expect(Math.abs(incident.onset - onset), about.id).toBeLessThan(minuteMs);
    const word = incident.official!;
    const first = firstWord(official, onset, incident.resolvedAt! + dayMs);
    expect([about.id, word.firstAt, word.lagMs]).toEqual([about.id, first, first === null ? null : first - incident.onset]);
    if (first === about.start) expect(Math.abs(word.lagMs! - crowds[i]!.lagMs), about.id).toBeLessThan(minuteMs);
    const toldAt = changes.at(-1)!.at;
    const known = lags.slice(-32).map((one) => (one.firstAt === null || one.firstAt > toldAt ? null : one.lagMs));
    expect([about.id, word.usualOf, word.usualMs]).toEqual([about.id, known.length, median(known)]);
    lags.push({ onset: incident.onset, firstAt: word.firstAt, lagMs: word.lagMs });
  });
  const last = result.officials.at(-1)!;
  expect([last.usualMs, last.usualOf]).toEqual([median(lags.slice(-32).map(({ lagMs }) => lagMs)), 32]);
});

const latenessMs = 2_000;
const noon = Date.UTC(2026, 0, 6, 12);
type Said = { readonly ts: number } & ({ readonly post: Post } | { readonly notice: Omit<Notice, 'at'> });

/** Four hours in which three of five services fail, and what the pages of four say meanwhile. */
function afternoon(): Said[] {
  const random = createRandom(17);
  const said: Said[] = [];
  const report = (ts: number, service: string): void => {
    const id = `p${said.length}`;
    said.push({ ts, post: { id, ts, text: '', author: id, service } });
  };
  for (const { id } of cast) for (let ts = noon; ts < noon + 4 * hourMs; ts += Math.floor(random() * 20 * minuteMs)) report(ts, id);
  for (const [service, minute] of [['acme', 60], ['bistro', 63], ['embers', 100]] as const) {
    for (let ts = noon + minute * minuteMs; ts < noon + (minute + 20) * minuteMs; ts += Math.floor(random() * 12_000)) report(ts, service);
  }
  const pages: Readonly<Record<string, readonly (readonly [minute: number, event: string, state: Notice['state']])[]>> = {
    acme: [[10, '', 'ok'], [71, 'a', 'degraded'], [74, 'a', 'outage'], [74, 'b', 'outage'], [110, 'a', 'ok'], [112, 'b', 'ok']],
    bistro: [[50, '', 'unknown'], [66, '', 'ok'], [66.001, 'c', 'degraded'], [200, 'c', 'ok']],
    dovetail: [[30, 'd', 'maintenance'], [31, 'd', 'outage'], [32, '', 'unknown'], [90, 'd', 'ok']],
    embers: [[45, 'e', 'degraded'], [101, 'e', 'outage'], [180, 'e', 'ok']],
  };
  for (const [service, words] of Object.entries(pages)) {
    words.forEach(([minute, event, state], i) => {
      const ts = noon + Math.floor(minute * minuteMs);
      said.push({ ts, notice: { id: `${service}/${i}`, ts, service, event, state, title: `${event} ${state}`, components: [] } });
    });
  }
  return said.sort((a, b) => a.ts - b.ts);
}

/** Everything that is told: alerts in order, and of each service what its page says. */
async function tell(said: readonly Said[], frameOf: number, partitions: number, ownSource: boolean): Promise<string> {
  const alerts: string[] = [];
  const officials: Official[] = [];
  const matcher = createMatcher(cast);
  const bus = createFoldThrough({
    partitions, services: cast, settings, settingsHash: 'x', judge, evidence: () => {},
    alert: (alert) => void alerts.push(new TextDecoder().decode(encodeAlert(alert).value)),
    official: (one) => void officials.push(one),
  });
  const open = (source: string, carries?: Carries): OwnIntake => {
    const intake = createIntake({
      head: { source, instance: 'test', epoch: 0, filtered: false, ...(carries === undefined ? {} : { carries }) }, latenessMs, saved: undefined, bus,
      maker: createMentionMaker(cast, matcher, createAnonymiser(new Uint8Array(32))), matcher,
      clock: () => Number.MAX_SAFE_INTEGER / 2, frameMs: 2 ** 31 - 1, frameBytes: Number.MAX_SAFE_INTEGER, stateChanged: () => {}, trouble: () => {},
    });
    intake.state('live', source);
    return intake;
  };
  const posts = open('posts');
  const pages = ownSource ? open('pages', 'notices') : posts;
  // as at the door: what a page says is read sooner than the posts' time passes it
  const accepted = async (): Promise<void> => {
    await pages.accepted();
    await posts.accepted();
  };
  for (const [i, one] of said.entries()) {
    if ('post' in one) posts.post(one.post, 'button');
    else {
      pages.beat(one.ts);
      pages.notice(one.notice);
    }
    if ((i + 1) % frameOf === 0) await accepted();
  }
  await pages.end(true);
  if (pages !== posts) await posts.end(true);
  bus.settle();
  const byService = officials.toSorted((a, b) => (a.service === b.service ? 0 : a.service < b.service ? -1 : 1));
  return [...alerts, ...byService.map((one) => JSON.stringify(one))].join('\n');
}

test.each([['of its own', true], ['of posts', false]])('notices of a source %s are told the same, shuffled within the lateness, in frames of 1 or 1,000, on 1, 4 or 16 partitions', async (_, ownSource) => {
  const said = afternoon();
  const wanted = await tell(said, 100, 4, ownSource);
  for (const text of ['"change":"confirmed"', '"kind":"official"', '"lagMs":-', '"endedAt":1', '"state":"unknown"', '"service":"dovetail"']) expect(wanted).toContain(text);
  for (const [seed, frameOf, partitions] of [[0, 1, 1], [1, 1_000, 16], [2, 1, 4], [3, 37, 16], [4, 1_000, 1]] as const) {
    const random = createRandom(seed);
    const arrived = seed === 0 ? said : said.map((one) => ({ one, at: one.ts + random() * (latenessMs - 1) })).toSorted((a, b) => a.at - b.at).map(({ one }) => one);
    expect((await tell(arrived, frameOf, partitions, ownSource)).split('\n'), `seed ${seed}`).toEqual(wanted.split('\n'));
  }
});
