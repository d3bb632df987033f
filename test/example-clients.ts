// What the example consumers run on: Node of this checkout, Python with its client, Java with its jars, kcat with jq.
// Brings what the system's packages can bring; what is missing then is said in words that a person can act on.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bringKafka, cacheFolder } from '../infra/local/kafka-jars.ts';
import { bringProgram } from '../infra/local/programs.ts';

export interface Client {
  readonly command: string;
  readonly args: readonly string[];
}

const examples = join(import.meta.dirname, '..', 'infra', 'examples');
const say = (line: string): void => void process.stderr.write(`${line}\n`);

export function typescriptClient(): Client {
  return { command: process.execPath, args: ['--disable-warning=TimeoutNegativeWarning', join(examples, 'consumer.ts')] };
}

export function pythonClient(): Client {
  return { command: bringPython(), args: [join(examples, 'consumer.py')] };
}

export function javaClient(): Client {
  // a file of source is run by the compiler, which a JRE does not have
  bringProgram({ name: 'javac', debianPackage: 'default-jdk-headless', byHand: 'Install a JDK, 17 or newer (Debian, Ubuntu: `apt-get install default-jdk-headless`; macOS: `brew install openjdk`).' }, say);
  const { java, jars } = bringKafka(say);
  return { command: java, args: ['-cp', join(jars, '*'), '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', join(examples, 'Consumer.java')] };
}

export function kcatClient(): Client {
  for (const name of ['kcat', 'jq']) {
    bringProgram({ name, debianPackage: name, byHand: `Install ${name} (Debian, Ubuntu: \`apt-get install ${name}\`; macOS: \`brew install ${name}\`).` }, say);
  }
  return { command: 'sh', args: [join(examples, 'kcat.sh')] };
}

/** A Python that has the packages of requirements.txt, in an environment of its own that is kept for the next run. */
function bringPython(): string {
  const byHand = 'Install Python 3.9 or newer with venv and pip (Debian, Ubuntu: `apt-get install python3-venv`; macOS: `brew install python`).';
  const system = bringProgram({ name: 'python3', debianPackage: 'python3-venv', byHand }, say);
  const requirements = join(examples, 'requirements.txt');
  const version = spawnSync(system, ['--version'], { encoding: 'utf8' }).stdout;
  const digest = createHash('sha256').update(version).update(readFileSync(requirements)).digest('hex').slice(0, 8);
  const folder = join(cacheFolder(), `python-${digest}`);
  const python = join(folder, 'bin', 'python3');
  if (existsSync(python)) return python;
  say('installing the Python client (once) ...');
  mkdirSync(dirname(folder), { recursive: true });
  const half = mkdtempSync(`${folder}-`);
  try {
    run(system, ['-m', 'venv', half], byHand);
    run(join(half, 'bin', 'python3'), ['-m', 'pip', 'install', '--quiet', '-r', requirements], 'Let pip reach its package index, or install the client by hand.');
    if (!existsSync(folder)) renameSync(half, folder);
  } finally {
    rmSync(half, { recursive: true, force: true });
  }
  return python;
}

function run(command: string, args: readonly string[], byHand: string): void {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${`${stdout}${stderr}`.slice(-2_000)}\n${byHand}`);
}
