// The local Kafka and Redis themselves: brought whole, gone with their owner, faults that are real.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bringKafka } from '../infra/local/kafka-jars.ts';
import { hasBroker, startKafka } from '../infra/local/kafka.ts';
import { startRedis } from '../infra/local/redis.ts';

const local = join(import.meta.dirname, '..', 'infra', 'local');
const quiet = (): void => {};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outcry-local-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}

const listens = (address: string) =>
  new Promise<boolean>((resolve) => {
    const [host, port] = address.split(':') as [string, string];
    const socket = connect({ host, port: Number(port) }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

/** A machine with much else to do may need longer than the patience of one question. */
const answersInTheEnd = (address: string) => until(() => answers(address));

const answers = (address: string) => hasBroker(address.split(':')[0]!, Number(address.split(':')[1]));

test('a broker freezes, wakes, is killed, and comes back to its address', async () => {
  const kafka = await startKafka({ own: true });
  const [address] = kafka.brokers as [string];
  await answersInTheEnd(address);
  await kafka.pause();
  expect(await answers(address)).toBe(false);
  kafka.resume();
  await answersInTheEnd(address);
  const pid = kafka.pid();
  await kafka.kill();
  expect(await listens(address)).toBe(false);
  await kafka.restart();
  await answersInTheEnd(address);
  expect(kafka.pid()).not.toBe(pid);
  await kafka.stop();
  await kafka.stop();
  expect(await listens(address)).toBe(false);
});

test('no server and no data outlive a process that was killed', async () => {
  const script = `
    import { startBoth } from ${JSON.stringify(join(local, 'both.ts'))};
    const { kafka, redis } = await startBoth({ kafka: { own: true }, redis: { own: true } });
    await redis.pause();
    console.log(JSON.stringify([kafka.brokers[0], redis.url.slice(8)]));`;
  const owner = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, TMPDIR: folder } });
  const line = await new Promise<string>((resolve) => void owner.stdout.setEncoding('utf8').once('data', resolve));
  const addresses = JSON.parse(line) as string[];
  expect(readdirSync(folder)).toHaveLength(2);
  owner.kill('SIGKILL');
  await until(async () => !(await Promise.all(addresses.map(listens))).includes(true));
  await until(() => readdirSync(folder).length === 0);
});

test('a file that is not the pinned one is refused by name, and nothing of it is kept', () => {
  const list = `${'0'.repeat(64)} org.jspecify:jspecify:1.0.0\n`;
  expect(() => bringKafka(quiet, { ...process.env, OUTCRY_CACHE: folder }, list)).toThrow(/jspecify-1\.0\.0\.jar is not the pinned file: SHA-256 1fad6e6be7557781e4d33729d49ae1cdc8fdda6fe477bb0cc68ce351eafdfbab.*Nothing was kept/);
  expect(readdirSync(folder)).toEqual([]);
});

test('a file that nobody has is told in the words of Maven', () => {
  const list = `${'0'.repeat(64)} org.jspecify:jspecify:0.0.0-none\n`;
  expect(() => bringKafka(quiet, { ...process.env, OUTCRY_CACHE: folder }, list)).toThrow(/Maven could not fetch Apache Kafka:[^]*jspecify/);
  expect(readdirSync(folder)).toEqual([]);
});

test('servers named in the environment are used, never started or stopped, and told when they do not answer', async () => {
  const kept = { kafka: process.env['KAFKA_BROKERS'], redis: process.env['REDIS_URL'] };
  const redis = await startRedis({ own: true });
  try {
    process.env['REDIS_URL'] = redis.url;
    const taken = await startRedis();
    expect(taken.url).toBe(redis.url);
    expect(() => taken.kill()).toThrow(/not ours to stop/);
    await taken.stop();
    expect(await redis.command('PING')).toBe('+PONG\r\n');
    await redis.kill();
    await expect(startRedis()).rejects.toThrow(/REDIS_URL names 127\.0\.0\.1:\d+, and nothing answers there/);
    process.env['KAFKA_BROKERS'] = '127.0.0.1:1, 127.0.0.1:2';
    await expect(startKafka()).rejects.toThrow(/KAFKA_BROKERS names 127\.0\.0\.1:1, 127\.0\.0\.1:2, and nothing answers there/);
  } finally {
    for (const [name, value] of [['KAFKA_BROKERS', kept.kafka], ['REDIS_URL', kept.redis]] as const) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    await redis.stop();
  }
});

test('a server that can not start says why', async () => {
  await expect(startRedis({ own: true, args: ['--maxmemory', 'plenty'] })).rejects.toThrow(/Redis did not start: exit code 1[^]*maxmemory/);
  await expect(startKafka({ own: true, properties: { 'log.retention.bytes': 'plenty' } })).rejects.toThrow(/log\.retention\.bytes/);
});

test('up, status and down by hand, twice over', () => {
  const run = (word: string) =>
    spawnSync(process.execPath, [join(local, 'services.ts'), word], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, OUTCRY_CACHE: folder, KAFKA_BROKERS: '', REDIS_URL: '' } });
  expect(run('status')).toMatchObject({ status: 1, stderr: 'nothing runs\n' });
  const up = run('up');
  expect(up.stdout).toMatch(/^export KAFKA_BROKERS=127\.0\.0\.1:\d+\nexport REDIS_URL=redis:\/\/127\.0\.0\.1:\d+\n$/);
  expect(run('up')).toMatchObject({ status: 0, stdout: up.stdout, stderr: 'already up\n' });
  expect(run('status')).toMatchObject({ status: 0, stdout: up.stdout });
  expect(run('down')).toMatchObject({ status: 0, stderr: 'ended\n' });
  expect(run('status').status).toBe(1);
  expect(run('sideways').status).toBe(2);
  expect(existsSync(join(folder, 'services.sock'))).toBe(false);
});
