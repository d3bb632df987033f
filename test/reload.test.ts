// A running Outcry through what operations do to it: a changed configuration, good and bad, a kill in mid-stream, a
// receiver that is away while we restart. State is kept, nobody is told twice, and its health says what is so.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterEach, expect, test } from 'vitest';
import { openEmbedded } from '../infra/backends/index.ts';
import { decodeFrame } from '../shared/frame.ts';
import { topics } from '../shared/topics.ts';
import { startOutcry, type Child } from './child.ts';
import { openReceiver, type Received, type Receiver } from './fakes/receiver.ts';
import { outageLines } from './generators/outage-lines.ts';

const secret = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function receiver(): Promise<Receiver> {
  const opened = await openReceiver();
  closing.push(opened.close);
  return opened;
}

function folder(): string {
  const place = mkdtempSync(join(tmpdir(), 'outcry-reload-'));
  closing.push(async () => rmSync(place, { recursive: true, force: true }));
  return place;
}

const hook = (to: Receiver) => ({ type: 'webhook', url: to.url, secrets: [secret], allowHttp: true, allowPrivate: true });

function configure(place: string, config: object): void {
  writeFileSync(join(place, 'outcry.yaml'), JSON.stringify({ data: './data', listen: { port: 0 }, sources: { calm: { type: 'lines', file: 'calm.ndjson' }, in: { type: 'http', requestsPerMinute: 1_000_000 } }, ...config }));
}

interface Started {
  readonly child: Child;
  readonly url: string;
}

async function start(place: string, ...args: string[]): Promise<Started> {
  const child = startOutcry(['run', ...args], { cwd: place });
  closing.push(async () => {
    child.process.kill('SIGKILL');
    await child.ended;
  });
  return { child, url: (await child.line(/^Board: (\S+)/m))[1]! };
}

/** Answers of a server that may be between two configurations. */
async function ask(url: string, init: RequestInit = {}): Promise<{ status: number; text: string }> {
  try {
    const answer = await fetch(url, init);
    return { status: answer.status, text: await answer.text() };
  } catch {
    return { status: 0, text: '' };
  }
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise(setImmediate);
}

async function post(url: string, lines: readonly string[]): Promise<void> {
  for (let i = 0; i < lines.length; i += 200) {
    const body = lines.slice(i, i + 200).join('\n');
    const send = () => ask(`${url}/v1/posts`, { method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body });
    // while a new configuration is put in force a caller is asked to try again, or finds nobody; the posts carry ids, so a repeat counts once
    let answer = await send();
    while ([0, 503].includes(answer.status)) answer = await send();
    expect([answer.status, answer.text.slice(0, 300)]).toEqual([202, expect.any(String)]);
  }
}

const calmPosts = (place: string): void =>
  writeFileSync(join(place, 'calm.ndjson'), `${outageLines({ fromMs: Date.now() - 60_000, minutes: 0, perMinute: 0, calmMinutes: 30, prefix: 'calm', post: () => ({}) }).join('\n')}\n`);

/** Thirty people who report `service` within the last second, as a live source brings them. */
const burst = (service: string) =>
  outageLines({ fromMs: Date.now() - 1_000, minutes: 1, perMinute: 1_800, calmMinutes: 0, prefix: service, post: (_i, text) => ({ text: text.replace('whatsapp', service) }) }).slice(0, 30);

interface IncidentRow {
  readonly id: string;
  readonly state: string;
  readonly onset: string;
  readonly openedAt: string;
}

/** As the board shows them once it has read its log. */
async function incidentsAt(url: string): Promise<IncidentRow[]> {
  for (;;) {
    await until(async () => (await ask(`${url}/readyz`)).status === 200);
    const { status, text } = await ask(`${url}/api/incidents`);
    if (status === 200) return (JSON.parse(text) as { incidents: IncidentRow[] }).incidents;
  }
}

const ids = (received: readonly Received[]) => received.filter(({ status }) => status === 200).map(({ headers }) => headers['webhook-id'] as string);
const changes = (received: readonly Received[]) => received.map(({ body }) => (JSON.parse(body) as { type: string }).type);
const configError = async (url: string) => {
  const { status, text } = await ask(`${url}/api/about`);
  return status === 200 ? (JSON.parse(text) as { configError: string | null }).configError : undefined;
};
const reloads = async (url: string, result: string) => Number(new RegExp(`^outcry_config_reloads_total\\{result="${result}"\\} (\\d+)`, 'm').exec((await ask(`${url}/metrics`)).text)?.[1] ?? 0);

