// The registry of sources: one line each.
import type { SourceDefinition } from '../source.ts';
import bluesky from './bluesky.ts';
import demo from './demo.ts';
import facebook from './facebook.ts';
import hackerNews from './hacker-news.ts';
import http from './http.ts';
import lines from './lines.ts';
import mastodon from './mastodon.ts';
import reddit from './reddit.ts';
import status from './status.ts';
import webhook from './webhook.ts';
import xCounts from './x-counts.ts';
import x from './x.ts';

export const sources: Readonly<Record<string, SourceDefinition>> = Object.fromEntries(
  [bluesky, demo, facebook, hackerNews, http, lines, mastodon, reddit, status, webhook, x, xCounts].map((one) => [one.type, one as unknown as SourceDefinition]),
);
