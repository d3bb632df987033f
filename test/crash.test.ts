// Killed at fifty random moments and started again each time, the demonstration ends as if nothing had happened:
// the same incidents, the same alerts, byte for byte, and the webhook receiver has every event.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openEmbedded } from '../infra/backends/index.ts';
import { startOutcry } from './child.ts';
import { openReceiver, type Receiver } from './fakes/receiver.ts';
import { tellOf, type Told } from './told.ts';

const kills = 50;

function config(folder: string, hook: string): void {
  const text = JSON.stringify({
    data: './data',
    listen: { port: 0 },
    sources: { demonstration: { type: 'demo', speed: 'max' } },
    channels: { hook: { type: 'webhook', url: hook, secrets: [`whsec_${Buffer.alloc(32, 7).toString('base64')}`], allowPrivate: true, allowHttp: true } },
    logLevel: 'error',
  });
  writeFileSync(join(folder, 'outcry.yaml'), text);
}

async function readEnd(folder: string): Promise<Told> {
  const { bus } = openEmbedded({ file: join(folder, 'data', 'outcry.db'), partitions: 4, mode: 'own', maxBytes: null });
  const told = await tellOf(bus);
  await bus.close();
  return told;
}

/** Runs to the end; answers how long it worked after it was up, ms. */
async function untilExit(folder: string): Promise<number> {
  const child = startOutcry(['run', '--exit'], { cwd: folder });
  await child.line(/^Board:/m);
  const began = performance.now();
  const how = await child.ended;
  if (how !== 0) throw new Error(`outcry ended with ${how}: ${child.errors().slice(-3_000)}`);
  return performance.now() - began;
}

/** A small generator, so that a failing run can be told apart by its printed seed. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test(`${kills} kills at random moments lose no post, no incident and no alert, and add none`, async () => {
  const calm = mkdtempSync(join(tmpdir(), 'outcry-calm-'));
  const calmHook = await openReceiver();
  const nights: { readonly folder: string; readonly hook: Receiver }[] = [];
  const begin = async (): Promise<string> => {
    const folder = mkdtempSync(join(tmpdir(), 'outcry-crash-'));
    const hook = await openReceiver();
    nights.push({ folder, hook });
    config(folder, hook.url);
    return folder;
  };
  const seed = Date.now() % 1_000_000;
  const random = createRandom(seed);
  try {
    config(calm, calmHook.url);
    const workMs = await untilExit(calm);
    let stormy = await begin();
    let atWork = 0;
    for (let killed = 0; killed < kills; ) {
      const child = startOutcry(['run', '--exit'], { cwd: stormy });
      const kill = () => child.process.kill('SIGKILL');
      // one in five while it starts, the others at a moment of its work, so that all of them spread over the evening
      let timer: NodeJS.Timeout | undefined;
      if (killed % 5 === 4) timer = setTimeout(kill, random() * 1_500);
      else void child.line(/^Board:/m).then(() => {
        timer = setTimeout(kill, (random() * 2.4 * workMs) / kills);
      }, () => {});
      const how = await child.ended;
      clearTimeout(timer);
      if (how !== 'SIGKILL' && how !== 0) throw new Error(`seed ${seed}: outcry ended with ${how}: ${child.errors().slice(-3_000)}`);
      // its evening is over, since the calm one was slower than this: the kills that are left are of another
      if (how === 0) stormy = await begin();
      else killed++;
      if (how === 'SIGKILL' && child.output().includes('Board:')) atWork++;
    }
    await untilExit(stormy);
    expect(atWork, `seed ${seed}: kills while it worked`).toBeGreaterThan(kills / 2);
    const expected = await readEnd(calm);
    expect(expected.incidents.length, `seed ${seed}`).toBeGreaterThan(5);
    const ids = (received: readonly { headers: Record<string, unknown> }[]) => [...new Set(received.map(({ headers }) => headers['webhook-id'] as string))];
    for (const { folder, hook } of nights) {
      const found = await readEnd(folder);
      expect(found.incidents, `seed ${seed}`).toEqual(expected.incidents);
      expect(found.alerts, `seed ${seed}`).toEqual(expected.alerts);
      expect(found.evidence, `seed ${seed}`).toEqual(expected.evidence);
      expect(ids(hook.received).toSorted(), `seed ${seed}`).toEqual(ids(calmHook.received).toSorted());
    }
    expect(ids(calmHook.received)).toHaveLength(expected.alerts.length);
  } finally {
    await calmHook.close();
    rmSync(calm, { recursive: true, force: true });
    for (const { folder, hook } of nights) {
      await hook.close();
      rmSync(folder, { recursive: true, force: true });
    }
  }
}, 1_800_000);
