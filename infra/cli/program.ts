// The command line: one file a command, joined here. Standard output carries results only; what is said about the
// work goes to standard error.
import { Command, CommanderError } from 'commander';
import { BusError } from '../../shared/bus.ts';
import { version } from '../version.ts';
import { addBacktest } from './backtest.ts';
import { addBackup } from './backup.ts';
import { addCatalogue } from './catalogue.ts';
import { addCheck } from './check.ts';
import { CommandProblem } from './command.ts';
import { addDoctor } from './doctor.ts';
import { addExplain } from './explain.ts';
import { addInit } from './init.ts';
import { addJudge } from './judge.ts';
import { addMigrate } from './migrate.ts';
import { addRedrive } from './redrive.ts';
import { addRepartition } from './repartition.ts';
import { addReplay } from './replay.ts';
import { addRun } from './run.ts';
import { addSeries } from './series.ts';
import { addTail } from './tail.ts';
import { addTune } from './tune.ts';
import { addTopics } from './topics.ts';

export function createProgram(): Command {
  const program = new Command('outcry')
    .description('Hears a service fail from what people post about it, and tells whoever subscribed.')
    .version(version)
    .showHelpAfterError('(`--help` tells more)')
    .exitOverride();
  for (const add of [addRun, addReplay, addInit, addCheck, addDoctor, addExplain, addTail, addRedrive, addJudge, addCatalogue, addBacktest, addTune, addSeries, addTopics, addRepartition, addMigrate, addBackup]) add(program);
  for (const command of program.commands) command.exitOverride();
  return program;
}

/** Does what the command line asks for; what a person can mend is said in a line, with exit code 1. */
export async function runProgram(): Promise<void> {
  // A reader that went away (`| head`) ends a command that only prints. One that listens goes on: its console channel
  // tells that nobody reads, and the other channels still have people to reach.
  const listens = process.argv[2] === 'run' || process.argv[2] === 'replay';
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    if (!listens) process.exit(0);
  });
  try {
    await createProgram().parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode;
    } else if (error instanceof CommandProblem || error instanceof BusError) {
      process.stderr.write(`outcry: ${error.message}\n`);
      process.exitCode = 1;
    } else {
      throw error;
    }
  }
}
