// `outcry tune`: what other budgets would have meant on the stored log. It prints; it never changes a setting.
import type { Command } from 'commander';
import { createJudge } from '../../detector/judge.ts';
import { readLexicons } from '../../detector/lexicon.ts';
import { topics } from '../../shared/topics.ts';
import { settingsHash } from '../settings-hash.ts';
import { stored } from '../stored.ts';
import { createTuning, type Tuned } from '../tune.ts';
import { CommandProblem, configOption, iso, loadConfig, local, notBeside } from './command.ts';
import { diffLines } from './diff-lines.ts';
import { joinBackend } from './join.ts';

interface Options {
  readonly budgets: string;
  readonly config?: string;
  readonly list?: true;
  readonly json?: true;
}

function budgetsOf(text: string): number[] {
  return text.split(',').map((one) => {
    const budget = Number(one);
    if (one.trim() === '' || !(budget >= 0.001 && budget <= 1_000)) throw new CommandProblem(`--budgets takes numbers from 0.001 to 1000 with commas between them, not ${one === '' ? 'nothing' : one}`);
    return budget;
  });
}

function tell({ fromMs, toMs, heard, serviceYears, outcomes }: Tuned, own: number, list: boolean): string {
  if (fromMs === null || toMs === null) return 'the log holds no observations yet';
  const years = serviceYears.toFixed(serviceYears < 10 ? 2 : 0);
  const lines = [
    `From ${local(fromMs)} to ${local(toMs)}, ${heard} services heard: ${years} service-years. What each budget would have told:`,
    '',
    ['budget', 'alerts', 'confirmed', 'retracted', 'added', 'gone', 'moved'].map((head) => head.padStart(10)).join(''),
  ];
  for (const { budget, alerts, confirmed, retracted, diff } of outcomes) {
    lines.push(`${[budget, alerts.length, confirmed, retracted, diff.added.length, diff.gone.length, diff.moved.length].map((value) => String(value).padStart(10)).join('')}${budget === own ? '  (now)' : ''}`);
    if (list) lines.push(...diffLines(diff).map((line) => `    ${line}`));
  }
  lines.push('', 'A budget is how many false alarms one service may raise in a year. Retracted alerts were probably false; confirmed ones hardly.');
  lines.push('The log begins without what came before it, so its first hours are judged as those of a new installation. Nothing was changed.');
  return lines.join('\n');
}

export function addTune(program: Command): void {
  program
    .command('tune')
    .option('--budgets <list>', 'false alarms per service and year to look at, with commas', '0.1,0.3,1,3,10')
    .option('--list', 'also each alert that would have been added, gone or moved')
    .option('--json', 'one JSON object instead of text')
    .addOption(configOption())
    .description('what other budgets of false alarms would have meant on the stored log; changes nothing')
    .action(async (options: Options) => {
      const budgets = budgetsOf(options.budgets);
      const config = loadConfig(options.config, notBeside);
      const lexicons = readLexicons(stored);
      const { bus, close } = await joinBackend(options.config);
      try {
        const tuning = createTuning({
          services: config.services, settings: config.detection, budgets,
          settingsHash: settingsHash(config.detection, lexicons, config.services),
          judge: createJudge(lexicons, config.services, stored),
          partitions: bus.partitions(topics.observations.name),
        });
        await new Promise<void>((resolve, reject) => {
          bus.tail(topics.observations.name, 'start', (records) => tuning.take(records).catch(reject), resolve);
        });
        const tuned = tuning.end();
        const own = config.detection.budgetPerServiceYear;
        const asJson = { ...tuned, fromMs: undefined, toMs: undefined, from: iso(tuned.fromMs), to: iso(tuned.toMs), now: own };
        process.stdout.write(`${options.json === true ? JSON.stringify(asJson) : tell(tuned, own, options.list === true)}\n`);
      } finally {
        await close();
      }
    });
}
