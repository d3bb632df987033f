// Copies of the embedded file: taken while it is in use, put back only while it is not.
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { BusError } from '../../../shared/bus.ts';
import { openDatabase, takeLock, toBusError } from './database.ts';

/** Writes a consistent copy of `file`, which may be in use, to `to`, which must not exist. Throws a BusError. */
export function backupFile(file: string, to: string): void {
  if (existsSync(to)) throw new BusError('unavailable', `${to} is there already: name a new file.`, false);
  let source: DatabaseSync | undefined;
  try {
    source = new DatabaseSync(file, { readOnly: true, timeout: 10_000 });
    source.prepare('VACUUM INTO ?').run(`${to}.part`);
    renameSync(`${to}.part`, to);
  } catch (error) {
    rmSync(`${to}.part`, { force: true });
    throw toBusError(error, existsSync(file) ? to : file);
  } finally {
    source?.close();
  }
}

/** Puts a backup in the place of `file`; the old one stays beside it as `.before-restore`. Refused while Outcry runs on it. */
export function restoreFile(from: string, file: string, partitions: number): void {
  // opening proves that the copy is whole and ours before anything is touched; on the copy, so that the backup stays as it is
  if (!existsSync(from)) throw new BusError('unavailable', `there is no ${from}: name a file that \`outcry backup\` wrote`, false);
  const copy = `${file}.restoring`;
  const guard = existsSync(file) ? takeLock(`${file}.lock`) : undefined;
  try {
    try {
      mkdirSync(dirname(file), { recursive: true });
      copyFileSync(from, copy);
      openDatabase({ file: copy, partitions, mode: 'own', maxBytes: null }).close();
    } catch (error) {
      throw toBusError(error, from);
    }
    for (const end of ['', '-wal', '-shm']) {
      rmSync(`${file}.before-restore${end}`, { force: true });
      if (existsSync(file + end)) renameSync(file + end, `${file}.before-restore${end}`);
    }
    renameSync(copy, file);
  } finally {
    guard?.close();
    for (const end of ['', '-wal', '-shm', '.lock']) rmSync(copy + end, { force: true });
  }
}
