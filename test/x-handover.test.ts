// The one connection that X allows, over a real Kafka and a real Redis: workers never have two, and what its holder leaves
// behind when it is killed is taken up by one that stood by, with the posts of the time between; and again, when that one
// is killed before it has found all of them.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
import { aTweet, openX, xToken } from './fakes/x.ts';

const log = pino({ level: 'silent' });

test('workers never have two connections to X, and a killed one is replaced', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'outcry-x-handover-'));
  const server = await openX();
  server.behave({ searchLagMs: 1_000, keepAliveMs: 500 });
  const kafka = await startKafka({ own: true });
  const redis = await startRedis({ own: true });
  const file = join(folder, 'outcry.yaml');
  writeFileSync(file, JSON.stringify({
    ...crewConfig(kafka.brokers, redis.url),
    services: { mode: 'replace', list: [{ id: 'whatsapp', name: 'WhatsApp' }] },
    sources: { x: { type: 'x', bearerToken: xToken, apiUrl: server.url, settleMs: 2_000, spend: { perDay: 100, perMonth: 1_000 } } },
    channels: { console: { type: 'console' } },
  }));
  const crew = createCrew(folder, { ingest: file, detector: file, notifier: file });
  const config = loadConfig(file);
  await createTopics({ settings: config.kafka!, partitions: config.partitions, log });
  const { bus, close } = await openBackend(config, 'join', log);
  const read = new Map<string, number>();
  const gaps: unknown[] = [];
  bus.tail(topics.observations.name, 'start', (records) => {
    for (const { value } of records) {
      const decoded = decodeFrame(value!, true);
      if (!('frame' in decoded)) throw new Error('a frame that can not be read');
      for (const { text } of decoded.frame.mentions) read.set(text, (read.get(text) ?? 0) + 1);
      if (decoded.frame.gap !== undefined) gaps.push(decoded.frame.gap);
    }
  });
  let said = 0;
  const say = (times: number): void => {
    for (let i = 0; i < times; i++) server.push(aTweet(Date.now(), `whatsapp is down ${++said}`, { n: said % 4_096, author_id: String(7_000_000 + said) }));
  };
  const connected = () => until('a connection to X', 120_000, () => server.open() === 1);
  const allRead = () => until(`${said} posts read`, 120_000, () => read.size === said);
  const heldAt = (name: string): number => Math.max(0, ...[...crew.log(name).matchAll(/"time":(\d+)[^\n]*"msg":"holding"/g)].map(([, time]) => Number(time)));
  const holdings = (): number => ['in-1', 'in-2', 'in-3'].reduce((sum, name) => sum + crew.said(name, '"holding"'), 0);
  try {
    const alive = new Set(['in-1', 'in-2', 'in-3']);
    for (const name of alive) {
      crew.start('ingest', name);
      await crew.child(name).line(/^Health and metrics:/m);
    }
    await connected();
    say(200);
    await allRead();
    const took: number[] = [];
    while (alive.size > 1) {
      // one that the machine let stand still for seconds has lost it: whoever took it last has it
      const [holder] = [...alive].toSorted((a, b) => heldAt(b) - heldAt(a));
      const [before, heldBefore] = [server.connections(), holdings()];
      // some of these are on their way when it dies
      say(50);
      expect(await crew.end(holder!, 'SIGKILL')).toBe('SIGKILL');
      alive.delete(holder!);
      await until('the connection gone', 120_000, () => server.open() === 0 || server.connections() > before);
      say(100);
      took.push(await connected());
      say(50);
      await allRead();
      await until('no more connections than who took it made', 120_000, () => server.connections() - before <= holdings() - heldBefore);
    }
    for (const name of ['in-1', 'in-2', 'in-3']) expect(crew.log(name)).not.toContain(xToken);
    console.log(`handover of X: ${took.map((ms) => `${(ms / 1_000).toFixed(1)} s`).join(', ')}`);
    expect({ most: server.most(), crowded: server.crowded() }).toEqual({ most: 1, crowded: 0 });
    expect([...read.values()].filter((times) => times !== 1)).toEqual([]);
    expect(gaps).toEqual([]);
    expect(crew.fallen()).toEqual([]);
  } finally {
    await crew.stop();
    await close();
    await Promise.all([kafka.stop(), redis.stop(), server.close()]);
    rmSync(folder, { recursive: true, force: true });
  }
}, 600_000);
