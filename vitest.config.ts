import { defineConfig } from 'vitest/config';
import { LongestFirst } from './infra/test-order.ts';

// unit: beside the code, seconds, no servers; `npm run check` runs these. long: beside the code too, but simulations and
// properties over thousands of cases. whole: real sockets, child processes, a real browser.
const beside = (suffix: string): string => `{shared,ingest,detector,notifier,infra}/**/*${suffix}`;

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: [beside('.test.ts')],
          exclude: [beside('.long.test.ts')],
          // a limit proves nothing of pure code: it only ends what hangs
          testTimeout: 120_000,
          expect: { poll: { timeout: 30_000 } },
          // pure code keeps no state between files: loading it once halves the run
          pool: 'threads',
          isolate: false,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'long',
          include: [beside('.long.test.ts')],
          testTimeout: 600_000,
          expect: { poll: { timeout: 30_000 } },
          pool: 'threads',
          isolate: false,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'whole',
          include: ['test/**/*.test.ts'],
          globalSetup: ['infra/local/bring.ts'],
          // kafkajs asks for a timeout below nought where it has nothing to wait for
          execArgv: ['--disable-warning=TimeoutNegativeWarning'],
          // most of them wait for servers and child processes
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
          testTimeout: 300_000,
          expect: { poll: { timeout: 60_000 } },
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
