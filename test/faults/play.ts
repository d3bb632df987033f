// A fault run from start to end: posts are read at a steady pace while one fault after the other is done to the workers
// and their servers; then the rest is read, and the accounts are settled fault by fault.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCatalog } from '../../infra/config.ts';
import type { Harm } from './harm.ts';
import { startCrew, untilAllUp, untilMoving } from './harm.ts';
import { readUndisturbed } from './input.ts';
import { settleAccounts, type Fault, type Ledger } from './ledger.ts';
import { writePosts } from './posts.ts';
import { openStage, untilQuiet, type Stage } from './stage.ts';
import { readAlerts } from './subscriber.ts';

export interface Plan {
  readonly posts: number;
  /** At which pace they are read while the faults are done. */
  readonly postsPerSecond: number;
  /** Of the posts' own time. */
  readonly eventPerSecond: number;
  readonly outageEveryMs: number;
  readonly harms: readonly Harm[];
}

export interface Row {
  readonly name: string;
  times: number;
  /** How it showed; what hindered it where it did not. */
  shown: string;
  failed: boolean;
  posts: number;
  postsLost: number;
  postsDoubled: number;
  alerts: number;
  alertsLost: number;
  alertsDoubled: number;
  unequal: number;
  /** Longest time until posts and incidents went on after it, ms. */
  recoveredMs: number;
}

export interface Played {
  readonly rows: readonly Row[];
  readonly ledger: Ledger;
  /** Posts read while faults were done. */
  readonly underFaults: number;
  readonly ms: number;
  /** Workers that ended by themselves: to be explained, each. */
  readonly fallen: readonly string[];
  /** Nothing lost, doubled or unequal, and every fault shown. */
  readonly sound: boolean;
}

const services = 'pinterest linkedin discord viber skype twitch netflix hulu deezer soundcloud vimeo tumblr crunchyroll roku plex patreon whatsapp instagram zalo quora tinder grindr bereal groupme letterboxd onlyfans substack imgur giphy flickr sharechat prime-video starz dazn fubo tubi dailymotion abema tver apple-music'.split(' ');
const startMs = Date.UTC(2026, 0, 5, 8);
const quietMs = 120_000;

interface Window {
  readonly name: string;
  readonly readFrom: number;
  readonly toldFrom: number;
}

export async function play(plan: Plan, say: (line: string) => void): Promise<Played> {
  const began = performance.now();
  const stage = await openStage({ say, startMs });
  const { crew, config } = stage;
  try {
    const catalog = new Map(readCatalog().map((one) => [one.id, one]));
    const written = writePosts(stage.posts, { count: plan.posts, perSecond: plan.eventPerSecond, startMs, services: services.map((id) => catalog.get(id)!), outageEveryMs: plan.outageEveryMs });
    const expected = await readUndisturbed(stage.posts, config.services, config.partitions);
    say(`${written.count} posts, ${expected.mentions.size} mentions`);
    stage.pace(plan.postsPerSecond / plan.eventPerSecond);
    startCrew(stage);
    await untilMoving(stage);
    say(`working after ${Math.round((performance.now() - began) / 1000)} s; the network is ${stage.network.kind}`);

    const rows = new Map<string, Row>();
    const windows: Window[] = [];
    const open = (name: string): Row => {
      windows.push({ name, readFrom: windows.length === 0 ? 0 : stage.readMs(), toldFrom: windows.length === 0 ? 0 : stage.toldMs() });
      const row = rows.get(name) ?? { name, times: 0, shown: '', failed: false, posts: 0, postsLost: 0, postsDoubled: 0, alerts: 0, alertsLost: 0, alertsDoubled: 0, unequal: 0, recoveredMs: 0 };
      rows.set(name, row);
      return row;
    };
    const from = stage.readMs();
    let fallen = 0;
    for (const [i, harm] of plan.harms.entries()) {
      const row = open(harm.name);
      row.times++;
      try {
        if (crew.child('in-1').process.exitCode !== null) throw new Error('all posts were read before it');
        const shown = await harm.act(stage);
        row.shown = row.failed ? row.shown : shown;
        if (plan.harms[i + 1]?.inARow !== true) {
          row.recoveredMs = Math.max(row.recoveredMs, await untilMoving(stage));
          await untilAllUp(stage);
        }
      } catch (error) {
        row.shown = (error as Error).message;
        row.failed = true;
        keepLogs(stage, say);
      }
      for (const words of crew.fallen().slice(fallen)) say(`  by itself ${words}`);
      fallen = crew.fallen().length;
      say(`${Math.round((performance.now() - began) / 1000)} s: ${harm.name}: ${row.failed ? 'FAILED: ' : ''}${row.shown}`);
    }
    const to = stage.readMs();
    open('none: the rest of the posts').shown = 'as fast as it goes';
    stage.pace('max');
    const how = await crew.child('in-1').ended;
    if (how !== 0) throw new Error(`the reader ended with ${how}: ${crew.child('in-1').errors().slice(-2_000)}`);
    await untilQuiet(stage, quietMs);
    const delivered = new Set(stage.receiver.received.map(({ headers }) => String(headers['webhook-id'])));
    for (const instance of crew.instances()) {
      if (instance === 'in-1') continue;
      const ended = await crew.end(instance, 'SIGTERM');
      if (ended !== 0) throw new Error(`${instance} ended with ${ended}: ${crew.child(instance).errors().slice(-2_000)}`);
    }
    const ledger = await settleAccounts({ config, expected, delivered, alerts: await readAlerts(stage.kafka.brokers) });
    attribute(rows, windows, ledger);
    const all = [...rows.values()];
    const underFaults = [...ledger.reads].filter(([second]) => second * 1_000 >= from && second * 1_000 < to).reduce((sum, [, count]) => sum + count, 0);
    return { rows: all, ledger, underFaults, ms: performance.now() - began, fallen: crew.fallen(), sound: ledger.faults.length === 0 && ledger.alertsAt.length > 0 && all.every(({ failed }) => !failed) };
  } finally {
    await stage.close();
  }
}

/** The workers' logs, where somebody can look into them after the run. */
function keepLogs({ crew }: Stage, say: (line: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'outcry-faults-logs-'));
  for (const instance of crew.instances()) writeFileSync(join(folder, `${instance}.log`), crew.log(instance));
  say(`the logs of the workers are in ${folder}`);
}

/** Tells each row what fell into its windows of event time. */
function attribute(rows: ReadonlyMap<string, Row>, windows: readonly Window[], { reads, alertsAt, faults }: Ledger): void {
  const rowAt = (at: number, by: 'readFrom' | 'toldFrom'): Row => rows.get((windows.findLast((window) => window[by] <= at) ?? windows[0]!).name)!;
  for (const [second, count] of reads) rowAt(second * 1_000, 'readFrom').posts += count;
  for (const at of alertsAt) rowAt(at, 'toldFrom').alerts++;
  const column = { 'post-lost': 'postsLost', 'post-doubled': 'postsDoubled', 'alert-lost': 'alertsLost', 'alert-doubled': 'alertsDoubled', 'unequal': 'unequal' } as const satisfies Record<Fault['kind'], keyof Row>;
  for (const { kind, at, count } of faults) rowAt(at, kind.startsWith('post') ? 'readFrom' : 'toldFrom')[column[kind]] += count;
}
