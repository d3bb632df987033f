import { expect, test } from 'vitest';
import type { ServiceSummary } from '../views.ts';
import { createChanges } from './changes.ts';

const standing = (id: string, now: string): ServiceSummary => ({ id, standing: now }) as unknown as ServiceSummary;

test('a change into trouble or out of it is told once, and of a service seen first nothing is told', () => {
  const changes = createChanges();
  const told = (...services: ServiceSummary[]) => changes(services).map(({ id }) => id);
  expect(told(standing('a', 'confirmed'), standing('b', 'quiet'))).toEqual([]);
  expect(told(standing('a', 'confirmed'), standing('b', 'suspected'))).toEqual(['b']);
  expect(told(standing('b', 'suspected'))).toEqual([]);
  expect(told(standing('a', 'quiet'), standing('b', 'confirmed'), standing('c', 'confirmed'))).toEqual(['a', 'b']);
});

test('learning that is over is no trouble', () => {
  const changes = createChanges();
  changes([standing('a', 'learning')]);
  expect(changes([standing('a', 'quiet')])).toEqual([]);
});
