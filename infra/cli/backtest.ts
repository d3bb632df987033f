// `outcry backtest`: posts in event order through the live code, and what would have been alerted. Nothing is sent.
import type { Command } from 'commander';
import { createJudge } from '../../detector/judge.ts';
import { readLexicons } from '../../detector/lexicon.ts';
import { warmUpMinutes } from '../../detector/baseline.ts';
import type { Service } from '../../shared/service.ts';
import type { Incident } from '../../shared/incident.ts';
import { diffAlerts } from '../alert-diff.ts';
import { backtest, type BacktestResult, type FoundIncident } from '../backtest.ts';
import { nearestServices } from '../catalog-search.ts';
import { earlyMs, scoreAgainst, truthSchema, type Score, type Truth } from '../truth.ts';
import { settingsHash } from '../settings-hash.ts';
import { stored } from '../stored.ts';
import { CommandProblem, configOption, createProgress, droppedLines, iso, loadConfig, local, notOnFiles, readInput } from './command.ts';
import { diffLines } from './diff-lines.ts';

interface Options {
  readonly truth?: string;
  readonly config?: string;
  readonly diff?: string;
  readonly history?: string[];
  readonly json?: true;
  readonly reports?: true;
  readonly partitions: string;
  readonly framePosts: string;
}

function readTruth(file: string): Truth {
  let value: unknown;
  try {
    value = JSON.parse(readInput(file).toString('utf8'));
  } catch (error) {
    if (error instanceof CommandProblem) throw error;
    throw new CommandProblem(`${file} is no JSON: ${(error as Error).message}`);
  }
  const parsed = truthSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new CommandProblem(`${file}: ${parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')}; it is a list of {"service","start","end"}`);
}

/** Says which services of the truth no post can be about. */
function tellUnwatched(file: string, truth: Truth, services: readonly Service[]): void {
  const known = new Set(services.map(({ id }) => id));
  for (const id of new Set(truth.map(({ service }) => service).filter((one) => !known.has(one)))) {
    const near = nearestServices(services, id);
    process.stderr.write(`outcry: ${file}: no service has the id ${id}, so its outages count as missed${near.length === 0 ? '' : `; did you mean ${near.map((one) => one.id).join(', ')}?`}\n`);
  }
}

const count = (name: string, text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new CommandProblem(`--${name} takes a whole number from 1, not ${text}`);
  return value;
};

function asJson({ incident, changes, evidence, told, parent, linked, cause, blame }: FoundIncident): unknown {
  return {
    id: incident.id,
    service: incident.service,
    onset: iso(incident.onset),
    openedAt: iso(incident.openedAt),
    confirmedAt: iso(incident.confirmedAt),
    resolvedAt: iso(incident.resolvedAt),
    state: incident.state,
    told,
    parent,
    linked,
    cause,
    blame,
    peak: incident.peak.perMinute,
    reporters: incident.reporters,
    evidence,
    score: incident.score,
    learning: incident.learning,
    symptoms: incident.symptoms,
    languages: incident.languages,
    signal: incident.signal,
    changes: changes.map(({ change, at }) => ({ change, at: iso(at) })),
    ...(incident.official === undefined ? {} : { official: { ...incident.official, firstAt: iso(incident.official.firstAt), endedAt: iso(incident.official.endedAt) } }),
    ...(incident.tallied === undefined ? {} : { tallied: incident.tallied }),
  };
}

/** What an incident has to do with others, in brackets; empty for one that stands alone. */
function tied({ parent, linked, cause, blame }: FoundIncident): string {
  const said = [
    ...(blame === null ? [] : [`${blame.naming} of ${blame.posts} posts name ${blame.service} too`]),
    ...(parent === null ? [] : [`linked to ${parent}`]),
    ...(linked.length === 0 ? [] : [`speaks for ${linked.length} more`]),
    ...(cause === null || parent !== null ? [] : [`${cause.certainty} ${cause.service}: ${cause.failing} of ${cause.dependents} services that depend on it${cause.naming === 0 ? '' : `, named in ${cause.naming} of ${cause.posts} posts`}`]),
  ];
  return said.length === 0 ? '' : ` (${said.join('; ')})`;
}

const minutes = (ms: number): string => `${(ms / 60_000).toFixed(1)} min`;

/** How long the service itself was silent; empty where none of its pages is read. */
function silenceOf({ official }: Incident): string {
  if (official === undefined) return '';
  const { state, lagMs } = official;
  if (lagMs === null) return state === 'unknown' ? "; status page can't be read" : '; status page silent';
  return `; status page ${lagMs < 0 ? `${minutes(-lagMs)} earlier` : `after ${minutes(lagMs)}`}`;
}

function lineOf(found: FoundIncident): string {
  const { incident, changes } = found;
  return `${incident.service}: since ${local(incident.onset)}, ${changes.map(({ change, at }) => `${change} ${local(at)}`).join(', ')}; ${incident.reporters} reporters, peak ${incident.peak.perMinute.toFixed(1)} a minute${silenceOf(incident)}${tied(found)}  [${incident.id}]`;
}

function scoreLine({ precision, recall, medianDelayMinutes, falseAlarms }: Score): string {
  const share = (value: number | null) => (value === null ? 'n/a' : value.toFixed(3));
  return `precision ${share(precision)}, recall ${share(recall)}, median delay ${medianDelayMinutes === null ? 'n/a' : `${medianDelayMinutes.toFixed(1)} min`}, ${falseAlarms} false alarms`;
}

