// The command line: one file a command, joined here. Standard output carries results only; what is said about the
// work goes to standard error.
import { Command, CommanderError } from 'commander';
import { LexiconError } from '../../detector/lexicon-error.ts';
import { BusError } from '../../shared/bus.ts';
import { version } from '../version.ts';
import { CommandProblem } from './command.ts';

type Add = (program: Command) => void;

/** By command, its files: loading all of them would cost each start a third of a second. The help shows them in this order. */
const commands: Readonly<Record<string, () => Promise<readonly Add[]>>> = {
  run: async () => [(await import('./run.ts')).addRun],
  replay: async () => [(await import('./replay.ts')).addReplay],
  init: async () => [(await import('./init.ts')).addInit],
  check: async () => [(await import('./check.ts')).addCheck],
  doctor: async () => [(await import('./doctor.ts')).addDoctor],
  explain: async () => [(await import('./explain.ts')).addExplain],
  tail: async () => [(await import('./tail.ts')).addTail],
  redrive: async () => [(await import('./redrive.ts')).addRedrive],
  judge: async () => [(await import('./judge.ts')).addJudge],
  catalogue: async () => [(await import('./catalogue.ts')).addCatalogue],
  backtest: async () => [(await import('./backtest.ts')).addBacktest],
  tune: async () => [(await import('./tune.ts')).addTune],
  series: async () => [(await import('./series.ts')).addSeries],
  topics: async () => [(await import('./topics.ts')).addTopics, (await import('./repartition.ts')).addRepartition],
  migrate: async () => [(await import('./migrate.ts')).addMigrate],
  backup: async () => [(await import('./backup.ts')).addBackup],
  restore: async () => [(await import('./backup.ts')).addRestore],
};

/** The program with the command of this name, with all of them where it has none of this name. */
export async function createProgram(name?: string): Promise<Command> {
  const program = new Command('outcry')
    .description('Hears a service fail from what people post about it, and tells whoever subscribed.')
    .version(version)
    .showHelpAfterError('(`--help` tells more)')
    .exitOverride();
  const own = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
  for (const load of own === undefined ? Object.values(commands) : [own]) for (const add of await load()) add(program);
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
    await (await createProgram(process.argv[2])).parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode;
    } else if (error instanceof CommandProblem || error instanceof BusError || error instanceof LexiconError) {
      process.stderr.write(`outcry: ${error.message}\n`);
      process.exitCode = 1;
    } else {
      throw error;
    }
  }
}
