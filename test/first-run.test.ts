// What a person sees who has just cloned Outcry: one command, no account, no configuration, and an outage on the
// console and on the board. And the whole evening against its truth.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createWorld } from '../ingest/demo/world.ts';
import type { Alert } from '../shared/alert.ts';
import { runOutcry, startOutcry } from './child.ts';

const minuteMs = 60_000;
const folder = () => mkdtempSync(join(tmpdir(), 'outcry-first-'));

interface About {
  readonly demo: boolean;
  readonly simulated: boolean;
  readonly eventTime: string | null;
}

async function get<T>(url: string): Promise<T> {
  return (await (await fetch(url)).json()) as T;
}

/** Alerts of a finished run, from the topic as a consumer reads it. */
async function alertsIn(cwd: string): Promise<Alert[]> {
  const tailed = await runOutcry(['tail', 'alerts', '--end', '--config', 'tail.yaml'], { cwd });
  if (tailed.code !== 0) throw new Error(tailed.errors);
  return tailed.output.trim().split('\n').map((line) => (JSON.parse(line) as { data: Alert }).data);
}

test('one command in an empty folder shows the simulated outage on the console and on the board, and stops when asked', async () => {
  const cwd = folder();
  const child = startOutcry(['run', '--port', '0'], { cwd });
  const [, url] = await child.line(/^Board: (http:\S+)/m);
  expect(child.output()).toMatch(/demonstration: .*3 May 2017.*Nothing in it is real/);
  expect(await get<About>(`${url}/api/about`)).toMatchObject({ demo: true, simulated: true });
  await child.line(/WhatsApp: suspected outage/);
  let shown: { service: string; state: string; openedAt: string } | undefined;
  do {
    const { incidents } = await get<{ incidents: NonNullable<typeof shown>[] }>(`${url}/api/incidents`);
    shown = incidents.find(({ service, state }) => service === 'whatsapp' && (state === 'suspected' || state === 'confirmed'));
    await new Promise((resolve) => setTimeout(resolve, 50));
  } while (shown === undefined);
  // a minute of the evening goes by in each second in which we stand still: what counts is when it was told
  expect(Date.parse(shown.openedAt)).toBeLessThan(Date.parse('2017-05-03T20:05:00Z'));
  expect((await get<About>(`${url}/api/about`)).eventTime).toMatch(/^2017-05-03T/);
  const second = await runOutcry(['run', '--port', '0'], { cwd });
  expect([second.code, second.output]).toEqual([1, '']);
  expect(second.errors).toMatch(/another Outcry runs on/);
  expect(await get<About>(`${url}/api/about`)).toMatchObject({ demo: true });
  child.process.kill('SIGTERM');
  expect(await child.ended).toBe(0);
  const third = startOutcry(['run', '--port', '0'], { cwd });
  await third.line(/^Board: /m);
  expect(third.output()).toMatch(/goes on where it was stopped/);
  expect(third.output()).not.toMatch(/will fail/);
  third.process.kill('SIGTERM');
  expect(await third.ended).toBe(0);
  rmSync(cwd, { recursive: true });
}, 900_000);

test('the evening ends with the two outages that it holds, soon after they began, and no other', async () => {
  const cwd = folder();
  const play = ['run', '--speed', 'max', '--exit', '--port', '0', '--data', 'data'];
  const { code, errors, output } = await runOutcry(play, { cwd });
  expect(errors).toBe('');
  expect(code).toBe(0);
  expect(output).toMatch(/3 May 2017, at --speed max[^]*WhatsApp will fail after 20 of its minutes/);
  writeFileSync(join(cwd, 'tail.yaml'), 'data: ./data\n');
  const alerts = await alertsIn(cwd);
  const { truth } = createWorld({ seed: 2017 });
  expect([...new Set(alerts.map(({ service }) => service.id))].toSorted()).toEqual(truth.map(({ service }) => service).toSorted());
  for (const { service, start, end } of truth) {
    const own = alerts.filter((alert) => alert.service.id === service);
    const opened = own[0]!.incident;
    expect(own[0]!.change).toBe('suspected');
    expect(opened.openedAt, `${service} opened`).toBeGreaterThan(Date.parse(start));
    expect(opened.openedAt, `${service} opened`).toBeLessThan(Date.parse(start) + (service === 'whatsapp' ? 5 : 20) * minuteMs);
    expect(Math.abs(opened.onset - Date.parse(start)), `${service} onset`).toBeLessThan(8 * minuteMs);
    const last = own.at(-1)!;
    expect(last.change, `${service} ended`).toBe('resolved');
    expect(last.at).toBeGreaterThan(Date.parse(end));
  }
  // an evening that was seen to its end begins anew
  const without = (text: string): string => text.replace(/^Board: .*$/m, '');
  expect(without((await runOutcry(play, { cwd })).output)).toBe(without(output));
  rmSync(cwd, { recursive: true });
}, 900_000);
