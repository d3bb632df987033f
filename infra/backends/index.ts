// The one switch between backends. Everything above it sees only Bus and Store.
export { openEmbedded, type Embedded } from './embedded/embedded-bus.ts';
export { toBusError, type EmbeddedOptions } from './embedded/database.ts';
export { backupFile, restoreFile } from './embedded/backup.ts';
