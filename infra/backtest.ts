// A backtest: posts in event order through the live code, hold's judgement included, on their own clock. Reads and orders
// the posts, and says of each incident whether it would have been told; who holds that against the truth is truth.ts.
import { createHash } from 'node:crypto';
import { ordinalOf } from '../notifier/alert-maker.ts';
import type { Alert, Blame, Cause } from '../shared/alert.ts';
import type { Evidence } from '../shared/evidence.ts';
import type { Incident } from '../shared/incident.ts';
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
  readonly posts: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly fromMs: number | null;
  readonly toMs: number | null;
}

interface Line {
  readonly file: Buffer;
  readonly start: number;
  readonly end: number;
  readonly ts: number;
}

const byteOrderMark = Buffer.from('\ufeff');

/** All lines of the files in event order; those without a readable time come at the end, where intake counts them. */
function inEventOrder(files: readonly Buffer[], timeOf: (file: Buffer, start: number, end: number) => number): Line[] {
  const lines: Line[] = [];
  for (const file of files) {
    for (let start = file.subarray(0, 3).equals(byteOrderMark) ? 3 : 0; start < file.length; ) {
      const found = file.indexOf(10, start);
      const next = found === -1 ? file.length : found;
      const end = next > start && file[next - 1] === 13 ? next - 1 : next;
      if (end > start) lines.push({ file, start, end, ts: timeOf(file, start, end) });
      start = next + 1;
    }
  }
  return lines.sort((a, b) => a.ts - b.ts);
}

/** Runs it. Deterministic: same input and settings, same result, whatever the framing and the partitions. */
export async function backtest(options: BacktestOptions): Promise<BacktestResult> {
  const services = options.reports ? [...options.services, ...unknownServices(options)] : options.services;
  const matcher = createMatcher(services);
  const scanner = createLineScanner(matcher);
  const settings = options.reports ? { ...options.settings, shareTest: false } : options.settings;
  const latest = new Map<string, Omit<FoundIncident, 'linked' | 'evidence'>>();
  const children = new Map<string, Set<string>>();
  const evidence = new Map<string, string[]>();
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
  });
  const maker = createMentionMaker(services, matcher, createAnonymiser(new TextEncoder().encode('backtest')));
  const intake = createIntake({
    head: { source: 'backtest', instance: 'backtest', epoch: 0, filtered: false },
    latenessMs: 2_000, saved: undefined, bus, maker, scanner,
    clock: () => Number.MAX_SAFE_INTEGER / 2,
    frameMs: 2 ** 31 - 1, frameBytes: Number.MAX_SAFE_INTEGER,
    stateChanged: () => {}, trouble: () => {},
  });
  intake.state('live', 'backtest');

  const reportTime = (file: Buffer, start: number, end: number) => readTime((parse(file, start, end) as { ts?: unknown } | undefined)?.ts) ?? Number.MAX_SAFE_INTEGER;
  const postTime = (file: Buffer, start: number, end: number) => (scanner.scan(file, start, end) === 'bad' ? Number.MAX_SAFE_INTEGER : scanner.tsMs);
  const timeOf = options.reports ? reportTime : postTime;
  const warm = inEventOrder(options.history, timeOf);
  const main = inEventOrder(options.inputs, timeOf);
  const times = main.filter(({ ts }) => ts < Number.MAX_SAFE_INTEGER);
  from = times[0]?.ts ?? null;
  let postsBefore = 0;
  let row = 0;
  const takeReport = createReportTaker(intake);
  for (const line of [...warm, ...main]) {
    if (options.reports) takeReport(line);
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
    posts: intake.counts.posts - postsBefore,
    dropped: Object.fromEntries(intake.counts.dropped),
    fromMs: from,
    toMs: times.at(-1)?.ts ?? null,
  };
}

interface ReportRow {
  readonly ts?: unknown;
  readonly service?: unknown;
  readonly author?: unknown;
}

function parse(file: Buffer, start: number, end: number): ReportRow | undefined {
  try {
    const value: unknown = JSON.parse(file.toString('utf8', start, end));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * A row already judged becomes a user's own report; without an author each stands for one person. Its id is made of what
 * it says and how often that was said before, so that the order of equal rows can't matter.
 */
function createReportTaker(intake: Intake): (line: Line) => void {
  const said = new Map<string, number>();
  return (line) => {
    const value = parse(line.file, line.start, line.end);
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
    for (const line of inEventOrder([file], () => 0)) {
      const id = parse(line.file, line.start, line.end)?.service;
      if (typeof id !== 'string' || id === '' || known.has(id.toLowerCase()) || found.has(id)) continue;
      found.set(id, { id, name: id, names: [], hashtags: [], handles: [], ordinary: [], context: [], exclude: [], tags: [], dependsOn: [] });
    }
  }
  return [...found.values()];
}
