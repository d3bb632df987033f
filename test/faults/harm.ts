// The faults: what is done to a run, and how each shows that it was really there. A fault that can't be shown throws.
import { setTimeout as wait } from 'node:timers/promises';
import { hasBroker } from '../../infra/local/kafka.ts';
import { freeze, stateOf } from '../../infra/local/freeze.ts';
import { until } from './crew.ts';
import type { Stage } from './stage.ts';

export interface Harm {
  readonly name: string;
  /** Done while the workers still suffer from the one before. */
  readonly inARow?: true;
  /** Does it, undoes it, and says how it showed. */
  readonly act: (stage: Stage) => Promise<string>;
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const base: Readonly<Record<string, 'ingest' | 'detector' | 'notifier'>> = { 'in-1': 'ingest', 'det-1': 'detector', 'note-1': 'notifier', 'det-2': 'detector' };
const upMs = 60_000;

/** Starts the workers that every run has. */
export function startCrew({ crew }: Stage): void {
  for (const [instance, role] of Object.entries(base)) crew.start(role, instance);
}

/** Posts go on, and incidents have come past what was read when this began. */
export async function untilMoving(stage: Stage): Promise<number> {
  const from = stage.readMs();
  return until('the pipeline going on', 120_000, () => stage.readMs() > from && stage.toldMs() > from);
}

/** Every worker has come back from what was done to it, so that the next fault meets all of them. */
export async function untilAllUp({ crew }: Stage): Promise<void> {
  for (const instance of Object.keys(base)) await until(`${instance} up`, upMs, async () => (await crew.lag(instance)) !== null);
}

/** SIGKILL of one worker, which is started again at once. The next one is killed whatever the others are at. */
export function killOf(instance: string, thenMs: number): Harm {
  const role = base[instance]!;
  return {
    name: `SIGKILL of ${role}`,
    inARow: true,
    async act(stage) {
      const { crew } = stage;
      await crew.child(instance).line(/^(?:Board|Health and metrics):/m);
      const from = stage.readMs();
      // of a reader that reads
      if (role === 'ingest') await until('posts read before the reader is killed', upMs, () => stage.readMs() > from);
      const how = await crew.end(instance, 'SIGKILL');
      if (how !== 'SIGKILL') throw new Error(`${instance} had ended by itself: ${how}`);
      crew.start(role, instance);
      await wait(thenMs);
      return 'ended by the signal';
    },
  };
}

export const brokerKilled: Harm = {
  name: 'SIGKILL and restart of the broker',
  async act({ kafka }) {
    const [host, port] = kafka.brokers[0]!.split(':') as [string, string];
    const before = kafka.pid();
    await kafka.kill();
    const began = performance.now();
    if (await hasBroker(host, Number(port))) throw new Error('the broker still answers');
    await wait(1_000);
    await kafka.restart();
    return `process ${before} gone, ${kafka.pid()} answered after ${seconds(performance.now() - began)}`;
  },
};

export function brokerFrozen(ms: number): Harm {
  return {
    name: `SIGSTOP of the broker for ${seconds(ms)}`,
    async act({ kafka, network }) {
      await kafka.pause();
      const began = performance.now();
      try {
        const state = stateOf(kafka.pid()!);
        if (!state.startsWith('T')) throw new Error(`the broker's process is in state ${state}`);
        const answer = await network.answerMs();
        if (answer !== null) throw new Error('the broker still answers');
        await wait(Math.max(0, ms - (performance.now() - began)));
      } finally {
        kafka.resume();
      }
      return `state T and silent for ${seconds(performance.now() - began)}`;
    },
  };
}

async function figure({ redis }: Stage, section: string, name: RegExp): Promise<number> {
  return Number(name.exec(await redis.command('INFO', section))?.[1] ?? 0);
}

/** Of all workers: one that does not answer at the moment is asked again, since its count would be missing. */
async function storeFailures({ crew }: Stage): Promise<number> {
  const texts = await Promise.all(crew.instances().map(async (instance) => {
    let text: string | null = null;
    await until(`the metrics of ${instance}`, upMs, async () => (text = await crew.metrics(instance)) !== null);
    return text ?? '';
  }));
  return texts.flatMap((text) => [...text.matchAll(/^outcry_store_failures_total\{.*\} (\S+)$/gm)]).reduce((sum, [, count]) => sum + Number(count), 0);
}

export function redisKilled(ms: number): Harm {
  return {
    name: 'SIGKILL and restart of Redis',
    async act(stage) {
      const before = stage.redis.pid();
      const failed = await storeFailures(stage);
      await stage.redis.kill();
      await wait(ms);
      let more = 0;
      try {
        await until('a worker that misses it', upMs, async () => (more = (await storeFailures(stage)) - failed) > 0);
      } finally {
        await stage.redis.restart();
      }
      return `process ${before} gone for ${seconds(ms)}, ${more} calls failed, then ${stage.redis.pid()}`;
    },
  };
}

export function redisFlushed(times: number): Harm {
  return {
    name: 'FLUSHALL of Redis',
    async act({ redis }) {
      let gone = 0;
      for (let i = 0; i < times; i++) {
        const size = async () => Number((await redis.command('DBSIZE')).slice(1));
        await until('keys in Redis', 20_000, async () => (await size()) > 1);
        gone += await size();
        await redis.command('FLUSHALL');
        await wait(1_500);
      }
      return `${gone} keys gone in ${times} times`;
    },
  };
}

export function redisFull(ms: number): Harm {
  return {
    name: 'Redis full, noeviction',
    async act(stage) {
      const { redis } = stage;
      const refused = () => figure(stage, 'errorstats', /errorstat_OOM:count=(\d+)/);
      const before = await refused();
      await redis.command('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
      await redis.command('CONFIG', 'SET', 'maxmemory', '1');
      try {
        await wait(ms);
        await until('a refused write', 20_000, async () => (await refused()) > before);
      } finally {
        await redis.command('CONFIG', 'SET', 'maxmemory', '0');
      }
      const more = (await refused()) - before;
      if (more === 0) throw new Error('Redis refused nothing');
      return `${more} writes refused in ${seconds(ms)}`;
    },
  };
}

export function redisEvicting(ms: number): Harm {
  return {
    name: 'Redis full, evicting what ends soonest',
    async act(stage) {
      const { redis } = stage;
      const evicted = () => figure(stage, 'stats', /evicted_keys:(\d+)/);
      const before = await evicted();
      const used = await figure(stage, 'memory', /used_memory:(\d+)/);
      await redis.command('CONFIG', 'SET', 'maxmemory-policy', 'volatile-ttl');
      await redis.command('CONFIG', 'SET', 'maxmemory', String(used + (1 << 20)));
      let lacking = 0;
      try {
        const end = performance.now() + ms;
        // a busy machine writes less in that time than Redis has room for
        for (let i = 0; performance.now() < end || ((await evicted()) === before && i < 500); i++) {
          await redis.command('SET', `others:${i}`, 'x'.repeat(40_000), 'PX', '3600000');
          if (i % 10 === 0 && (await redis.command('EXISTS', 'outcry:lease:source/posts')) === ':0\r\n') lacking++;
          await wait(10);
        }
      } finally {
        await redis.command('CONFIG', 'SET', 'maxmemory', '0');
        await redis.command('FLUSHALL');
      }
      const more = (await evicted()) - before;
      if (more === 0) throw new Error('Redis evicted nothing');
      return `${more} keys evicted in ${seconds(ms)}, the source's lease missing at ${lacking} looks`;
    },
  };
}

export function detectorComesAndGoes(times: number): Harm {
  return {
    name: 'a second detector leaves and joins',
    async act({ crew }) {
      const dealt: number[] = [];
      for (let i = 0; i < times; i++) {
        await crew.child('det-2').line(/^Health and metrics:/m);
        await until('partitions for the second detector', upMs, async () => (await crew.parts('det-2', 'detector')).length > 0);
        const how = await crew.end('det-2', 'SIGTERM').catch((error: Error) => error.message);
        try {
          if (how !== 0) throw new Error(`it ended with ${how}: ${crew.child('det-2').errors().slice(-500)}`);
          await until('all partitions at the first detector', upMs, async () => (await crew.parts('det-1', 'detector')).length === 4);
        } finally {
          crew.start('detector', 'det-2');
        }
        await until('partitions for the second detector', upMs, async () => (await crew.parts('det-2', 'detector')).length > 0);
        dealt.push((await crew.parts('det-2', 'detector')).length);
      }
      return `${times} times: the first had all 4 partitions, then the second ${dealt.join(', ')}`;
    },
  };
}

export function networkSlow(latencyMs: number, ms: number): Harm {
  return {
    name: `network: ${latencyMs} ms of latency`,
    async act({ network }) {
      await network.latency(latencyMs);
      try {
        const answer = await network.answerMs();
        if (answer === null || answer < latencyMs * 0.7) throw new Error(`an answer took ${answer} ms`);
        await wait(ms);
        return `an answer took ${Math.round(answer)} ms, for ${seconds(ms)} (${network.kind})`;
      } finally {
        await network.heal();
      }
    },
  };
}

export function networkCut(times: number, ms: number): Harm {
  return {
    name: 'network: every connection cut',
    async act({ network }) {
      for (let i = 0; i < times; i++) {
        await network.cut();
        try {
          const answer = await network.answerMs();
          if (answer !== null) throw new Error('an answer came through');
          await wait(ms);
        } finally {
          await network.heal();
        }
        const answer = await network.answerMs();
        if (answer === null) throw new Error('it stayed cut');
        await wait(ms);
      }
      return `${times} times for ${seconds(ms)}, no answer (${network.kind})`;
    },
  };
}

export function networkClosesLate(delayMs: number, ms: number): Harm {
  return {
    name: `network: closing heard ${seconds(delayMs)} late`,
    async act(stage) {
      const { network } = stage;
      await network.slowClose(delayMs);
      try {
        const heard = await network.hangUpMs();
        if (heard < delayMs * 0.7) throw new Error(`hanging up was heard after ${heard} ms`);
        // connections that close while their ends are not told
        await killOf('det-1', ms).act(stage);
        return `hanging up heard after ${seconds(heard)}, a detector killed meanwhile (${network.kind})`;
      } finally {
        await network.heal();
      }
    },
  };
}

/** Freezes a worker until another has its work, wakes it, and lets it find out. */
export function frozenFormerOwner(role: 'ingest' | 'detector' | 'notifier'): Harm {
  const [owner, heir] = { ingest: ['in-1', 'in-2'], detector: ['det-2', 'det-1'], notifier: ['note-1', 'note-2'] }[role] as [string, string];
  const work = { ingest: '', detector: 'detector', notifier: 'hold' }[role];
  return {
    name: `${role} frozen until its work is another's`,
    async act(stage) {
      const { crew } = stage;
      const helper = !(heir in base);
      if (helper) {
        crew.start(role, heir);
        await crew.child(heir).line(/^(?:Board|Health and metrics):/m);
      }
      const holds = async (instance: string) => (role === 'ingest' ? crew.said(instance, '"holding"') > 0 : (await crew.parts(instance, work)).length === (role === 'detector' ? 4 : 1));
      if (role === 'detector') await until('partitions for the one to be frozen', upMs, async () => (await crew.parts(owner, work)).length > 0);
      const pid = crew.child(owner).process.pid!;
      await freeze(pid);
      let took = 0;
      try {
        if (!stateOf(pid).startsWith('T')) throw new Error(`${owner} is not frozen`);
        took = await until(`${heir} taking over`, upMs, () => holds(heir));
      } finally {
        process.kill(pid, 'SIGCONT');
      }
      const from = stage.readMs();
      await until('posts read after it woke', upMs, () => stage.readMs() > from);
      await wait(3_000);
      const told = crew.said(owner, 'gave the part up') + crew.said(owner, 'fenced');
      const over = crew.child(owner).process.exitCode;
      if (helper) {
        const how = await crew.dismiss(heir);
        if (how !== 0) throw new Error(`${heir} ended with ${how}`);
      }
      if (over !== null) throw new Error(`${owner} ended with ${over}: ${crew.child(owner).errors().slice(-500)}`);
      return `state T; another had its work after ${seconds(took)}; awake it was told so ${told} times and went on as a worker`;
    },
  };
}
