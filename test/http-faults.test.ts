// What 202 promises, over a real Kafka and a real Redis: posts that were taken at a worker's door are in the log once,
// whatever then becomes of the worker, the broker or Redis; of posts that got no such answer there is at most one each.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pino from 'pino';
import { expect, test } from 'vitest';
import { openBackend } from '../infra/backends/index.ts';
import { createTopics } from '../infra/backends/kafka/index.ts';
import { loadConfig } from '../infra/cli/command.ts';
import { startKafka } from '../infra/local/kafka.ts';
import { startRedis } from '../infra/local/redis.ts';
import { decodeFrame } from '../shared/frame.ts';
import { topics } from '../shared/topics.ts';
import { createCrew, crewConfig, until } from './faults/crew.ts';
import { readAll } from './faults/ledger.ts';

const log = pino({ level: 'silent' });
const doors = ['door-1', 'door-2'] as const;
const senders = 6;
const batch = 20;
/** Several, so that of none so much is said that it is read in part. */
const names = ['whatsapp', 'instagram', 'telegram', 'spotify'];
const frozenMs = 12_000;

test('posts answered with 202 are in the log once each, though workers are killed and broker and Redis fail meanwhile', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'outcry-http-faults-'));
  const kafka = await startKafka({ own: true });
  const redis = await startRedis({ own: true });
  const file = join(folder, 'outcry.yaml');
  writeFileSync(file, JSON.stringify({
    ...crewConfig(kafka.brokers, redis.url),
    sources: { tickets: { type: 'http', requestsPerMinute: 1_000_000 } },
    channels: { console: { type: 'console' } },
  }));
  const config = loadConfig(file);
  await createTopics({ settings: config.kafka!, partitions: config.partitions, log });
  const crew = createCrew(folder, { ingest: file, detector: file, notifier: file });

  const answers = new Map<string, number>();
  const sent = new Set<string>();
  let sending = true;
  const counted = (answer: string): number => answers.get(answer) ?? 0;
  const accepted = new Set<string>();
  async function send(sender: number): Promise<void> {
    for (let n = 0; sending; n++) {
      const ids = Array.from({ length: batch }, (_, i) => `s${sender}-${n}-${i}`);
      for (const id of ids) sent.add(id);
      const address = crew.address(doors[(sender + n) % doors.length]!);
      const body = JSON.stringify(ids.map((id) => ({ id, ts: Date.now(), author: `author of ${id}`, text: `${names[n % names.length]} is down here` })));
      const answer = address === null ? null : await fetch(`${address}/v1/posts`, { method: 'POST', headers: { 'content-type': 'application/json' }, body, signal: AbortSignal.timeout(20_000) })
        .then(async (response) => ({ status: response.status, body: (await response.json()) as { ids?: string[] } }))
        .catch(() => null);
      const status = answer === null ? 'none' : String(answer.status);
      answers.set(status, counted(status) + 1);
      if (answer?.status === 202) for (const id of answer.body.ids!) accepted.add(id);
      else await wait(50);
    }
  }
  /** Until both doors are open and more is taken. */
  async function untilTaken(): Promise<void> {
    for (const door of doors) await crew.child(door).line(/^Health and metrics:/m);
    const before = counted('202');
    await until('posts taken', 120_000, () => counted('202') >= before + 2 * senders);
  }

  let sent202 = Promise.resolve<unknown>(undefined);
  try {
    for (const door of doors) crew.start('ingest', door);
    for (const door of doors) await crew.child(door).line(/^Health and metrics:/m);
    sent202 = Promise.all(Array.from({ length: senders }, (_, sender) => send(sender)));
    await untilTaken();

    for (const door of [...doors, ...doors]) {
      expect(await crew.end(door, 'SIGKILL')).toBe('SIGKILL');
      crew.start('ingest', door);
      await untilTaken();
    }
    expect(counted('none'), 'requests that a killed worker left without an answer').toBeGreaterThan(0);
    await kafka.kill();
    await wait(1_000);
    await kafka.restart();
    await untilTaken();
    const before = counted('503');
    await kafka.pause();
    await wait(frozenMs);
    await until('requests sent away while the broker is frozen', 60_000, () => counted('503') > before);
    await kafka.resume();
    await untilTaken();
    await redis.command('FLUSHALL');
    await redis.kill();
    await untilTaken();
    await redis.restart();
    await untilTaken();

    sending = false;
    await sent202;
    for (const door of doors) expect(await crew.dismiss(door)).toBe(0);
    const found = new Map<string, number>();
    const { bus, close } = await openBackend(config, 'join', log);
    try {
      await readAll(bus, topics.observations.name, ({ value }) => {
        const decoded = decodeFrame(value!, true);
        if (!('frame' in decoded)) throw new Error('a frame that can not be read');
        for (const { id } of decoded.frame.mentions) found.set(id, (found.get(id) ?? 0) + 1);
      });
    } finally {
      await close();
    }
    const told = JSON.stringify([Object.fromEntries(answers), crew.fallen()]);
    expect([...accepted].filter((id) => !found.has(id)), told).toEqual([]);
    expect([...found].filter(([, times]) => times > 1), told).toEqual([]);
    expect([...found.keys()].filter((id) => !sent.has(id)), told).toEqual([]);
    console.log(`http faults: ${sent.size} posts sent, ${accepted.size} of them answered with 202, ${found.size} in the log; answers ${told}`);
  } finally {
    sending = false;
    await sent202;
    await crew.stop();
    await Promise.all([kafka.stop(), redis.stop()]);
    rmSync(folder, { recursive: true, force: true });
  }
}, 600_000);
