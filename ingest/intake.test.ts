import { expect, test } from 'vitest';
import { createIntakeHouse, start } from './intake.fixture.ts';

const hour = 3_600_000;
const post = (id: string, ts: number) => ({ id, ts, text: 'acme is down', author: id });

test('while the clock is behind the watermark the source is blind and says from when posts count again', async () => {
  const { intake, now, frames, states } = createIntakeHouse();
  intake.state('live', 'takes posts');
  now.ms = start + hour;
  intake.beat(now.ms);
  await intake.accepted();
  now.ms = start + 60_000;
  intake.post(post('a', now.ms));
  await intake.accepted();
  expect(states.at(-1)).toEqual({ state: 'blind', detail: 'the clock went back: posts count again from 2026-05-03T20:29:58.000Z' });
  expect(frames.map((frame) => frame.state)).toEqual(['live', 'live', 'blind']);
  expect(frames.at(-1)!.mentions.map(({ id, late }) => [id, late])).toEqual([['a', start + hour - 2_000]]);
  now.ms = start + hour - 2_001;
  intake.beat(now.ms);
  await intake.accepted();
  expect(frames.at(-1)!.state).toBe('blind');
  now.ms += 1;
  intake.beat(now.ms);
  await intake.accepted();
  expect([states.at(-1), frames.at(-1)!.state]).toEqual([{ state: 'live', detail: 'takes posts' }, 'live']);
  expect(states).toHaveLength(3);
});

test('a clock that was put right before a restart is told at the start, whatever state the source gives', async () => {
  const { intake, states, frames } = createIntakeHouse({ v: 1, cursor: '', seq: 3, greatest: start + 24 * hour, epoch: start });
  intake.state('live', 'takes posts');
  intake.state('catching-up', 'reads on');
  await intake.accepted();
  expect(states.map(({ state }) => state)).toEqual(['blind', 'blind']);
  expect(states[0]!.detail).toMatch(/^the clock went back: posts count again from 2026-05-04/);
  expect(frames.map(({ state }) => state)).toEqual(['blind', 'blind']);
  await intake.end(false);
  expect(frames.at(-1)!.state).toBe('closed');
});

test('a watermark ahead by less than a post may be is nothing to tell', async () => {
  const { intake, now, states } = createIntakeHouse();
  intake.state('live', 'takes posts');
  intake.post(post('a', start + 5 * 60_000));
  now.ms -= 2_000;
  await intake.accepted();
  expect(states).toEqual([{ state: 'live', detail: 'takes posts' }]);
});

test('a file read through years later than its posts never meets the clock', async () => {
  const { intake, states, frames } = createIntakeHouse();
  intake.state('live', 'reading');
  intake.post(post('a', start - 5 * 365 * 24 * hour));
  await intake.end(true);
  expect([states.length, frames.at(-1)!.state]).toEqual([1, 'closed']);
});

test('while a write is on its way what comes waits for it together: nothing queues where the log is slow', async () => {
  const writes: (() => void)[] = [];
  const { intake, frames } = createIntakeHouse(undefined, { frameMs: 1, answered: () => new Promise((resolve) => writes.push(resolve)) });
  intake.state('live', 'takes posts');
  await expect.poll(() => writes.length).toBe(1);
  for (const id of ['a', 'b', 'c']) {
    intake.post(post(id, start));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(writes.length).toBe(1);
  writes[0]!();
  await expect.poll(() => writes.length).toBe(2);
  writes[1]!();
  await expect.poll(() => frames.flatMap((frame) => frame.mentions.map(({ id }) => id))).toEqual(['a', 'b', 'c']);
  expect(frames).toHaveLength(2);
  expect(writes.length).toBe(2);
});

test('all who wait for their posts to be durable while a write is on its way share the next one', async () => {
  const writes: (() => void)[] = [];
  const { intake, frames } = createIntakeHouse(undefined, { frameMs: 2 ** 31 - 1, answered: () => new Promise((resolve) => writes.push(resolve)) });
  intake.post(post('first', start));
  const durable: string[] = [];
  const accepted = async (id: string) => {
    await intake.accepted();
    durable.push(id);
  };
  const all = [accepted('first')];
  for (const id of ['a', 'b', 'c']) {
    intake.post(post(id, start));
    all.push(accepted(id));
  }
  await expect.poll(() => writes.length).toBe(1);
  writes[0]!();
  await expect.poll(() => writes.length).toBe(2);
  expect(durable).toEqual(['first']);
  intake.post(post('later', start));
  writes[1]!();
  await Promise.all(all);
  expect(durable).toEqual(['first', 'a', 'b', 'c']);
  expect(frames.map((frame) => frame.mentions.map(({ id }) => id))).toEqual([['first'], ['a', 'b', 'c']]);
});
