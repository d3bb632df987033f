// The registry of sources: one line each.
import type { SourceDefinition } from '../source.ts';
import bluesky from './bluesky.ts';
import demo from './demo.ts';
import facebook from './facebook.ts';
import feed from './feed.ts';
import hackerNews from './hacker-news.ts';
import http from './http.ts';
import lines from './lines.ts';
import mastodon from './mastodon.ts';
import reddit from './reddit.ts';
import status from './status.ts';
import telegram from './telegram.ts';
import webhook from './webhook.ts';
import xCounts from './x-counts.ts';
import x from './x.ts';

export const sources: Readonly<Record<string, SourceDefinition>> = Object.fromEntries(
  [bluesky, demo, facebook, feed, hackerNews, http, lines, mastodon, reddit, status, telegram, webhook, x, xCounts].map((one) => [one.type, one as unknown as SourceDefinition]),
);
