// Freezing a process as a fault. SIGSTOP reaches its threads one after another, and on a busy machine one may still answer
// after the call: frozen is only who stands still as a whole.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

const patienceMs = 10_000;

/** Process state as the system tells it: T where it is stopped. */
export const stateOf = (pid: number): string => execFileSync('ps', ['-o', 'state=', '-p', String(pid)], { encoding: 'utf8' }).trim();

function isFrozen(pid: number): boolean {
  const tasks = `/proc/${pid}/task`;
  if (!existsSync(tasks)) return stateOf(pid).startsWith('T');
  return readdirSync(tasks).every((task) => {
    try {
      return readFileSync(`${tasks}/${task}/stat`, 'utf8').split(') ').at(-1)!.startsWith('T');
    } catch {
      // a thread that has ended meanwhile
      return true;
    }
  });
}

/** SIGSTOP; resolves when all of the process stands still. Rejects where it does not within ten seconds. */
export async function freeze(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  for (const began = performance.now(); !isFrozen(pid); await wait(20)) {
    if (performance.now() - began > patienceMs) throw new Error(`process ${pid} does not stop`);
  }
}
