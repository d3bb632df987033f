// What a dead worker leaves behind is taken up, over a real Kafka and a real Redis: the state of ten thousand services by
// the detector that starts in its place, and a source that allows one connection by the reader that stood by.
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
import { commitEvent, openJetstream } from './fakes/jetstream.ts';
import { createCrew, crewConfig, until } from './faults/crew.ts';

const log = pino({ level: 'silent' });
const many = 10_000;
const allParts = ['0', '1', '2', '3'];
// letters only, so that no name is part of another
const nameOf = (n: number): string => `Kwo${[...String(n).padStart(5, '0')].map((digit) => 'abcdefghij'[Number(digit)]).join('')}`;

test('ten thousand services and a source of one connection outlive the workers that had them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'outcry-handover-'));
  const server = await openJetstream();
  const kafka = await startKafka({ own: true });
  const redis = await startRedis({ own: true });
  const file = join(folder, 'outcry.yaml');
  writeFileSync(file, JSON.stringify({
    ...crewConfig(kafka.brokers, redis.url),
    services: { mode: 'replace', list: Array.from({ length: many }, (_, n) => ({ id: `s${n}`, name: nameOf(n) })) },
    sources: { bluesky: { type: 'bluesky', urls: [server.url] } },
    channels: { console: { type: 'console' } },
  }));
  const crew = createCrew(folder, { ingest: file, detector: file, notifier: file });
  const config = loadConfig(file);
  await createTopics({ settings: config.kafka!, partitions: config.partitions, log });
  const { bus, close } = await openBackend(config, 'join', log);
  const read = new Map<string, number>();
  bus.tail(topics.observations.name, 'start', (records) => {
    for (const { value } of records) {
      const decoded = decodeFrame(value!, true);
      if (!('frame' in decoded)) throw new Error('a frame that can not be read');
      for (const { service } of decoded.frame.mentions) read.set(service, (read.get(service) ?? 0) + 1);
    }
  });
  let said = 0;
  let chatted = 0;
  const post = (key: string, text: string): void => server.push(commitEvent(Date.now() * 1_000 + ((said + chatted) % 1_000), `did:plc:${key}`, key, { text, langs: ['en'] }));
  const say = (): void => post(`a${++said}`, `${nameOf((said - 1) % many)} is down again`);
  // the stream never stands still, and its clock is what moves the log
  const chatter = setInterval(() => post(`b${++chatted}`, 'what a morning'), 200);
  const untilRead = (posts: number) => until(`${posts} posts read`, 120_000, () => [...read.values()].reduce((sum, times) => sum + times, 0) >= posts);
  const untilFolded = () => until('the detector up to date', 120_000, async () => (await crew.lag('det-1')) === 0 && (await crew.parts('det-1', 'detector')).length === allParts.length);
  const connected = () => until('a connection to the source', 120_000, () => server.open() === 1);
  try {
    crew.start('detector', 'det-1');
    crew.start('ingest', 'in-1');
    await connected();
    crew.start('ingest', 'in-2');
    await crew.child('in-2').line(/^Health and metrics:/m);
    for (let n = 0; n < many; n++) say();
    await untilRead(many);
    await untilFolded();
    // that a snapshot of them all lies in the log is what makes the successor quick; each minute's end changes them all
    await until('a snapshot of every service', 120_000, async () => [...(await bus.latest(topics.snapshots.name)).keys()].filter((key) => key.includes('watch/')).length >= many);

    expect(await crew.end('det-1', 'SIGKILL')).toBe('SIGKILL');
    crew.start('detector', 'det-1');
    const detectorMs = await untilFolded();

    // by itself it changes hands only where a worker stood still for longer than its lease lasts
    const times = (name: string): number => crew.said(name, '"holding"');
    const lastMs = (name: string): number => Math.max(0, ...[...crew.log(name).matchAll(/"time":(\d+).*"holding"/g)].map(([, ms]) => Number(ms)));
    const [holder, other] = ['in-1', 'in-2'].toSorted((a, b) => lastMs(b) - lastMs(a));
    const [before, connections] = [times(other!), server.connections()];
    expect(await crew.end(holder!, 'SIGKILL')).toBe('SIGKILL');
    await until('the connection gone', 120_000, () => server.open() === 0 || server.connections() > connections);
    for (let n = 0; n < 500; n++) say();
    const sourceMs = await connected();
    for (let n = 0; n < 500; n++) say();
    await untilRead(said);
    await untilFolded();
    console.log(`handover: ${many} services live again after ${(detectorMs / 1_000).toFixed(1)} s, the source after ${(sourceMs / 1_000).toFixed(1)} s`);

    expect(times(other!)).toBeGreaterThan(before);
    // one that held it and stood still keeps its connection until it wakes
    expect(server.most()).toBeLessThanOrEqual(times('in-1') + times('in-2') - 1);
    expect(crew.fallen()).toEqual([]);
    const counted = Array.from({ length: many }, (_, n) => read.get(`s${n}`));
    expect(counted).toEqual(Array.from({ length: many }, (_, n) => (n < 1_000 ? 2 : 1)));
  } finally {
    clearInterval(chatter);
    await crew.stop();
    await close();
    await Promise.all([kafka.stop(), redis.stop(), server.close()]);
    rmSync(folder, { recursive: true, force: true });
  }
}, 1_800_000);
