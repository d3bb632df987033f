// What a disk can do to us: full, read-only, damaged, taken. Each ends in words that say what to do, without a stack
// trace, and nothing that was accepted is lost.
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { openEmbedded } from '../infra/backends/index.ts';
import { decodeFrame } from '../shared/frame.ts';
import { topics } from '../shared/topics.ts';
import { runOutcry, startOutcry, type Child } from './child.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

function folder(config: object = {}): string {
  const place = mkdtempSync(join(tmpdir(), 'outcry-disk-'));
  chmodSync(place, 0o755);
  closing.push(async () => rmSync(place, { recursive: true, force: true }));
  writeFileSync(join(place, 'outcry.yaml'), JSON.stringify({ data: './data', listen: { port: 0 }, channels: {}, sources: { in: { type: 'http', requestsPerMinute: 1_000_000 } }, ...config }));
  return place;
}

async function start(place: string): Promise<{ child: Child; url: string }> {
  const child = startOutcry(['run'], { cwd: place });
  closing.push(async () => {
    child.process.kill('SIGKILL');
    await child.ended;
  });
  return { child, url: (await child.line(/^Board: (\S+)/m))[1]! };
}

/** One message for people: no stack, no source line. */
function expectWords(errors: string, words: RegExp): void {
  expect(errors).toMatch(words);
  expect(errors).not.toMatch(/^\s+at |node:internal|\.ts:\d+/m);
}

/** Ids of the posts in the log of a stopped Outcry. */
async function keptIds(file: string): Promise<string[]> {
  const { bus } = openEmbedded({ file, partitions: 4, mode: 'own', maxBytes: null });
  const ids: string[] = [];
  await new Promise<void>((resolve) => {
    bus.tail(topics.observations.name, 'start', (records) => {
      for (const { value } of records) {
        const decoded = decodeFrame(value!, true);
        if ('frame' in decoded) ids.push(...decoded.frame.mentions.map(({ id }) => id));
      }
    }, resolve);
  });
  await bus.close();
  return ids;
}

interface Answered {
  readonly accepted: string[];
  readonly refusals: { status: number; body: string }[];
}

const saysFull = async (url: string): Promise<boolean> => (await (await fetch(`${url}/readyz`)).text()).includes('no room left');

/** Posts one after another until a log that is full has refused one, or `most`. What it was only too slow for is sent again, as it asks. */
async function postUntilRefused(url: string, most: number): Promise<Answered> {
  const accepted: string[] = [];
  const refusals: { status: number; body: string }[] = [];
  for (let i = 0; i < most && refusals.length === 0; i++) {
    const posts = Array.from({ length: 100 }, (_, k) => ({ id: `p-${i}-${k}`, text: `WhatsApp is down for me, ${'word '.repeat(300)}`, author: `a${i}-${k}` }));
    const send = async () => {
      const answer = await fetch(`${url}/v1/posts`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(posts) });
      return { status: answer.status, body: await answer.text() };
    };
    let answer = await send();
    while (answer.status === 503 && !(await saysFull(url))) answer = await send();
    if (answer.status === 202) accepted.push(...posts.map(({ id }) => id));
    else refusals.push(answer);
  }
  return { accepted, refusals };
}

/** Fills the log of `place`, looks at what is said, stops it; `grow` makes room; every accepted post must be there then. */
async function fillAndGrow(place: string, grow: () => void): Promise<void> {
  const { child, url } = await start(place);
  const { accepted, refusals } = await postUntilRefused(url, 500);
  expect(accepted.length).toBeGreaterThan(0);
  expect(refusals).toEqual([{ status: 503, body: expect.stringContaining('try again') as string }]);
  const ready = await fetch(`${url}/readyz`);
  expect([ready.status, await ready.text()]).toEqual([503, expect.stringMatching(/no room left .*free some disk or raise/)]);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  expect(child.process.exitCode).toBe(null);
  child.process.kill('SIGTERM');
  await child.ended;
  for (const line of child.errors().split('\n')) if (!line.startsWith('{')) expect(line).not.toMatch(/^\s+at /);
  expect(child.errors()).toMatch(/no room left/);
  grow();
  const again = await start(place);
  while ((await fetch(`${again.url}/readyz`)).status !== 200) await new Promise(setImmediate);
  const more = await fetch(`${again.url}/v1/posts`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ id: 'after', text: 'WhatsApp is down', author: 'b' }) });
  expect(more.status).toBe(202);
  again.child.process.kill('SIGTERM');
  expect(await again.child.ended, again.child.errors()).toBe(0);
  const kept = new Set(await keptIds(join(place, 'data', 'outcry.db')));
  expect(accepted.filter((id) => !kept.has(id))).toEqual([]);
  expect(kept.has('after')).toBe(true);
}

