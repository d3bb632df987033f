// `outcry series`: an anomaly score for each point of a bare count series. The format is a contract.
import type { Command } from 'commander';
import { formatSeriesCsv, parseSeriesCsv } from '../../detector/series-csv.ts';
import { createSeriesScorer } from '../../detector/series.ts';
import { CommandProblem, readInput } from './command.ts';

export function addSeries(program: Command): void {
  program
    .command('series')
    .argument('<file>', 'CSV with the columns timestamp,value and any spacing, or `-`')
    .description('score a bare count series: timestamp,value,anomaly_score out, 0.5 and above means alert')
    .action((file: string) => {
      const { rows, problems } = parseSeriesCsv(readInput(file).toString('utf8'));
      for (const { line, error } of problems) process.stderr.write(`${file}:${line}: ${error}\n`);
      if (rows.length === 0 && problems.length > 0) throw new CommandProblem(`${file} holds no point that can be read`);
      const scorer = createSeriesScorer();
      process.stdout.write(formatSeriesCsv(rows.map((row) => ({ timestamp: row.timestamp, value: row.value, score: scorer.next(row.tsMs, row.value) }))));
    });
}
