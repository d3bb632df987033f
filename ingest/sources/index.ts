// The registry of sources: one line each.
import type { SourceDefinition } from '../source.ts';
import bluesky from './bluesky.ts';
import demo from './demo.ts';
import http from './http.ts';
import lines from './lines.ts';

export const sources: Readonly<Record<string, SourceDefinition>> = Object.fromEntries(
  [bluesky, demo, http, lines].map((one) => [one.type, one as unknown as SourceDefinition]),
);
