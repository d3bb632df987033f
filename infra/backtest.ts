// A backtest: posts in event order through the live code, hold's judgement included, on their own clock. Says of each
// incident whether it would have been told; who orders the lines is backtest-lines.ts, who holds it against the truth truth.ts.
import { createHash } from 'node:crypto';
import { ordinalOf } from '../notifier/alert-maker.ts';
import type { Alert, Blame, Cause } from '../shared/alert.ts';
import type { Evidence } from '../shared/evidence.ts';
import type { Incident, Official } from '../shared/incident.ts';
import { readTime } from '../shared/post.ts';
import type { Service } from '../shared/service.ts';
import type { DetectorSettings } from '../detector/settings.ts';
import type { Judge } from '../detector/judge.ts';
import { createAnonymiser } from '../ingest/author.ts';
import { createIntake } from '../ingest/intake.ts';
import type { Intake } from '../ingest/source.ts';
import { createLineScanner } from '../ingest/line.ts';
import { createMatcher } from '../ingest/match.ts';
import { createMentionMaker } from '../ingest/mentions.ts';
import { stored } from './stored.ts';
import { inEventOrder, parseLine, readPostLines, readReportLines, unknownTime, type Line, type WordLine } from './backtest-lines.ts';
import { createFoldThrough } from './fold-through.ts';

export interface BacktestOptions {
  readonly services: readonly Service[];
  readonly settings: DetectorSettings;
  readonly judge: Judge;
  readonly settingsHash: string;
  readonly partitions: number;
  /** Posts a frame; it must not matter. */
  readonly framePosts: number;
  /** Rows are reports already judged: `ts`, `service`, `author`. */
  readonly reports: boolean;
  /** NDJSON that comes before and only warms the baselines. */
  readonly history: readonly Buffer[];
  /** NDJSON of posts, or of reports. */
  readonly inputs: readonly Buffer[];
  readonly progress: (done: number, of: number) => void;
}

export interface FoundIncident {
  readonly incident: Incident;
  readonly changes: readonly { readonly change: string; readonly at: number }[];
  readonly evidence: readonly string[];
  /** Whether an alert of its own was told; if not, its parent speaks for it, or it is noted. */
  readonly told: boolean;
  /** The incident that speaks for it. */
  readonly parent: string | null;
  /** Those that it speaks for. */
  readonly linked: readonly string[];
  readonly cause: Cause | null;
  readonly blame: Blame | null;
}

export interface BacktestResult {
  /** Told, or linked to one that is. */
  readonly incidents: readonly FoundIncident[];
  /** Those that people only blame: never told. */
  readonly noted: readonly FoundIncident[];
  /** What the pages of each service said last, by service. */
  readonly officials: readonly Official[];
  readonly posts: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly fromMs: number | null;
  readonly toMs: number | null;
}

