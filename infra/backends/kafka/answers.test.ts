import { expect, test } from 'vitest';
import { createAnswers, NoAnswer } from './answers.ts';

const never = new Promise<string>(() => {});

test('what was answered, refused or too late is waited for no longer', async () => {
  const answers = createAnswers();
  for (let i = 0; i < 100; i++) expect(await answers.within(60_000, Promise.resolve(i))).toBe(i);
  await expect(answers.within(60_000, Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  await expect(answers.within(1, never)).rejects.toThrow(NoAnswer);
  expect(answers.waiting()).toBe(0);
});

test('an answer that nobody needs any more is let go of', async () => {
  const answers = createAnswers();
  let letGo = 0;
  const registry = new FinalizationRegistry(() => letGo++);
  const ask = async (): Promise<void> => {
    const answer = { bytes: new Uint8Array(1 << 20) };
    registry.register(answer, undefined);
    await answers.within(60_000, Promise.resolve(answer));
  };
  // enough of them that the collector comes by itself
  await expect.poll(async () => {
    for (let i = 0; i < 64; i++) await ask();
    return letGo;
  }, { timeout: 15_000 }).toBeGreaterThan(0);
});

test('who hangs up waits for nothing, and asks nothing more', async () => {
  const answers = createAnswers();
  const asked = [answers.within(60_000, never), answers.within(60_000, never)];
  answers.hangUp();
  for (const one of asked) await expect(one).rejects.toThrow('closed');
  await expect(answers.within(60_000, never)).rejects.toThrow('closed');
  expect(answers.waiting()).toBe(0);
});
