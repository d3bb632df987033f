// Brings a fresh clone to where it can run: installs the pinned packages, the pinned Node among them, when they
// are missing or older than the lock file. Plain CommonJS for any Node from 20 on, because it runs before
// anything is installed. It prints to standard error only, so that a command's own output stays clean.
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const say = (line) => process.stderr.write(`outcry: ${line}\n`);

function fail(line) {
  say(line);
  process.exit(1);
}

function installed() {
  const mark = path.join(root, 'node_modules', '.package-lock.json');
  return fs.existsSync(mark) && fs.statSync(mark).mtimeMs >= fs.statSync(path.join(root, 'package-lock.json')).mtimeMs;
}

const major = Number(process.versions.node.split('.')[0]);
if (major < 20) fail(`Node ${process.versions.node} is too old: install Node 20 or newer.`);

if (!installed()) {
  say('installing the pinned packages and Node 24 into node_modules (once, about 20 s) ...');
  const npm = process.env.npm_execpath
    ? [process.execPath, [process.env.npm_execpath]]
    : [process.platform === 'win32' ? 'npm.cmd' : 'npm', []];
  const run = spawnSync(npm[0], [...npm[1], 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (run.status !== 0) fail('npm ci failed: see its message above. Nothing was started.');
  const now = new Date();
  fs.utimesSync(path.join(root, 'node_modules', '.package-lock.json'), now, now);
  say('installed.');
}

const own = spawnSync(path.join(root, 'node_modules', '.bin', 'node'), ['-p', 'process.versions.node'], { encoding: 'utf8' });
const version = own.status === 0 ? own.stdout.trim() : process.versions.node;
if (Number(version.split('.')[0]) < 24) {
  fail(`Node ${version} is what runs here and there is no pinned Node 24 for ${process.platform}-${process.arch}: install Node 24.`);
}
