import { expect, test } from 'vitest';
import { createIntakeHouse, start } from '../../intake.fixture.ts';
import { createPulse } from './pulse.ts';

function aPipe(steady: () => boolean = () => true) {
  const house = createIntakeHouse();
  const { intake, now, frames } = house;
  intake.state('blind', 'waiting for input');
  const pulse = createPulse(intake, () => now.ms, steady);
  pulse.idle();
  return {
    ...house, pulse,
    /** A batch of lines comes, and the pipe waits again. */
    brings(...lines: (number | string)[]): void {
      pulse.busy();
      for (const line of lines) {
        const bytes = Buffer.from(typeof line === 'string' ? line : JSON.stringify({ id: `p${line}`, ts: line, text: 'acme is down', author: 'a' }));
        pulse.intake.line(bytes, 0, bytes.length);
      }
      pulse.idle();
    },
    async passes(seconds: number): Promise<number> {
      for (let i = 0; i < seconds; i++) {
        now.ms += 1_000;
        pulse.tick();
      }
      await intake.accepted();
      return frames.at(-1)!.watermark;
    },
  };
}

test('before its first post it is blind, so that it holds nobody back; bad lines are no posts', async () => {
  const { passes, brings, frames, states } = aPipe();
  await passes(60);
  brings('nonsense', '{"id":"a"}');
  await passes(60);
  expect([states.length, ...new Set(frames.map(({ state }) => state))]).toEqual([1, 'blind']);
});

test('its first live frame comes with its first post, whose time it has', async () => {
  const { brings, passes, frames, states } = aPipe();
  await passes(1);
  brings('nonsense', start + 1_000, start + 1_000);
  await passes(1);
  const live = frames.filter(({ state }) => state === 'live');
  expect([live[0]!.watermark, live[0]!.mentions.length]).toEqual([start - 1_000, 1]);
  expect(states.at(-1)).toEqual({ state: 'live', detail: 'reading standard input' });
});

test('fed as things happen, its time goes on in its pauses, as far behind as its posts come', async () => {
  const { brings, passes } = aPipe();
  brings(start);
  expect(await passes(600)).toBe(start + 598_000);
  brings(start + 600_000 - 30_000, start + 600_000);
  expect(await passes(600)).toBe(start + 1_200_000 - 32_000);
});

test('a backlog at its start is forgotten after a few batches', async () => {
  const { brings, passes, now } = aPipe();
  brings(start - 3_600_000, start);
  expect(await passes(10)).toBe(start - 2_000);
  for (let i = 0; i < 8; i++) brings(now.ms);
  expect(await passes(10)).toBe(start + 18_000);
});

test('old posts played through it keep to their own time', async () => {
  const { brings, passes } = aPipe();
  brings(start - 86_400_000);
  expect(await passes(600)).toBe(start - 86_402_000);
});

test('while a batch waits to be handed over, or the clock can not be believed, its time stands', async () => {
  let steady = true;
  const { brings, passes, pulse } = aPipe(() => steady);
  brings(start);
  pulse.busy();
  expect(await passes(60)).toBe(start - 2_000);
  pulse.idle();
  steady = false;
  expect(await passes(60)).toBe(start - 2_000);
  steady = true;
  expect(await passes(1)).toBe(start + 119_000);
});
