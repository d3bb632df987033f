// A publisher of feeds on a real socket: any number of addresses, each the newest so many entries in the form asked for,
// with validators, so that a question for news is answered briefly.
import { createHash } from 'node:crypto';
import { escapeHtml } from './hacker-news.ts';
import { openPolledServer, type PolledServer, type Told } from './polled-server.ts';

export type FeedForm = 'atom' | 'rss' | 'rdf' | 'json';

export interface FakeEntry {
  readonly key: string;
  readonly text: string;
  /** ms; undefined: without a date. */
  readonly ts?: number | undefined;
  readonly author?: string;
  readonly link?: string;
}

export interface FakeFeed {
  readonly url: string;
  push(...entries: readonly FakeEntry[]): void;
  /** Entries that appear so many at a time, each time after the feed was read. */
  flow(entries: readonly FakeEntry[], portion: number): void;
  /** Changes the words of an entry. */
  edit(key: string, text: string): void;
  clear(): void;
  /** Elements of the channel, for RSS. */
  channel: string;
}

export interface Publisher extends PolledServer {
  feed(path: string, form?: FeedForm, listed?: number): FakeFeed;
}

/** XML can not hold control characters. */
export const withoutControls = (text: string): string => [...text].filter((one) => one >= ' ' || '\t\n\r'.includes(one)).join('');

const xml = (text: string): string => escapeHtml(withoutControls(text));
/** HTML in XML is escaped twice. */
const html = (text: string): string => xml(text).replaceAll('&', '&amp;');

function write(form: FeedForm, entries: readonly FakeEntry[], channel: string): string {
  const iso = (ts: number) => new Date(ts).toISOString();
  switch (form) {
    case 'atom':
      return `<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>A feed</title><id>urn:feed</id>${entries
        .map(({ key, text, ts, author, link }) => `<entry><id>${xml(key)}</id><title></title>${link === undefined ? '' : `<link href="${xml(link)}"/>`}${author === undefined ? '' : `<author><name>${xml(author)}</name></author>`}${ts === undefined ? '' : `<published>${iso(ts)}</published>`}<content type="html">${html(text)}</content></entry>`)
        .join('')}</feed>`;
    case 'rss':
      return `<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>A feed</title>${channel}${entries
        .map(({ key, text, ts, author, link }) => `<item><guid isPermaLink="false">${xml(key)}</guid>${link === undefined ? '' : `<link>${xml(link)}</link>`}<title>${html(text)}</title>${author === undefined ? '' : `<dc:creator>${xml(author)}</dc:creator>`}${ts === undefined ? '' : `<pubDate>${new Date(ts).toUTCString()}</pubDate>`}</item>`)
        .join('')}</channel></rss>`;
    case 'rdf':
      return `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>A feed</title><link>x</link><description>x</description></channel>${entries
        .map(({ key, text, ts }) => `<item rdf:about="${xml(key)}"><title>${html(text)}</title><link>https://feed.example/</link>${ts === undefined ? '' : `<dc:date>${iso(ts)}</dc:date>`}</item>`)
        .join('')}</rdf:RDF>`;
    case 'json':
      return JSON.stringify({ version: 'https://jsonfeed.org/version/1.1', title: 'A feed', items: entries.map(({ key, text, ts, author, link }) => ({ id: key, content_html: escapeHtml(text), url: link, ...(ts === undefined ? {} : { date_published: iso(ts) }), ...(author === undefined ? {} : { authors: [{ name: author }] }) })) });
  }
}

export async function openPublisher(): Promise<Publisher> {
  const feeds = new Map<string, () => string>();
  const server = await openPolledServer(({ path, headers }): Told => {
    const make = feeds.get(path);
    if (make === undefined) return { status: 404, headers: { 'content-type': 'text/html' }, body: '<!DOCTYPE html><title>Not found</title>' };
    const body = make();
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 20)}"`;
    return headers['if-none-match'] === etag ? { status: 304, headers: { etag } } : { headers: { etag, 'content-type': 'application/xml; charset=utf-8' }, body };
  });
  return {
    ...server,
    feed(path, form = 'atom', listed = 100) {
      let entries: FakeEntry[] = [];
      let waiting: { entries: FakeEntry[]; portion: number } = { entries: [], portion: 0 };
      const feed: FakeFeed = {
        url: `${server.url}${path}`,
        channel: '',
        push: (...more) => void entries.push(...more),
        flow(more, portion) {
          waiting = { entries: [...waiting.entries, ...more], portion };
        },
        edit(key, text) {
          entries = entries.map((entry) => (entry.key === key ? { ...entry, text } : entry));
        },
        clear() {
          entries = [];
        },
      };
      feeds.set(path, () => {
        const body = write(form, entries.slice(-listed).toReversed(), feed.channel);
        entries.push(...waiting.entries.splice(0, waiting.portion));
        return body;
      });
      return feed;
    },
  };
}
