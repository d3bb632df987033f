// A feed as it came off the wire as a value: RSS 0.9 to 2.0, RDF, Atom or JSON Feed, all read alike. What of it is new, and
// what becomes of it, is decided elsewhere.
import { createHash } from 'node:crypto';
import type { AnyFeed } from 'feedsmith';
import { htmlWords } from '../../html-words.ts';
import { isXmlTrap } from '../../xml-guard.ts';

export interface FeedEntry {
  /** What stays the same when the entry is changed: its guid, else its link, else a hash of its words. */
  readonly key: string;
  /** Title and summary as plain text; empty where there are no words. */
  readonly text: string;
  /** http or https. */
  readonly link: string | undefined;
  readonly author: string | undefined;
  /** ms; undefined where the feed does not say, or not so that it can be read. */
  readonly publishedMs: number | undefined;
}

export interface FeedDocument {
  readonly title: string;
  readonly lang: string | undefined;
  readonly entries: readonly FeedEntry[];
  /** The publisher asks to be read no more often. */
  readonly everyMs: number | undefined;
  /** Hours of the day, 0 to 23 UTC, in which the publisher asks not to be read. */
  readonly skipHours: readonly number[];
  /** Days in which not, 0 (Sunday) to 6, UTC. */
  readonly skipDays: readonly number[];
}

/** html: a page for people came instead. entities: it declares entities of its own, of which a feed has no need. other: no feed at all. */
export type NoFeed = 'html' | 'entities' | 'other';

export type ReadFeed = (bytes: Uint8Array, contentType: string | null) => FeedDocument | { readonly unreadable: NoFeed };

interface Loose {
  readonly key: string | undefined;
  readonly title: string | undefined;
  readonly body: string | undefined;
  readonly link: string | undefined;
  readonly author: string | undefined;
  readonly date: string | undefined;
}

/** Longer than this is an attack on a parser, not an address or a name. */
const longestKey = 2_000;
const mostEntries = 2_000;
const days = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

const dateForm = /^\d{4}-\d\d(-\d\d)?|\d{1,2}[ -][A-Za-z]{3,9}[ -]\d{2,4}/;

/** ms since 1970 of a date as feeds write it (RFC 822 or ISO 8601); one without a zone is taken as UTC. */
export function readFeedDate(text: string | undefined): number | undefined {
  const plain = text?.trim() ?? '';
  if (plain.length > 64 || !dateForm.test(plain)) return undefined;
  const zoned = /(?:Z|[+-]\d\d:?\d\d|\b(?!AM\b|PM\b)[A-Z]{2,4})$/.test(plain) || /^\d{4}-\d\d-\d\d$/.test(plain);
  const ms = Date.parse(zoned ? plain : `${plain}${/^\d{4}-\d\d-\d\dT/.test(plain) ? 'Z' : ' GMT'}`);
  return Number.isNaN(ms) || ms <= 0 ? undefined : ms;
}

