// `npm run faults`: the long form of the fault run. Prints a line as each fault is done, then the table of docs/faults.md;
// ends with exit code 1 when anything was lost, doubled or unequal, or when a fault could not be shown.
import { cpus } from 'node:os';
import { longPlan, shortPlan } from './plans.ts';
import { play, type Row } from './play.ts';

const usage = `usage: npm run faults [-- short]
  kills, freezes and cuts off workers, broker, Redis and network while posts are read, and shows that nothing is lost`;

const heads = ['fault', 'times', 'shown by', 'posts read', 'posts lost', 'read twice', 'alerts', 'alerts lost', 'alerts doubled', 'incidents equal to the fold', 'went on after'] as const;

const cells = (row: Row): string[] => [
  row.name, row.times === 0 ? '' : String(row.times), row.failed ? `**NOT SHOWN**: ${row.shown}` : row.shown, String(row.posts), String(row.postsLost), String(row.postsDoubled), String(row.alerts),
  String(row.alertsLost), String(row.alertsDoubled), row.unequal === 0 ? 'yes' : `**no: ${row.unequal}**`, row.recoveredMs === 0 ? '' : `${(row.recoveredMs / 1000).toFixed(1)} s`,
];

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(form: string): Promise<number> {
  const plan = { long: longPlan, short: shortPlan }[form];
  if (plan === undefined) {
    say(usage);
    return 2;
  }
  const { rows, ledger, underFaults, ms, fallen, sound } = await play(plan, say);
  say('');
  for (const line of [heads, heads.map(() => '---'), ...rows.map(cells)]) say(`| ${line.join(' | ')} |`);
  say(`\n${ledger.posts} posts read, ${underFaults} of them while faults were done; ${ledger.mentions} mentions, ${ledger.incidents} incidents in ${ledger.eventsAt.length} events, ${ledger.alertsAt.length} alerts. ${Math.round(ms / 1000)} s on ${cpus().length} cores.`);
  if (fallen.length > 0) say(`\nWorkers that ended by themselves and were started again:\n${fallen.map((one) => `- ${one}`).join('\n')}`);
  for (const { kind, at, what } of ledger.faults.slice(0, 40)) say(`${kind} at ${new Date(at).toISOString()}: ${what}`);
  say(sound ? 'sound: nothing lost, nothing doubled, every incident equal to the fold of the log' : 'NOT SOUND');
  return sound ? 0 : 1;
}

process.exitCode = await main(process.argv[2] ?? 'long');
