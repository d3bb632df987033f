// The forms of status pages that can be read: for each its reader, where under a page's address its answers lie, and how
// much of an answer is read. Which form a page has is which-form.ts.
import { readApple } from './apple.ts';
import { readAws } from './aws.ts';
import { readBetterStack } from './better-stack.ts';
import { feedReader, type ParseFeed } from './feed.ts';
import { googleReader } from './google.ts';
import { readHeroku } from './heroku.ts';
import { readInstatus } from './instatus.ts';
import { readMeta } from './meta.ts';
import type { Reader } from './page-word.ts';
import { readSlack } from './slack.ts';
import { readStatusIo } from './status-io.ts';
import { readStatuspage } from './statuspage.ts';

export const formNames = ['statuspage', 'instatus', 'better-stack', 'status-io', 'google', 'aws', 'azure', 'slack', 'apple', 'heroku', 'meta', 'feed'] as const;
export type FormName = (typeof formNames)[number];

/** Where a page of a known form is asked. */
export interface Place {
  readonly form: FormName;
  readonly main: string;
  /** Where what is over is told, if that is another address: asked only when there is a reason. */
  readonly history?: string;
}

interface Form {
  /** Of a page's address without its last slash. */
  readonly place: (base: string) => Omit<Place, 'form'>;
  readonly reader: (place: Place, parseFeed: ParseFeed) => Reader;
  readonly maxBytes: number;
  /** So many times the usual pause lies between two questions: its answers are large. */
  readonly pace?: number;
  /** After so long without a word an event counts as over, ms; absent: the form tells every end, or shows what is open. */
  readonly forgetMs?: number;
}

const usualBytes = 2 << 20;
const dayMs = 24 * 3_600_000;
/** An address that leads to the data itself stays as it is. */
const under = (base: string, path: string): string => (base.endsWith(path) ? base : `${base}${path}`);

export const forms: Readonly<Record<FormName, Form>> = {
  statuspage: {
    place(base) {
      const page = base.replace(/\/api\/v2\/[a-z-]+\.json$/, '');
      return { main: `${page}/api/v2/summary.json`, history: `${page}/api/v2/incidents.json` };
    },
    reader: () => readStatuspage, maxBytes: usualBytes,
  },
  instatus: { place: (base) => ({ main: under(base, '/summary.json') }), reader: () => readInstatus, maxBytes: usualBytes },
  'better-stack': { place: (base) => ({ main: under(base, '/index.json') }), reader: () => readBetterStack, maxBytes: usualBytes },
  'status-io': { place: (base) => ({ main: base }), reader: () => readStatusIo, maxBytes: usualBytes },
  google: {
    place: (base) => ({ main: under(base, '/incidents.json') }),
    reader: ({ main }) => googleReader(main.replace(/incidents\.json(?:\?.*)?$/, '')),
    // the list holds the past years with every update
    maxBytes: 16 << 20,
    pace: 3,
  },
  aws: { place: (base) => ({ main: base }), reader: () => readAws, maxBytes: usualBytes },
  azure: { place: (base) => ({ main: base }), reader: (_place, parse) => feedReader(parse, true), maxBytes: usualBytes },
  slack: {
    place(base) {
      const api = under(base.replace(/\/(current|history)$/, ''), '/api/v2.0.0');
      return { main: `${api}/current`, history: `${api}/history` };
    },
    reader: () => readSlack, maxBytes: usualBytes,
  },
  apple: { place: (base) => ({ main: base }), reader: () => readApple, maxBytes: usualBytes },
  heroku: { place: (base) => ({ main: under(base, '/api/v4/current-status') }), reader: () => readHeroku, maxBytes: usualBytes },
  meta: { place: (base) => ({ main: under(base, '/data/orgs.json') }), reader: () => readMeta, maxBytes: usualBytes },
  feed: { place: (base) => ({ main: base }), reader: (_place, parse) => feedReader(parse), maxBytes: usualBytes, forgetMs: dayMs },
};

/** Where a page at `url` is asked if it has this form; a query, which may be a key to the page, goes along. */
export function placeAs(form: FormName, url: string): Place {
  const { origin, pathname, search } = new URL(url);
  const { main, history } = forms[form].place(`${origin}${pathname}`.replace(/\/+$/, ''));
  return { form, main: `${main}${search}`, ...(history === undefined ? {} : { history: `${history}${search}` }) };
}
