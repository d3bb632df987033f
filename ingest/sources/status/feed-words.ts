// A feed's entries as a status page's words. The library for feeds is loaded when the first page needs it, since every
// command loads the list of sources.
import { htmlWords } from '../../html-words.ts';
import { isXmlTrap } from '../../xml-guard.ts';
import type { ParseFeed } from './feed.ts';
import { idOf, isLoose, linkOf, listOf, textOf, timeOf, type Loose } from './loose.ts';

const mostEntries = 200;

/** A text, or what Atom and its like wrap one in. */
function wordsIn(entry: Loose, field: string): string | undefined {
  const value = entry[field];
  return isLoose(value) ? (textOf(value, 'value') ?? textOf(value, 'encoded')) : textOf(entry, field);
}

function linkIn(entry: Loose): string | undefined {
  const link = (listOf(entry, 'links') ?? []).find((one) => one['rel'] === undefined || one['rel'] === 'alternate');
  return linkOf(entry, 'link') ?? linkOf(entry, 'url') ?? (link === undefined ? undefined : linkOf(link, 'href'));
}

function keyOf(entry: Loose): string | undefined {
  return (isLoose(entry['guid']) ? idOf(entry['guid'], 'value') : undefined) ?? idOf(entry, 'id') ?? linkIn(entry) ?? wordsIn(entry, 'title');
}

/** Loads what reads RSS, Atom, RDF and JSON feeds. */
export async function loadParseFeed(): Promise<ParseFeed> {
  const { parseFeed } = await import('feedsmith');
  return (bytes) => {
    const xml = new TextDecoder().decode(bytes);
    let feed: unknown;
    try {
      // a feed has no use for entities of its own, an attacker has
      if (/<!DOCTYPE[^>]{0,1000}\[/i.test(xml)) return { why: 'a feed with entities of its own' };
      if (isXmlTrap(xml)) return { why: 'no feed' };
      ({ feed } = parseFeed(xml));
    } catch {
      return { why: 'no feed' };
    }
    if (!isLoose(feed)) return { why: 'no feed' };
    const entries = (listOf(feed, 'items') ?? listOf(feed, 'entries') ?? []).slice(0, mostEntries).flatMap((entry) => {
      const key = keyOf(entry);
      if (key === undefined) return [];
      const published = timeOf(entry, 'pubDate') ?? timeOf(entry, 'published') ?? timeOf(entry, 'date_published');
      const text = ['content', 'description', 'summary', 'content_html', 'content_text'].map((field) => wordsIn(entry, field)).find((one) => one !== undefined);
      return [{
        key, published, at: timeOf(entry, 'updated') ?? timeOf(entry, 'date_modified') ?? published, link: linkIn(entry),
        categories: (listOf(entry, 'categories') ?? []).flatMap((one) => textOf(one, 'name') ?? textOf(one, 'term') ?? []),
        title: htmlWords(wordsIn(entry, 'title') ?? 'no title'), text: htmlWords(text ?? ''),
      }];
    });
    return { entries };
  };
}
