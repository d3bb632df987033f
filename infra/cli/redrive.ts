// `outcry redrive`: sends again what ended among the dead letters, or what a channel that wanted no more had left.
import type { Command } from 'commander';
import { decodeDelivery } from '../../notifier/deliver.ts';
import { redriveKey } from '../../notifier/redrive.ts';
import { topics } from '../../shared/topics.ts';
import { nearest } from '../config-place.ts';
import { CommandProblem, configOption, iso } from './command.ts';
import { joinBackend } from './join.ts';

export function addRedrive(program: Command): void {
  program
    .command('redrive')
    .argument('[alerts...]', 'ids of alerts; all dead deliveries without one')
    .option('--channel <name>', 'only those of this channel')
    .option('--dry-run', 'only say what would be sent again')
    .addOption(configOption())
    .description('send again what could not be delivered')
    .action(async (alerts: string[], options: { channel?: string; dryRun?: true; config?: string }) => {
      const { bus, close } = await joinBackend(options.config);
      try {
        const ledger = [...(await bus.latest(topics.deliveries.name)).values()].flatMap(({ value }) => {
          const decoded = decodeDelivery(value!);
          return 'delivery' in decoded ? [decoded.delivery] : [];
        });
        const known = (what: string, wanted: readonly string[], names: readonly string[]): void => {
          const strange = wanted.find((name) => !names.includes(name));
          if (strange !== undefined) throw new CommandProblem(`no delivery ${what} \`${strange}\`${nearest(strange, [...new Set(names)])}`);
        };
        known('to a channel', options.channel === undefined ? [] : [options.channel], ledger.map(({ channel }) => channel));
        known('of an alert', alerts, ledger.map(({ alert }) => alert));
        const dead = ledger.filter(({ state, channel, alert }) =>
          (state === 'dead' || state === 'gone') && (options.channel === undefined || channel === options.channel) && (alerts.length === 0 || alerts.includes(alert)));
        for (const { channel, alert, state, reason, attempts, endedAt } of dead) process.stdout.write(`${JSON.stringify({ channel, alert, state, reason, attempts, endedAt: iso(endedAt) })}\n`);
        if (options.dryRun !== true && dead.length > 0) {
          const at = new TextEncoder().encode(JSON.stringify({ at: Date.now() }));
          await bus.publish(dead.map(({ channel, alert }) => ({ topic: topics.controls.name, key: redriveKey(channel, alert), value: at })));
        }
        process.stderr.write(`${dead.length} deliveries ${options.dryRun === true ? 'would be' : 'are'} sent again\n`);
      } finally {
        await close();
      }
    });
}
