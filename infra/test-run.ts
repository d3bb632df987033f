// `npm test`: brings what the tests talk to, then lint, types and all tests; ends with one plain line of counts.
// Whatever is missing fails the run; nothing is skipped.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bringChromium } from './browser.ts';

const root = join(import.meta.dirname, '..');
const bin = (name: string) => join(root, 'node_modules', '.bin', name);
const say = (line: string) => process.stdout.write(`${line}\n`);

interface Counts {
  passed: number;
  failed: number;
}

function step(name: string, command: string, args: readonly string[]): Counts {
  say(`\n== ${name}`);
  const run = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  return run.status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

function tests(chromium: string): Counts {
  say('\n== tests');
  const folder = mkdtempSync(join(tmpdir(), 'outcry-test-'));
  const report = join(folder, 'report.json');
  try {
    const run = spawnSync(bin('vitest'), ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...process.argv.slice(2)], {
      cwd: root, stdio: 'inherit', env: { ...process.env, CHROMIUM: chromium },
    });
    const found = JSON.parse(readFileSync(report, 'utf8')) as { numPassedTests: number; numFailedTests: number; numPendingTests: number; numTodoTests: number };
    // a file that breaks before its first test has no failed test of its own; a skipped test is a missing one
    const broken = run.status !== 0 && found.numFailedTests === 0 ? 1 : 0;
    return { passed: found.numPassedTests, failed: found.numFailedTests + found.numPendingTests + found.numTodoTests + broken };
  } catch (error) {
    say(`no test report: ${(error as Error).message}`);
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function browser(): string | undefined {
  try {
    return bringChromium((line) => say(`the tests of the board: ${line}`));
  } catch (error) {
    say((error as Error).message);
    return undefined;
  }
}

const chromium = browser();
const parts: Counts[] = [
  step('lint', bin('oxlint'), ['--deny-warnings', '.']),
  step('types', bin('tsc'), ['--noEmit']),
  chromium === undefined ? { passed: 0, failed: 1 } : tests(chromium),
];
const sum = parts.reduce((all, one) => ({ passed: all.passed + one.passed, failed: all.failed + one.failed }));
say(`\n${sum.passed} passed, ${sum.failed} failed`);
process.exitCode = sum.failed === 0 ? 0 : 1;
