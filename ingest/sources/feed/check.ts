// The smallest real call to each feed, for `outcry doctor`: whether it can be read, what it holds, and what to do if not.
import type { SourceCheck } from '../../source.ts';
import { createWeb, type Web } from '../../web.ts';
import { whyUnusable } from '../../web-words.ts';
import { loadFeedReader, type ReadFeed } from './document.ts';
import { feedLimits, questionFor, whyNoFeed } from './reader.ts';

const checkMs = 30_000;
const asked = 10;

/** The address of a feed that a page for people names; undefined where it names none that is safe to show. */
export function feedNamedIn(html: string, pageUrl: string): string | undefined {
  for (const [tag] of html.slice(0, 200_000).matchAll(/<link\b[^>]{0,1000}>/gi)) {
    if (!/type\s*=\s*["']?application\/(?:rss\+xml|atom\+xml|feed\+json)/i.test(tag)) continue;
    const href = /href\s*=\s*["']([^"'\s<>]{1,300})["']/i.exec(tag)?.[1];
    if (href === undefined || !URL.canParse(href, pageUrl)) continue;
    const { protocol, href: address } = new URL(href, pageUrl);
    if (/^https?:$/.test(protocol) && /^[\x21-\x7e]{1,300}$/.test(address)) return address;
  }
  return undefined;
}

async function checkOne(url: string, web: Web, read: ReadFeed, deadlineMs: number): Promise<SourceCheck> {
  const answer = await web.ask({ ...questionFor(url), ...feedLimits, deadlineMs });
  if (answer.kind !== 'body') {
    return { ok: false, detail: whyUnusable(answer, { 401: 'it wants a user and a password: write them as https://user:password@host/', 403: 'it lets us not in', 404: 'there is no feed at this address any more, or never was', 410: 'it is gone for good: take it out of `urls`' }) };
  }
  const document = read(answer.bytes, answer.headers.get('content-type'));
  if (!('unreadable' in document)) return { ok: true, detail: `${document.entries.length} entries` };
  const named = document.unreadable === 'html' ? feedNamedIn(new TextDecoder().decode(answer.bytes), url) : undefined;
  return { ok: false, detail: `${whyNoFeed[document.unreadable]}${named === undefined ? '' : `; the page names ${named} as its feed`}` };
}

/** Asks the first ten feeds. */
export async function checkFeeds(urls: readonly string[], labels: readonly string[], userAgent: string, deadlineMs: number): Promise<SourceCheck> {
  const web = createWeb({ userAgent, clock: Date.now });
  try {
    const read = await loadFeedReader();
    const checks = await Promise.all(urls.slice(0, asked).map((url) => checkOne(url, web, read, Math.min(deadlineMs, checkMs))));
    return { ok: checks.every(({ ok }) => ok), detail: checks.map(({ detail }, i) => `${labels[i]}: ${detail}`).join('; ') };
  } finally {
    await web.close();
  }
}
