// Crowd: who posts. An author keeps language, country and id for the whole story; a few write a lot, most hardly at all.
import type { Chance, Draw } from './chance.ts';
import type { Phrasebook } from './phrasebook.ts';

export interface Voice {
  author: string;
  /** ISO 3166 country where the source gives one: for about 60 % of authors. */
  region?: string;
}

export interface Crowd {
  /** A writer of everyday posts: heavy tail. */
  regular(chance: Chance, lang: string): Voice;
  /** Anybody who suffers from an outage: nearly all of the crowd alike. */
  anyone(chance: Chance, lang: string): Voice;
  /** One of the campaign's accounts, all registered in a row and just now. */
  newcomer(index: number): Voice;
  /** A desk that speaks for an organisation: a newspaper, a support team, a shop. */
  desk(name: string): Voice;
}

/** A crowd of about `size` people over the languages of the books, in proportion to `share`. */
export function createCrowd(books: readonly Phrasebook[], share: (book: Phrasebook) => number, size: number): Crowd {
  const total = books.reduce((sum, book) => sum + share(book), 0);
  const groups = new Map<string, { first: number; size: number; countries: Draw<string> }>();
  let first = 1;
  for (const book of books) {
    const members = Math.max(1, Math.round((size * share(book)) / total));
    groups.set(book.lang, { first, size: members, countries: book.countries });
    first += members;
  }
  const draw = (chance: Chance, lang: string, skew: number): Voice => {
    const group = groups.get(lang);
    if (group === undefined) throw new Error(`nobody in the crowd speaks ${lang}`);
    const number = group.first + Math.floor(group.size * chance.unit() ** skew);
    const hash = scramble(number);
    const author = `user-${hash.toString(36)}`;
    const given = scramble(hash ^ 0x5bd1e995) / 4_294_967_296;
    return given < 0.6 ? { author, region: group.countries.at(given / 0.6) } : { author };
  };
  return {
    // Heavy tail: half of all posts come from a quarter of the crowd, and the busiest post every minute.
    regular: (chance, lang) => draw(chance, lang, 1.9),
    anyone: (chance, lang) => draw(chance, lang, 1.1),
    newcomer: index => ({ author: `user-${84_102_900 + index}` }),
    desk: name => ({ author: `user-${name}` }),
  };
}

/** One to one on 32 bits, so that no two authors meet. */
function scramble(number: number): number {
  let mixed = Math.imul(number ^ (number >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
