import { expect, test } from 'vitest';
import { freePort } from './ports.ts';

test('no port is given twice, though nobody listens there yet', async () => {
  const ports = await Promise.all(Array.from({ length: 60 }, () => freePort()));
  expect(new Set(ports).size).toBe(60);
  expect(Math.max(...ports)).toBeLessThan(32_768);
});

test('a wanted port is given where it is free', async () => {
  const port = await freePort();
  expect(await freePort(port)).toBe(port);
});
