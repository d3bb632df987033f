// Programs that the local servers need: found in PATH, or installed from Debian's packages. What it can't bring it
// names, in words that a person can act on.
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A program, the Debian package that brings it, and what a person does where neither is at hand. */
export interface Program {
  readonly name: string;
  readonly debianPackage: string;
  readonly byHand: string;
}

/** Path of a program in PATH, or undefined. */
export function findProgram(name: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find((path) => runnable(path));
}

/**
 * Path of a program, installed first where it is missing. Throws one error that says what to install, where there is
 * no apt-get, or where it may not or can't install.
 */
export function bringProgram(program: Program, say: (line: string) => void, env: NodeJS.ProcessEnv = process.env): string {
  const found = findProgram(program.name, env);
  if (found !== undefined) return found;
  if (findProgram('apt-get', env) !== undefined) {
    say(`${program.name} is missing: installing ${program.debianPackage} from the system's packages ...`);
    installFromDebian(program.debianPackage, env);
    const brought = findProgram(program.name, env);
    if (brought !== undefined) return brought;
  }
  throw new Error(`${program.name} is missing and could not be installed from here. ${program.byHand}`);
}

/** Whether a file is there and may be run. */
export function runnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function installFromDebian(name: string, env: NodeJS.ProcessEnv): void {
  const rootly = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const apt = (args: string[]): boolean => {
    const [command, ...rest] = [...rootly, 'apt-get', '-qq', '-y', '-o', 'Dpkg::Use-Pty=0', ...args];
    return spawnSync(command!, rest, { stdio: ['ignore', 2, 2], env: { ...env, DEBIAN_FRONTEND: 'noninteractive' } }).status === 0;
  };
  const install = () => apt(['install', '--no-install-recommends', name]);
  // the list of packages may be older than the packages: fetched anew only then, because it takes a while
  if (!install() && apt(['update'])) install();
}
