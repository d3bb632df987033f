// From a page's address to its form: what is known of the host, what the address itself says, and what to try when neither
// says anything. Pure.
import { forms, placeAs, type FormName, type Place } from './forms.ts';
import { knownPages } from './known-pages.ts';

/** Endings of addresses that lead to the data themselves. */
const endings: readonly (readonly [RegExp, FormName])[] = [
  [/\/api\/v2\/(?:summary|incidents|status)\.json$/, 'statuspage'],
  [/\/api\/v2\.0\.0(?:\/current|\/history)?$/, 'slack'],
  [/\/api\/v4\/current-status$/, 'heroku'],
  [/\/public\/currentevents$/, 'aws'],
  [/^\/1\.0\/status\/[\da-f]{24}$/, 'status-io'],
  [/\/data\/orgs\.json$/, 'meta'],
  [/\/incidents\.json$/, 'google'],
  [/\/summary\.json$/, 'instatus'],
  [/\/index\.json$/, 'better-stack'],
  [/(?:\.(?:rss|atom|xml)|\/(?:feed|rss|atom))\/?$/, 'feed'],
];

/** Makers who give each customer a host under their own. */
const makers: readonly (readonly [RegExp, FormName])[] = [
  [/\.statuspage\.io$/, 'statuspage'],
  [/\.status\.atlassian\.com$/, 'statuspage'],
  [/\.instatus\.com$/, 'instatus'],
  [/\.betteruptime\.com$/, 'better-stack'],
];

/** The place where the page at `url` is asked, if its address says which form it has. */
export function placeOf(url: string): Place | undefined {
  const { hostname, origin, pathname } = new URL(url);
  const path = pathname.replace(/\/+$/, '');
  const ending = endings.find(([pattern]) => pattern.test(path));
  if (ending !== undefined) return placeAs(ending[1], url);
  for (let key = `${hostname}${path}`; ; key = key.slice(0, key.lastIndexOf('/'))) {
    const known = knownPages.get(key);
    // of the makers' pages the address may lead to a part of the page, of Google's the path is the page
    if (known !== undefined) return placeAs(known.form, known.at ?? (known.form === 'google' ? url : origin));
    if (!key.includes('/')) break;
  }
  const maker = makers.find(([pattern]) => pattern.test(hostname));
  return maker === undefined ? undefined : placeAs(maker[1], origin);
}

/** What to try, in this order, at a page whose address says nothing: few questions, the most frequent form first. */
export function guessesAt(url: string): Place[] {
  return (['statuspage', 'instatus', 'better-stack'] as const).map((form) => placeAs(form, url));
}

/** A page's links to its feeds stand in its head, characters. */
const headLength = 100_000;

/** The feed that a page of HTML names as its own, if it does. */
export function feedLinkIn(html: string, url: string): Place | undefined {
  for (const [tag] of html.slice(0, headLength).matchAll(/<link\b[^>]{0,1000}>/gi)) {
    if (!/type\s*=\s*["']?application\/(?:rss|atom)\+xml/i.test(tag)) continue;
    const href = /href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))/i.exec(tag);
    const address = (href?.[1] ?? href?.[2] ?? href?.[3] ?? '').replaceAll('&amp;', '&');
    if (address === '' || !URL.canParse(address, url)) continue;
    const feed = new URL(address, url);
    // a page may not send us to another host, nor out of https
    if (feed.host === new URL(url).host && feed.protocol === new URL(url).protocol) return { form: 'feed', main: feed.href };
  }
  return undefined;
}

/** Bytes of a place's answer that are read at most. */
export const maxBytesOf = (form: FormName): number => forms[form].maxBytes;
