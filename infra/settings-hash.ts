// The hash that each event carries of the settings that made it: detection settings, lexicons and catalogue.
import { createHash } from 'node:crypto';
import { stored } from './stored.ts';

/** First 12 hex digits of SHA-256 over the values as JSON with sorted keys. */
export function settingsHash(...values: readonly unknown[]): string {
  return stored('settings-hash', values, () => createHash('sha256').update(JSON.stringify(values, sortKeys)).digest('hex').slice(0, 12));
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