function tell(result: BacktestResult, score: Score | null): string {
  const linked = result.incidents.filter(({ told }) => !told).length;
  const lines = [`${result.posts} posts${result.fromMs === null || result.toMs === null ? '' : ` from ${local(result.fromMs)} to ${local(result.toMs)}`}, ${result.incidents.length} incidents${linked === 0 ? '' : `, ${linked} of them linked and told by another`}`];
  lines.push(...result.incidents.map(lineOf), ...result.noted.map((found) => `noted, not told: ${lineOf(found)}`));
  if (score !== null) lines.push(scoreLine(score));
  for (const { service, usualMs, usualOf } of result.officials) {
    if (usualOf > 0) lines.push(`status page of ${service}: ${usualMs === null ? 'silent' : usualMs < 0 ? `${minutes(-usualMs)} before people` : `after ${minutes(usualMs)}`} in the median of ${usualOf}`);
  }
  return [...lines, ...droppedLines(result.dropped)].join('\n');
}

const toldOf = ({ incidents }: BacktestResult): Incident[] => incidents.filter(({ told }) => told).map(({ incident }) => incident);

function tellDiff(before: BacktestResult, after: BacktestResult, names: readonly [string, string], truth: Truth | null): string {
  const diff = diffAlerts(toldOf(before), toldOf(after));
  return [
    `${names[0]}: ${toldOf(before).length} alerts; ${names[1]}: ${toldOf(after).length}; ${diff.same} of them the same`,
    ...diffLines(diff),
    ...(truth === null ? [] : [before, after].map(({ incidents }, i) => `${names[i]}: ${scoreLine(scoreAgainst(truth, incidents))}`)),
    ...droppedLines(before.dropped),
  ].join('\n');
}

function diffAsJson(before: BacktestResult, after: BacktestResult, truth: Truth | null): unknown {
  const { added, gone, moved, same } = diffAlerts(toldOf(before), toldOf(after));
  const short = ({ id, service, openedAt, confirmedAt, state }: Incident): unknown => ({ id, service, openedAt: iso(openedAt), confirmedAt: iso(confirmedAt), state });
  return { added: added.map(short), gone: gone.map(short), moved: moved.map((one) => ({ ...one, before: short(one.before), after: short(one.after) })), same, ...(truth === null ? {} : { truth: scoreAgainst(truth, after.incidents) }) };
}

export function addBacktest(program: Command): void {
  program
    .command('backtest')
    .argument('<files...>', 'NDJSON posts, or `-`')
    .option('--truth <file>', 'JSON list of {"service","start","end"}: adds precision, recall and delays')
    .addOption(configOption())
    .option('--diff <file>', 'another configuration: tells which alerts it would have added, which would be gone or moved, by how many minutes')
    .option('--history <files...>', 'NDJSON that comes before: warms the baselines, its incidents are left out; behind the files that are tested')
    .option('--reports', 'rows are judged already: {"ts","service","author"}; without an author each is its own; no share test')
    .option('--json', 'one JSON object instead of text')
    .option('--partitions <n>', 'parts of the log; must not matter', '4')
    .option('--frame-posts <n>', 'posts a frame; must not matter', '500')
    .description('what would have been alerted: posts in event order through the live code, nothing sent')
    .addHelpText('after', `
A line with "kind":"notice" is what a status page said, {"service","id","ts","event","state","title"}; one with "kind":"tally" what
was counted in a minute, {"service","ts","posts"}. Incidents then say how long the page was silent, and what is the median.
Without --history the documented prior serves, and a service that is still learning may alert; in the first ${warmUpMinutes} minutes of all
posts nothing is alerted, so begin well before an outage.
What is linked to another incident is told by that one's alerts; what is only blamed is noted and no alarm.
An incident matches an outage of the truth if it is of its service and opens between ${earlyMs / 60_000} minutes before the outage's
start and its end. Precision is matching incidents over all incidents; recall is outages with a matching incident over
all outages; a delay is minutes from the outage's start to the first matching opening.`)
    .action(async (files: string[], options: Options) => {
      const truth = options.truth === undefined ? null : readTruth(options.truth);
      // rows that are judged already may be of services that only they know
      if (truth !== null && options.reports !== true) tellUnwatched(options.truth!, truth, loadConfig(options.config, notOnFiles).services);
      const lexicons = readLexicons(stored);
      const history = (options.history ?? []).map(readInput);
      const inputs = files.map(readInput);
      const under = async (file: string | undefined): Promise<BacktestResult> => {
        const config = loadConfig(file, notOnFiles);
        const progress = createProgress('backtest');
        const result = await backtest({
          services: config.services,
          settings: config.detection,
          judge: createJudge(lexicons, config.services, stored),
          settingsHash: settingsHash(config.detection, lexicons, config.services),
          partitions: count('partitions', options.partitions),
          framePosts: count('frame-posts', options.framePosts),
          reports: options.reports === true,
          history, inputs,
          progress: progress.to,
        });
        progress.end();
        return result;
      };
      const result = await under(options.config);
      const other = options.diff === undefined ? null : await under(options.diff);
      const score = truth === null ? null : scoreAgainst(truth, result.incidents);
      const text = options.json === true
        ? JSON.stringify({ incidents: result.incidents.map(asJson), noted: result.noted.map(asJson), posts: result.posts, from: iso(result.fromMs), to: iso(result.toMs), dropped: result.dropped, ...(result.officials.length === 0 ? {} : { officials: result.officials }), ...(score === null ? {} : { truth: score }), ...(other === null ? {} : { diff: diffAsJson(result, other, truth) }) }, null, 1)
        : other === null ? tell(result, score) : tellDiff(result, other, [options.config ?? 'the settings', options.diff!], truth);
      process.stdout.write(`${text}\n`);
    });
}
