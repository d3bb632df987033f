// `outcry topics`: creates the topics that a cluster lacks, and tells what is not kept there as it should be.
import type { Command } from 'commander';
import pino from 'pino';
import type { Difference } from '../backends/kafka/index.ts';
import { CommandProblem, configOption, loadConfig, notBeside } from './command.ts';

const said = ({ topic, what, mend }: Difference): string => `${topic} ${what}: ${mend}`;

export function addTopics(program: Command): void {
  program
    .command('topics')
    .option('--check', 'change nothing: only tell what is missing or different')
    .addOption(configOption())
    .description('create our topics on the Kafka cluster, and check how they are kept')
    .action(async (options: { check?: true; config?: string }) => {
      const { backend, kafka, partitions } = loadConfig(options.config, notBeside);
      if (backend !== 'kafka' || kafka === null) throw new CommandProblem('this installation keeps its log in a file: `outcry topics` is for `backend: kafka`');
      const { checkTopics, createTopics } = await import('../backends/kafka/index.ts');
      const wish = { settings: kafka, partitions, log: pino({ level: 'warn' }, pino.destination({ dest: 2, sync: true })) };
      if (options.check !== true) for (const name of await createTopics(wish)) process.stdout.write(`created ${name}\n`);
      const differences = await checkTopics(wish);
      for (const one of differences) process.stdout.write(`${said(one)}\n`);
      const stopping = differences.filter(({ weight }) => weight !== 'other').length;
      if (stopping > 0) throw new CommandProblem(`${stopping} of these keep Outcry from running`);
      process.stderr.write(differences.length === 0 ? 'all topics are there and kept as they should be\n' : 'Outcry can run so; somebody should look at these\n');
    });
}