/** The document as text: by its byte order mark, else as the server says, else as the document says, else UTF-8. */
function decode(bytes: Uint8Array, contentType: string | null): string {
  const head = Buffer.from(bytes.subarray(0, 200)).toString('latin1');
  const bom = head.startsWith('\xef\xbb\xbf') ? 'utf-8' : head.startsWith('\xff\xfe') ? 'utf-16le' : head.startsWith('\xfe\xff') ? 'utf-16be' : undefined;
  const said = /charset\s*=\s*["']?([\w-]{1,40})/i.exec(contentType ?? '')?.[1] ?? /^\s*<\?xml[^>]{0,150}encoding\s*=\s*["']([\w-]{1,40})/.exec(head)?.[1];
  try {
    return new TextDecoder(bom ?? said ?? 'utf-8').decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Title and body as one text; a title that only repeats the body's beginning is left out. */
function wordsOf(title: string | undefined, body: string | undefined): string {
  const head = htmlWords(title ?? '');
  const rest = htmlWords(body ?? '');
  const beginning = oneLine(head).replace(/\s*(…|\.\.\.)$/, '');
  if (rest === '' || beginning === '') return head === '' ? rest : head;
  return oneLine(rest).startsWith(beginning) ? rest : `${head}\n${rest}`;
}

function entryOf({ key, title, body, link, author, date }: Loose): FeedEntry {
  const text = wordsOf(title, body);
  const address = link !== undefined && /^https?:\/\//i.test(link) && link.length <= longestKey ? link : undefined;
  const name = oneLine(author ?? '').slice(0, 200);
  return {
    key: (key?.trim() || address || createHash('sha256').update(text).digest('base64url')).slice(0, longestKey),
    text, link: address, author: name === '' ? undefined : name, publishedMs: readFeedDate(date),
  };
}

function looseOf(parsed: AnyFeed): Loose[] {
  switch (parsed.format) {
    case 'rss':
      return (parsed.feed.items ?? []).slice(0, mostEntries).map((item) => ({
        key: item.guid?.value, title: item.title, body: item.description ?? item.content?.encoded, link: item.link ?? item.guid?.value,
        author: item.dc?.creators?.[0] ?? item.authors?.[0]?.name ?? item.authors?.[0]?.email, date: item.pubDate ?? item.dc?.dates?.[0],
      }));
    case 'rdf':
      return (parsed.feed.items ?? []).slice(0, mostEntries).map((item) => ({
        key: item.rdf?.about, title: item.title, body: item.description ?? item.content?.encoded, link: item.link, author: item.dc?.creators?.[0], date: item.dc?.dates?.[0],
      }));
    case 'atom':
      return (parsed.feed.entries ?? []).slice(0, mostEntries).map((entry) => ({
        key: entry.id, title: entry.title?.value, body: entry.summary?.value ?? entry.content?.value,
        link: entry.links?.find(({ rel }) => rel === undefined || rel === 'alternate')?.href, author: entry.authors?.[0]?.name, date: entry.published ?? entry.updated,
      }));
    case 'json':
      return (parsed.feed.items ?? []).slice(0, mostEntries).map((item) => ({
        key: item.id, title: item.title, body: item.content_text ?? item.summary ?? item.content_html, link: item.url ?? item.external_url, author: item.authors?.[0]?.name, date: item.date_published ?? item.date_modified,
      }));
  }
}

const titleOf = (parsed: AnyFeed): string => oneLine(htmlWords((parsed.format === 'atom' ? parsed.feed.title?.value : parsed.feed.title) ?? '')).slice(0, 80);
const langOf = (parsed: AnyFeed): string | undefined => {
  const lang = parsed.format === 'rss' || parsed.format === 'json' ? parsed.feed.language : undefined;
  return lang !== undefined && /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(lang) && lang.length <= 35 ? lang : undefined;
};

/**
 * Loads the parser, which is why it is not there before a feed is read. What it gives never throws.
 */
export async function loadFeedReader(): Promise<ReadFeed> {
  const { parseFeed } = await import('feedsmith');
  return (bytes, contentType) => {
    const text = decode(bytes, contentType).replace(/^\ufeff/, '').trimStart();
    const head = text.slice(0, 2_000);
    if (/^<(!doctype html|html)[\s>]/i.test(head)) return { unreadable: 'html' };
    if (/<!DOCTYPE[^>[]{0,1000}\[/i.test(head)) return { unreadable: 'entities' };
    if (isXmlTrap(text)) return { unreadable: 'other' };
    let parsed: AnyFeed;
    try {
      parsed = parseFeed(text);
    } catch {
      return { unreadable: 'other' };
    }
    const rss = parsed.format === 'rss' ? parsed.feed : undefined;
    return {
      title: titleOf(parsed), lang: langOf(parsed), entries: looseOf(parsed).map(entryOf),
      everyMs: typeof rss?.ttl === 'number' && rss.ttl > 0 ? rss.ttl * 60_000 : undefined,
      // 24 is midnight for who counts from 1
      skipHours: (rss?.skipHours ?? []).filter((hour) => Number.isInteger(hour) && hour >= 0 && hour <= 24).map((hour) => hour % 24),
      skipDays: (rss?.skipDays ?? []).map((day) => days.indexOf(String(day).trim().toLowerCase())).filter((day) => day !== -1),
    };
  };
}