/** Runs it. Deterministic: same input and settings, same result, whatever the framing and the partitions. */
export async function backtest(options: BacktestOptions): Promise<BacktestResult> {
  const services = options.reports ? [...options.services, ...unknownServices(options)] : options.services;
  const matcher = createMatcher(services, options.reports ? undefined : stored);
  const scanner = createLineScanner(matcher);
  const settings = options.reports ? { ...options.settings, shareTest: false } : options.settings;
  const latest = new Map<string, Omit<FoundIncident, 'linked' | 'evidence'>>();
  const children = new Map<string, Set<string>>();
  const evidence = new Map<string, string[]>();
  const officials = new Map<string, Official>();
  let from: number | null = null;

  const bus = createFoldThrough({
    partitions: options.partitions,
    services,
    settings,
    settingsHash: options.settingsHash,
    judge: options.judge,
    alert(alert: Alert) {
      const { change, at, incident, told, parent, cause, blame } = alert;
      const known = latest.get(incident.id);
      const own = ordinalOf(alert).extra === 0 ? [{ change, at }] : [];
      latest.set(incident.id, { incident, changes: [...(known?.changes ?? []), ...own], told: told || known?.told === true, parent, cause, blame });
      if (parent !== null) children.set(parent, (children.get(parent) ?? new Set()).add(incident.id));
    },
    evidence(one: Evidence) {
      const ids = evidence.get(one.incident) ?? [];
      if (one.text !== null) ids.push(one.id);
      evidence.set(one.incident, ids);
    },
    official: (one: Official) => void officials.set(one.service, one),
  });
  const maker = createMentionMaker(services, matcher, createAnonymiser(new TextEncoder().encode('backtest')));
  const intake = createIntake({
    head: { source: 'backtest', instance: 'backtest', epoch: 0, filtered: false },
    latenessMs: 2_000, saved: undefined, bus, maker, matcher,
    clock: () => Number.MAX_SAFE_INTEGER / 2,
    frameMs: 2 ** 31 - 1, frameBytes: Number.MAX_SAFE_INTEGER,
    stateChanged: () => {}, trouble: () => {},
  });
  intake.state('live', 'backtest');

  const reading = options.reports ? readReportLines : readPostLines(scanner);
  const warm = inEventOrder(options.history, reading);
  const main = inEventOrder(options.inputs, reading);
  const times = main.filter(({ ts, word }) => ts < unknownTime && word === null);
  from = times[0]?.ts ?? null;
  let postsBefore = 0;
  let row = 0;
  const takeReport = createReportTaker(intake);
  for (const line of [...warm, ...main]) {
    if (line.word !== null) takeWord(intake, line.word, line.ts);
    else if (options.reports) takeReport(line);
    else intake.line(line.file, line.start, line.end);
    if (++row === warm.length) postsBefore = intake.counts.posts;
    if (row % options.framePosts === 0) await intake.accepted();
    if (row % 10_000 === 0) options.progress(row, warm.length + main.length);
  }
  await intake.end(true);
  bus.settle();
  options.progress(warm.length + main.length, warm.length + main.length);
  const found = [...latest.values()]
    .filter(({ incident }) => from === null || incident.openedAt >= from)
    .sort((a, b) => a.incident.openedAt - b.incident.openedAt || (a.incident.service < b.incident.service ? -1 : 1))
    .map((one) => ({ ...one, linked: [...(children.get(one.incident.id) ?? [])], evidence: evidence.get(one.incident.id) ?? [] }));
  const isNoted = ({ told, parent }: FoundIncident): boolean => !told && parent === null;
  return {
    incidents: found.filter((one) => !isNoted(one)),
    noted: found.filter(isNoted),
    officials: [...officials.values()].sort((a, b) => (a.service < b.service ? -1 : 1)),
    posts: intake.counts.posts - postsBefore,
    dropped: { ...Object.fromEntries(intake.counts.dropped), ...(intake.counts.sampled === 0 ? {} : { sampled: intake.counts.sampled }) },
    fromMs: from,
    toMs: times.at(-1)?.ts ?? null,
  };
}

/** What a page said or a source counted comes with the posts, so time is at least where it stands. */
function takeWord(intake: Intake, word: WordLine, ts: number): void {
  if ('reason' in word) return void intake.dropped(word.reason);
  intake.beat(ts);
  if ('notice' in word) intake.notice(word.notice);
  else intake.tally(word.tally);
}

/**
 * A row already judged becomes a user's own report; without an author each stands for one person. Its id is made of what
 * it says and how often that was said before, so that the order of equal rows can't matter.
 */
function createReportTaker(intake: Intake): (line: Line) => void {
  const said = new Map<string, number>();
  return (line) => {
    const value = parseLine(line.file, line.start, line.end);
    const ts = readTime(value?.ts);
    if (value === undefined) return void intake.dropped('not-json');
    if (ts === undefined) return void intake.dropped('bad-ts');
    if (typeof value.service !== 'string' || value.service === '') return void intake.dropped('no-service');
    const given = (typeof value.author === 'string' && value.author !== '') || typeof value.author === 'number' ? String(value.author) : null;
    const what = `${ts}/${value.service}/${given ?? ''}`;
    const times = (said.get(what) ?? 0) + 1;
    said.set(what, times);
    const id = `report-${createHash('sha256').update(what).digest('hex').slice(0, 12)}-${times}`;
    intake.post({ id, ts, text: '', author: given ?? id, service: value.service }, 'button');
  };
}

/** Services that only the rows know: a backtest of reports needs no catalogue. */
function unknownServices(options: BacktestOptions): Service[] {
  const known = new Set(options.services.flatMap(({ id, name, names }) => [id, name, ...names].map((one) => one.toLowerCase())));
  const found = new Map<string, Service>();
  for (const file of [...options.history, ...options.inputs]) {
    for (const line of inEventOrder([file], () => ({ ts: 0, word: null }))) {
      const id = parseLine(line.file, line.start, line.end)?.service;
      if (typeof id !== 'string' || id === '' || known.has(id.toLowerCase()) || found.has(id)) continue;
      found.set(id, { id, name: id, names: [], hashtags: [], handles: [], ordinary: [], context: [], exclude: [], tags: [], dependsOn: [] });
    }
  }
  return [...found.values()];
}
