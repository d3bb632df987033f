// `npm run check`: lint and types beside the unit tests, so that none waits for another; what each says comes in one piece.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** Ends with what the script of package.json printed, and whether it found nothing wrong. */
function run(script: string): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn('npm', ['run', '-s', script], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    const said: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes: Buffer) => void said.push(bytes));
    child.on('error', (error) => void said.push(Buffer.from(`${error.message}\n`)));
    child.on('close', (code) => {
      process.stdout.write(Buffer.concat(said));
      resolve(code === 0);
    });
  });
}

const scripts = ['lint', 'types', 'unit'] as const;
const sound = await Promise.all(scripts.map(run));
scripts.forEach((script, i) => process.stdout.write(sound[i] ? '' : `${script} found something wrong: see above\n`));
process.exitCode = sound.every(Boolean) ? 0 : 1;
