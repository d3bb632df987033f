// The short form of the fault run: each fault once, shown to have been there, and nothing lost, doubled or unequal. The
// long form, with its table, is `npm run faults` and docs/faults.md.
import { expect, test } from 'vitest';
import { shortPlan } from './faults/plans.ts';
import { play } from './faults/play.ts';

test('workers, broker, Redis and network are killed, frozen, filled and cut, and every post, incident and alert is there once', async () => {
  const said: string[] = [];
  const { rows, ledger, underFaults, fallen, sound } = await play(shortPlan, (line) => void said.push(line));
  const told = [...said, ...fallen].join('\n');
  expect(rows.filter(({ failed }) => failed).map(({ name, shown }) => `${name}: ${shown}`), told).toEqual([]);
  expect(ledger.faults.slice(0, 20), told).toEqual([]);
  expect(sound, told).toBe(true);
  expect(ledger.posts).toBeGreaterThan(shortPlan.posts);
  expect(underFaults).toBeGreaterThan(10_000);
  expect(ledger.alertsAt.length).toBeGreaterThan(20);
}, 1_800_000);