test('a bad file leaves the old configuration in force and is told; a good one is taken: the open incident stays, no alert is repeated, the new channel gets the next one', async () => {
  const place = folder();
  const [first, second] = [await receiver(), await receiver()];
  calmPosts(place);
  configure(place, { channels: { first: hook(first) } });
  const { child, url } = await start(place);
  await post(url, burst('whatsapp'));
  await first.until((received) => received.length === 1);
  // the board reads for itself
  await until(async () => (await incidentsAt(url)).length > 0);
  const [opened] = await incidentsAt(url);
  expect(opened).toMatchObject({ state: 'suspected' });

  writeFileSync(join(place, 'outcry.yaml'), '{"data":"./data","chanels":{}}');
  // a file that is looked at while it is being written is a bad one too
  await until(async () => (await configError(url))?.includes('chanels') ?? false);
  expect(await configError(url)).toMatch(/outcry\.yaml:1: unknown key `chanels`; did you mean `channels`\?/);
  const refused = await reloads(url, 'refused');
  expect(refused).toBeGreaterThan(0);
  expect((await ask(`${url}/healthz`)).status).toBe(200);
  expect(await incidentsAt(url)).toEqual([expect.objectContaining({ id: opened!.id, state: 'suspected' })]);

  configure(place, { data: './elsewhere', channels: {} });
  child.process.kill('SIGHUP');
  await until(async () => (await configError(url))?.includes('only with a restart') ?? false);
  expect(await reloads(url, 'refused')).toBeGreaterThan(refused);

  configure(place, { channels: { first: hook(first), second: hook(second) } });
  child.process.kill('SIGHUP');
  await until(async () => (await configError(url)) === null && (await reloads(url, 'taken')) > 0 && (await ask(`${url}/readyz`)).status === 200);
  expect(await incidentsAt(url)).toEqual([expect.objectContaining({ id: opened!.id, onset: opened!.onset, openedAt: opened!.openedAt, state: 'suspected' })]);
  expect(changes(first.received)).toEqual(['outcry.incident.suspected']);
  expect(second.received).toEqual([]);

  await post(url, burst('netflix'));
  await second.until((received) => received.length >= 1);
  await first.until((received) => received.length >= 2);
  expect(ids(second.received)[0]).toMatch(/^netflix-/);
  expect(ids(first.received).slice(0, 2)).toEqual([expect.stringMatching(/^whatsapp-/), ids(second.received)[0]]);
  expect(new Set(ids(first.received)).size).toBe(first.received.length);
  child.process.kill('SIGTERM');
  expect(await child.ended, child.errors()).toBe(0);
});

test('a change of the file is seen without a signal, and a port that is taken is refused while the old one goes on', async () => {
  const place = folder();
  const other = await receiver();
  calmPosts(place);
  configure(place, { channels: {} });
  const { child, url } = await start(place);
  configure(place, { channels: {}, listen: { port: Number(new URL(other.url).port) } });
  await until(async () => (await configError(url))?.includes('is taken') ?? false);
  configure(place, { channels: {}, logLevel: 'warn' });
  await until(async () => (await configError(url)) === null && (await reloads(url, 'taken')) > 0);
  child.process.kill('SIGTERM');
  expect(await child.ended, child.errors()).toBe(0);
});

/** Ids of all mentions in a stopped log, and how many posts its frames say were read. */
async function inLog(place: string): Promise<{ mentions: string[]; read: number }> {
  const { bus } = openEmbedded({ file: join(place, 'data', 'outcry.db'), partitions: 4, mode: 'own', maxBytes: null });
  const mentions: string[] = [];
  let read = 0;
  await new Promise<void>((resolve) => {
    bus.tail(topics.observations.name, 'start', (records) => {
      for (const { value, partition } of records) {
        const decoded = decodeFrame(value!, true);
        if (!('frame' in decoded)) throw new Error(decoded.reason);
        mentions.push(...decoded.frame.mentions.map(({ id }) => id));
        // every partition is told of every read
        if (partition === 0) read += decoded.frame.reads.reduce((sum, [, count]) => sum + count, 0);
      }
    }, resolve);
  });
  await bus.close();
  return { mentions, read };
}

