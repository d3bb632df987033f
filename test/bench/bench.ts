// `npm run bench`: every part in a process of its own, one after another, on one core; one line of JSON a figure with what
// it ran on. `--short` takes under a minute. Any further word picks the parts whose names hold it.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const short = process.argv.includes('--short');
const picked = process.argv.slice(2).filter((word) => !word.startsWith('-'));
// What naming costs alone, and the detector alone, are for those who work on them: the long form only.
const parts = ['throughput', 'steps', 'breadth', 'state', 'memory', ...(short ? [] : ['match', 'detect'])];
const taskset = ['/usr/bin/taskset', '/bin/taskset'].find((path) => existsSync(path));

const ranOn = {
  node: process.version,
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: availableParallelism(),
  pinned: taskset !== undefined,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  os: `${process.platform} ${release()}`,
  version: (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version,
};

function say(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${line}`);
}

/** Runs one part and passes its figures on; rejects when it fails. */
async function run(part: string, about: string): Promise<void> {
  const node = [process.execPath, '--expose-gc', '--disable-warning=ExperimentalWarning', fileURLToPath(new URL(`./${part}.ts`, import.meta.url)), ...(short ? ['--short'] : [])];
  const [command, ...args] = taskset === undefined ? node : [taskset, '-c', '0', ...node];
  const child = spawn(command!, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const began = performance.now();
  const clock = setInterval(() => say(`${about} ${part}, ${Math.round((performance.now() - began) / 1_000)} s`), 1_000);
  say(`${about} ${part}`);
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      say('');
      const figure = JSON.parse(line) as object;
      console.log(JSON.stringify({ ...figure, at: new Date().toISOString(), load: Number(loadavg()[0]!.toFixed(2)), ...ranOn }));
    }
    const code = child.exitCode ?? (await new Promise<number | null>((resolve) => child.once('exit', resolve)));
    if (code !== 0) throw new Error(`the part ${part} ended with ${code}`);
  } finally {
    clearInterval(clock);
    say('');
  }
}

const chosen = parts.filter((part) => (picked.length === 0 || picked.some((word) => part.includes(word))) && existsSync(new URL(`./${part}.ts`, import.meta.url)));
for (const [i, part] of chosen.entries()) await run(part, `${i + 1}/${chosen.length}`);
