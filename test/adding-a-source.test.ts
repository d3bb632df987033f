// docs/adding-a-source.md, done as it stands there by a newcomer who copies it: in a copy of the project the page's file, its
// test and one line in the registry make a source that compiles, passes its test, and is known to every command.
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const page = readFileSync(join(root, 'docs', 'adding-a-source.md'), 'utf8');
const run = promisify(execFile);
let copy: string;

/** The block of code that follows the line naming its file. */
function blockOf(file: string): string {
  const found = new RegExp(`^\`${file.replace(/[.]/g, '\\.')}\`\n\n\`\`\`ts\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(page);
  if (found === null) throw new Error(`the page has no block for ${file}`);
  return found[1]!;
}

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'outcry-newcomer-'));
  for (const name of ['shared', 'ingest', 'detector', 'notifier', 'infra', 'test/contracts', 'package.json', 'package-lock.json', 'tsconfig.json', 'vitest.config.ts', '.oxlintrc.json']) {
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  for (const file of ['ingest/sources/discourse.ts', 'test/discourse.test.ts']) writeFileSync(join(copy, file), blockOf(file));
  const registry = join(copy, 'ingest/sources/index.ts');
  const before = readFileSync(registry, 'utf8');
  const after = before.replace('import facebook', "import discourse from './discourse.ts';\nimport facebook").replace('[bluesky,', '[bluesky, discourse,');
  if (after.split('discourse').length !== 4) throw new Error('the registry has changed its form');
  writeFileSync(registry, after);
  // only what the page's files reach is compiled
  writeFileSync(join(copy, 'tsconfig.json'), readFileSync(join(root, 'tsconfig.json'), 'utf8').replace(/"include": \[.*\]/, '"include": ["ingest/sources/index.ts", "test/discourse.test.ts"]'));
  writeFileSync(join(copy, 'outcry.yaml'), 'sources:\n  forum:\n    type: discourse\n    url: https://forum.example.com\n    everySecond: 60\n');
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

const bin = (name: string): string => join(root, 'node_modules', '.bin', name);

test('the source compiles and passes the linter', async () => {
  await run(bin('tsc'), ['--noEmit', '-p', copy], { cwd: copy });
  await run(bin('oxlint'), ['--deny-warnings', 'ingest/sources/discourse.ts', 'test/discourse.test.ts'], { cwd: copy });
});

test("the page's test passes", async () => {
  const result = join(copy, 'result.json');
  await run(bin('vitest'), ['run', '--project', 'whole', 'test/discourse.test.ts', '--reporter', 'json', '--outputFile', result], { cwd: copy });
  expect(JSON.parse(readFileSync(result, 'utf8'))).toMatchObject({ numPassedTests: 4, numFailedTests: 0 });
});

test('the commands know its options', async () => {
  const asked = await run(process.execPath, ['--disable-warning=ExperimentalWarning', 'infra/cli/main.ts', 'check', 'outcry.yaml'], { cwd: copy }).catch((error: unknown) => error as { stdout: string; stderr: string });
  expect(asked.stdout + asked.stderr).toMatch(/5.*everySecond.*`?everySeconds/);
});