test('killed in mid-stream again and again, a source that reads a file loses no post and counts none twice (row 1)', async () => {
  const place = folder();
  const lines = outageLines({ fromMs: Date.UTC(2026, 4, 3, 20), minutes: 500, perMinute: 100, calmMinutes: 60 * 24, prefix: 'k', post: () => ({}) });
  writeFileSync(join(place, 'posts.ndjson'), `${lines.join('\n')}\n`);
  // half a minute's reading, of which the kills leave most: who looks late still finds it in mid-stream
  configure(place, { channels: {}, sources: { file: { type: 'lines', file: 'posts.ndjson', speed: 4_000 } } });
  for (let kill = 1; kill <= 5; kill++) {
    const { child, url } = await start(place);
    // as soon as it has read something more
    await until(async () => Number(/^outcry_source_posts\{source="file"\} (\d+)/m.exec((await ask(`${url}/metrics`)).text)?.[1] ?? 0) > 50 * kill);
    child.process.kill('SIGKILL');
    expect(await child.ended).toBe('SIGKILL');
  }
  configure(place, { channels: {}, sources: { file: { type: 'lines', file: 'posts.ndjson' } } });
  const { child } = await start(place, '--exit');
  expect(await child.ended, child.errors().slice(-2_000)).toBe(0);
  const { mentions, read } = await inLog(place);
  expect(read).toBe(lines.length);
  const wanted = lines.flatMap((line) => (line.includes('whatsapp') ? [(JSON.parse(line) as { id: string }).id] : []));
  expect(mentions.length).toBe(wanted.length);
  expect(mentions.toSorted()).toEqual(wanted.toSorted());
});

test('a receiver that answers 503 while we are killed and started again gets every event once, signed and in order (row 30)', async () => {
  const place = folder();
  const away = await receiver();
  let well = false;
  away.behave(() => ({ status: well ? 200 : 503, headers: { 'retry-after': '1' } }));
  calmPosts(place);
  configure(place, { channels: { away: hook(away) } });
  const first = await start(place);
  await post(first.url, burst('whatsapp'));
  await until(async () => (await incidentsAt(first.url)).length === 1);
  await post(first.url, burst('netflix'));
  await until(async () => (await incidentsAt(first.url)).length === 2);
  await away.until((received) => received.length >= 2);
  first.child.process.kill('SIGKILL');
  await first.child.ended;

  const refused = away.received.length;
  const { child } = await start(place);
  await away.until((received) => received.length > refused);
  well = true;
  await away.until((received) => ids(received).length >= 2);
  const taken = away.received.filter(({ status }) => status === 200);
  expect(new Set(ids(taken)).size).toBe(taken.length);
  expect(ids(taken).slice(0, 2)).toEqual([expect.stringMatching(/^whatsapp-/), expect.stringMatching(/^netflix-/)]);
  expect(away.received.slice(0, refused).every(({ headers }) => headers['webhook-id'] === ids(taken)[0])).toBe(true);
  for (const { body, headers } of taken) new Webhook(secret).verify(body, headers as Record<string, string>);
  child.process.kill('SIGTERM');
  expect(await child.ended, child.errors()).toBe(0);
});

test('healthz, readyz and metrics tell how it is: alive and ready, lag and source freshness, not ready once the log refuses (row 44)', async () => {
  const place = folder();
  calmPosts(place);
  configure(place, { channels: {}, storage: { maxMegabytes: 2 } });
  const { url } = await start(place);
  await until(async () => (await ask(`${url}/readyz`)).status === 200);
  expect(await ask(`${url}/healthz`)).toEqual({ status: 200, text: '{"status":"alive"}' });
  await until(async () => (await ask(`${url}/metrics`)).text.includes('outcry_source_state{source="in",state="live"} 1'));
  const { text } = await ask(`${url}/metrics`);
  for (const line of [ /^outcry_role_lag_records\{role="detector",part="0"\} \d+$/m, /^outcry_role_lag_records\{role="hold",part="all"\} \d+$/m, /^# HELP outcry_source_silence_seconds /m, /^process_resident_memory_bytes \d+/m]) expect(text).toMatch(line);
  const body = JSON.stringify(Array.from({ length: 100 }, (_, i) => ({ id: `f${i}`, text: `WhatsApp is down ${'word '.repeat(500)}`, author: `a${i}` })));
  const send = async () => (await fetch(`${url}/v1/posts`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })).status;
  // a log that is only slow for a while says the same to who sends, and is ready
  await until(async () => (await send()) === 503 && (await ask(`${url}/readyz`)).text.includes('no room left'));
  expect(await ask(`${url}/readyz`)).toMatchObject({ status: 503, text: expect.stringContaining('no room left') as string });
  expect((await ask(`${url}/healthz`)).status).toBe(200);
});
