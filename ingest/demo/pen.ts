// Pen: writes the ordinary posts, about life and about services that work; the world and the plain traffic share it.
// The outage and everything else out of the ordinary is world.ts's.
import type { Post } from '../../shared/post.ts';
import { createDraw, type Chance, type Draw } from './chance.ts';
import { createCrowd, type Crowd, type Voice } from './crowd.ts';
import type { CastMember, Library } from './library.ts';
import type { LineKind, Phrasebook } from './phrasebook.ts';
import type { Role } from './story.ts';
import { write, type Occasion } from './wording.ts';

/** A post before it has an id, with what its author meant. */
export interface Draft {
  role: Role;
  about: string | null;
  /** The language it is written in; what the source states may be another or nothing. */
  lang: string;
  voice: Voice;
  text: string;
  repostOf?: string;
}

export interface Pen {
  crowd: Crowd;
  everyday(ts: number): Draft;
  /** A post that names the service on a quiet day; now and then a report, as the cast says. */
  chatter(member: CastMember, ts: number): Draft;
  /** A sentence of a kind in a language, in English where that language has none. */
  sentence(kind: LineKind, lang: string, occasion: Occasion): { text: string; lang: string };
  /** The name as somebody writes it: as it is, as a hashtag, in small letters. */
  nameOf(member: { name: string }): string;
  /** The post that comes of a draft. */
  post(draft: Draft, number: number, ts: number): Post;
}

/** How many people the world has. */
const crowdSize = 60_000;

/** Chatter that is no report: how often each kind comes. */
const chatterKinds = createDraw<LineKind>([
  ['chatter', 76],
  ['news', 8],
  ['advert', 7],
  ['operator', 5],
  ['memory', 4],
]);

export function createPen(library: Library, chance: Chance): Pen {
  const books = [...library.books.values()];
  const bookOf = (lang: string): Phrasebook => {
    const book = library.books.get(lang);
    if (book === undefined) throw new Error(`no phrasebook for ${lang}`);
    return book;
  };
  const crowd = createCrowd(books, book => book.everydayShare + book.outageShare, crowdSize);
  const everydayLang = createDraw(books.map(book => [book.lang, book.everydayShare] as const));
  const langsOf = new Map<CastMember, Draw<string>>();

  const sentence: Pen['sentence'] = (kind, lang, occasion) => {
    const book = bookOf(lang).lines[kind].length > 0 ? bookOf(lang) : bookOf('en');
    return { text: write(book, kind, chance, occasion), lang: book.lang };
  };
  const nameOf: Pen['nameOf'] = ({ name }) => {
    const style = chance.unit();
    if (style < 0.72) return name;
    if (style < 0.86) return `#${name.replaceAll(/[^\p{L}\p{N}]/gu, '')}`;
    return name.toLowerCase();
  };
  const langOfChatter = (member: CastMember): string => {
    if (member.langs === undefined || chance.hits(0.1)) return everydayLang.at(chance.unit());
    let draw = langsOf.get(member);
    if (draw === undefined) {
      draw = createDraw(member.langs.map(lang => [lang, bookOf(lang).everydayShare] as const));
      langsOf.set(member, draw);
    }
    return draw.at(chance.unit());
  };

  return {
    crowd,
    sentence,
    nameOf,
    everyday(ts) {
      const { text, lang } = sentence('everyday', everydayLang.at(chance.unit()), { service: '', ts, lastedMinutes: 1 });
      return { role: 'everyday', about: null, lang, voice: crowd.regular(chance, lang), text };
    },
    chatter(member, ts) {
      const about = member.id;
      const wanted = langOfChatter(member);
      if (chance.hits(member.trouble)) {
        const { text, lang } = sentence('trouble', wanted, { service: nameOf(member), ts, lastedMinutes: 50 });
        return { role: 'trouble', about, lang, voice: crowd.anyone(chance, lang), text };
      }
      const kind = chatterKinds.at(chance.unit());
      const { text, lang } = sentence(kind, wanted, { service: kind === 'news' ? member.name : nameOf(member), ts, lastedMinutes: 50 });
      const voice =
        kind === 'operator' ? crowd.desk(`${about}-help`)
        : kind === 'news' ? crowd.desk(`newsroom-${chance.below(25)}`)
        : kind === 'advert' ? crowd.desk(`shop-${chance.below(60)}`)
        : crowd.regular(chance, lang);
      return { role: 'chatter', about, lang, voice, text };
    },
    post(draft, number, ts) {
      const post: Post = { id: `demo-${String(number).padStart(6, '0')}`, ts, text: draft.text, author: draft.voice.author };
      // Sources state the language of most posts, and of some a wrong one.
      const stated = chance.unit();
      if (stated < 0.93) post.lang = draft.lang;
      else if (stated < 0.95) post.lang = 'en';
      if (chance.hits(0.3)) post.url = `https://posts.example/${post.id}`;
      if (draft.repostOf !== undefined) post.repostOf = draft.repostOf;
      if (draft.voice.region !== undefined) post.region = draft.voice.region;
      return post;
    },
  };
}
