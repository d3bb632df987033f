// The registry of sources: one line each.
import type { SourceDefinition } from '../source.ts';
import bluesky from './bluesky.ts';
import demo from './demo.ts';
import facebook from './facebook.ts';
import http from './http.ts';
import lines from './lines.ts';
import mastodon from './mastodon.ts';
import status from './status.ts';
import webhook from './webhook.ts';

export const sources: Readonly<Record<string, SourceDefinition>> = Object.fromEntries(
  [bluesky, demo, facebook, http, lines, mastodon, status, webhook].map((one) => [one.type, one as unknown as SourceDefinition]),
);
