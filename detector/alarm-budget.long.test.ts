import { expect, test } from 'vitest';
import { alarmThreshold, jumps } from './alarm-budget.ts';
import { createBank, expect as expectMass, logRatioOf, report, zeroAll } from './cusum.ts';
import { createRandom } from './detector.fixture.ts';

test('each statistic of the bank alarms as rarely as its budget says, within a factor of 1.5', () => {
  // One alarm in 60,000 expected reports for each jump; 3 million reports, so about 50 alarms each.
  const perMinute = 60_000 / (525_960 * jumps.length);
  const thresholds = jumps.map((_, i) => alarmThreshold(i, perMinute, 1));
  const random = createRandom(11);
  const alarms = jumps.map(() => 0);
  const sums = jumps.map(() => 0);
  const logs = jumps.map((k) => Math.log(k));
  const reports = 3_000_000;
  for (let n = 0; n < reports; n++) {
    const mass = -Math.log(1 - random());
    for (let i = 0; i < jumps.length; i++) {
      const sum = Math.max(0, sums[i]! - (jumps[i]! - 1) * mass) + logs[i]!;
      const over = sum >= thresholds[i]!;
      if (over) alarms[i]! += 1;
      sums[i] = over ? 0 : sum;
    }
  }
  for (const count of alarms) {
    expect(count).toBeGreaterThan(reports / 60_000 / 1.5);
    expect(count).toBeLessThan((reports / 60_000) * 1.5);
  }
});

test('the statistics of the bank are the reflected sums of the log-likelihood ratio', () => {
  const random = createRandom(12);
  const bank = createBank();
  zeroAll(bank, 0);
  const sums = jumps.map(() => 0);
  for (let n = 1; n < 5_000; n++) {
    const mass = -Math.log(1 - random());
    const weight = random() < 0.5 ? 1 : 0.5;
    expectMass(bank, mass);
    report(bank, n, weight);
    jumps.forEach((jump, i) => {
      sums[i] = Math.max(0, sums[i]! - (jump - 1) * mass) + weight * Math.log(jump);
      expect(logRatioOf(bank, i)).toBeCloseTo(sums[i]!, 6);
    });
  }
});
