// Finds out which form a page has whose address does not say: a few questions, the most frequent form first, then the feed
// that its HTML names. What it finds is kept by the caller; what it does not find is asked for again seldom.
import type { WebAnswer } from '../../web.ts';
import { forms, type Place } from './forms.ts';
import type { ParseFeed } from './feed.ts';
import type { Reading } from './page-word.ts';
import { feedLinkIn, guessesAt } from './which-form.ts';

export type Found =
  | { readonly place: Place; readonly reading: Reading }
  /** It answers, but nothing that can be read. */
  | { readonly why: string }
  /** It does not answer: nothing is known of it. */
  | { readonly answer: Exclude<WebAnswer, { kind: 'body' | 'unchanged' }> };

export interface Asking {
  /** Asks one address; a body is given back at most `maxBytes` long. */
  readonly ask: (url: string, maxBytes: number) => Promise<WebAnswer>;
  readonly parseFeed: ParseFeed;
  readonly nowMs: number;
}

const htmlBytes = 4 << 20;
/** An answer that says "not here", as against "not now". */
const absent: ReadonlySet<number> = new Set([400, 401, 403, 404, 405, 406, 410, 415]);

export async function findForm(url: string, { ask, parseFeed, nowMs }: Asking): Promise<Found> {
  async function fits(place: Place): Promise<Found | undefined> {
    const answer = await ask(place.main, forms[place.form].maxBytes);
    if (answer.kind === 'body') {
      const reading = forms[place.form].reader(place, parseFeed)(answer.bytes, nowMs);
      return 'why' in reading ? undefined : { place, reading };
    }
    if (answer.kind === 'unchanged' || (answer.kind === 'refused' && absent.has(answer.status))) return undefined;
    return { answer };
  }

  for (const guess of guessesAt(url)) {
    const found = await fits(guess);
    if (found !== undefined) return found;
  }
  const page = await ask(url, htmlBytes);
  if (page.kind === 'refused' || page.kind === 'failed') return { answer: page };
  const feed = page.kind === 'body' ? feedLinkIn(new TextDecoder().decode(page.bytes), url) : undefined;
  const found = feed === undefined ? undefined : await fits(feed);
  return found ?? { why: 'no program can read it: no form of status page that is known, and no feed' };
}
