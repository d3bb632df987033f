// The browser that the board's tests drive: found on this machine, or installed from Debian's packages.
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

function runnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Path of a Chromium: $CHROMIUM, or the first one in PATH; undefined when there is none. */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const candidates = (env['PATH'] ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  return [env['CHROMIUM'], ...candidates].find((path) => path !== undefined && path !== '' && runnable(path));
}

/** Installs Debian's chromium; answers with what a person must do when that can't be done from here. */
export function installChromium(): string | undefined {
  const byHand = 'no Chromium here: install it (Debian: `apt-get install chromium`) or name one in the environment as CHROMIUM.';
  if (spawnSync('apt-get', ['--version']).status !== 0) return byHand;
  const rootly = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const apt = (args: string[]) => {
    const [command, ...rest] = [...rootly, 'apt-get', '-qq', '-y', '-o', 'Dpkg::Use-Pty=0', ...args];
    return spawnSync(command!, rest, { stdio: ['ignore', 2, 2], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }).status === 0;
  };
  if (apt(['install', '--no-install-recommends', 'chromium'])) return undefined;
  return apt(['update']) && apt(['install', '--no-install-recommends', 'chromium']) ? undefined : byHand;
}