test('a log that has reached storage.maxMegabytes refuses new posts, says so, and keeps every accepted one', async () => {
  const place = folder({ storage: { maxMegabytes: 4 } });
  await fillAndGrow(place, () => {
    const config = JSON.parse(readFileSync(join(place, 'outcry.yaml'), 'utf8')) as object;
    writeFileSync(join(place, 'outcry.yaml'), JSON.stringify({ ...config, storage: {} }));
  });
});

function mountsMemory(at: string, megabytes: number): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'outcry-test', at], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const probe = mkdtempSync(join(tmpdir(), 'outcry-mount-'));
const mayMount = mountsMemory(probe, 1);
if (mayMount) execFileSync('umount', [probe]);
rmSync(probe, { recursive: true });

// where the test may not mount, the bound of the test above stands for the disk
if (mayMount) {
  test('a disk of 8 MB that is full (a tmpfs) refuses new posts, says so, and keeps every accepted one', async () => {
    const place = folder();
    const data = join(place, 'data');
    mkdirSync(data);
    expect(mountsMemory(data, 8)).toBe(true);
    closing.push(async () => execFileSync('umount', ['-l', data]));
    await fillAndGrow(place, () => execFileSync('mount', ['-o', 'remount,size=64m', data]));
  });
}

const nobody = 65_534;

test('a folder that may not be written ends in one message, at the start and in every command that would write', async () => {
  const place = folder();
  mkdirSync(join(place, 'data'));
  const asNobody = process.getuid?.() === 0 ? { uid: nobody } : {};
  if (asNobody.uid !== undefined) chownSync(join(place, 'data'), nobody, nobody);
  chmodSync(join(place, 'data'), 0o555);
  const run = await runOutcry(['run'], { cwd: place, ...asNobody });
  expect([run.code, run.output]).toEqual([1, '']);
  expectWords(run.errors, /can't write .*data.*: make its folder writable/);
  const doctor = await runOutcry(['doctor'], { cwd: place, ...asNobody });
  expect([doctor.code, doctor.output]).toEqual([1, expect.stringMatching(/FAIL database: /)]);
  chmodSync(place, 0o555);
  const init = await runOutcry(['init', 'new.yaml'], { cwd: place, ...asNobody });
  expect(init.code).toBe(1);
  expectWords(init.errors, /can't write new\.yaml .*writable/);
  chmodSync(place, 0o755);
});

test('a damaged database is refused by name with the way back and left as it is; the backup brings the accepted posts back', async () => {
  const place = folder();
  const file = join(place, 'data', 'outcry.db');
  const { child, url } = await start(place);
  const { accepted } = await postUntilRefused(url, 3);
  expect(await runOutcry(['backup', 'copy.db'], { cwd: place })).toMatchObject({ code: 0 });
  child.process.kill('SIGTERM');
  expect(await child.ended, child.errors()).toBe(0);
  const bytes = readFileSync(file);
  bytes.fill(0x5a, 4_096, Math.min(bytes.length, 60_000));
  writeFileSync(file, bytes);
  const { mtimeMs } = statSync(file);
  for (const args of [['run'], ['tail', 'alerts', '--end'], ['redrive', '--dry-run'], ['doctor']]) {
    const { code, errors, output } = await runOutcry(args, { cwd: place });
    expect([args[0], code]).toEqual([args[0], 1]);
    expectWords(errors, args[0] === 'doctor' ? /need help/ : /outcry\.db is damaged .*outcry restore/);
    if (args[0] === 'doctor') expect(output).toMatch(/FAIL database: .*damaged/);
  }
  expect(readFileSync(file).equals(bytes)).toBe(true);
  expect(statSync(file).mtimeMs).toBe(mtimeMs);
  expect(await runOutcry(['restore', 'copy.db'], { cwd: place })).toMatchObject({ code: 0 });
  expect(new Set(await keptIds(file))).toEqual(new Set(accepted));
});

test('a second instance on the same folder is refused with what to do, and the first one loses nothing', async () => {
  const place = folder();
  const { child, url } = await start(place);
  const before = await postUntilRefused(url, 2);
  const second = await runOutcry(['run'], { cwd: place });
  expect([second.code, second.output]).toEqual([1, '']);
  expectWords(second.errors, /another Outcry runs on .*outcry\.db: stop it first, or give this one another `data` folder/);
  const after = await postUntilRefused(url, 1);
  expect([before.refusals, after.refusals]).toEqual([[], []]);
  child.process.kill('SIGKILL');
  await child.ended;
  expect(new Set(await keptIds(join(place, 'data', 'outcry.db')))).toEqual(new Set([...before.accepted, ...after.accepted]));
});
