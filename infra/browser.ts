// The browser that the board's tests drive: found on this machine, or installed from Debian's packages.
import { bringProgram, findProgram, runnable } from './local/programs.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Path of a Chromium: $CHROMIUM, or the first one in PATH; undefined when there is none. */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const named = env['CHROMIUM'] ?? '';
  if (named !== '' && runnable(named)) return named;
  return names.map((name) => findProgram(name, env)).find((path) => path !== undefined);
}

/** Path of a Chromium, Debian's where none is here. Throws with what a person must do when that can't be done from here. */
export function bringChromium(say: (line: string) => void): string {
  return findChromium() ?? bringProgram({ name: 'chromium', debianPackage: 'chromium', byHand: 'Install it (Debian: `apt-get install chromium`) or name one in the environment as CHROMIUM.' }, say);
}
