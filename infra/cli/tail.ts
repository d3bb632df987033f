// `outcry tail`: what the alerts or incidents topic carries, as NDJSON, from its start or from now on.
import type { Command } from 'commander';
import type { InRecord } from '../../shared/bus.ts';
import { incidentRecordSchema } from '../../shared/incident.ts';
import { topics } from '../../shared/topics.ts';
import { CommandProblem, configOption } from './command.ts';
import { joinBackend } from './join.ts';

const what = { alerts: topics.alerts.name, incidents: topics.incidents.name } as const;

/** One line for a record, or null for what is no news. */
function lineOf(topic: keyof typeof what, record: InRecord): string | null {
  const text = new TextDecoder().decode(record.value ?? new Uint8Array());
  if (topic === 'alerts') return JSON.stringify({ ...record.headers, data: JSON.parse(text) as unknown });
  const parsed = incidentRecordSchema.safeParse(JSON.parse(text));
  return parsed.success && parsed.data.kind === 'incident' ? text : null;
}

export function addTail(program: Command): void {
  program
    .command('tail')
    .argument('<topic>', 'alerts or incidents')
    .option('--all', 'from the start of the log, not from now')
    .option('--end', 'stop at the end of what is there')
    .addOption(configOption())
    .description('print the alerts or the incidents as they come, one JSON line each')
    .action(async (name: string, options: { all?: true; end?: true; config?: string }) => {
      if (name !== 'alerts' && name !== 'incidents') throw new CommandProblem(`tail takes \`alerts\` or \`incidents\`, not ${name}`);
      const { bus, close } = await joinBackend(options.config);
      let finish = () => {};
      const finished = new Promise<void>((resolve) => {
        finish = resolve;
      });
      process.once('SIGINT', finish);
      process.once('SIGTERM', finish);
      bus.tail(
        what[name],
        options.all === true || options.end === true ? 'start' : 'now',
        (records) => {
          const lines = records.flatMap((record) => lineOf(name, record) ?? []);
          if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`);
        },
        () => {
          if (options.end === true) finish();
        },
      );
      await finished;
      await close();
    });
}
