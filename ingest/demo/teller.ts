// Teller: writes the posts that the story brings, and remembers what people pass on to each other.
// When they come is story.ts's; ordinary posts are pen.ts's.
import type { Post } from '../../shared/post.ts';
import { createDraw, type Chance } from './chance.ts';
import type { CastMember, Library } from './library.ts';
import type { Draft, Pen } from './pen.ts';
import type { LineKind } from './phrasebook.ts';
import { plot, type Role } from './story.ts';

export interface Teller {
  /** A post of this role in the story, written at `ts`, ms. */
  draft(role: Role, about: string | null, ts: number): Draft;
  /** Told of every post, in order of event time: what is said may be reposted. */
  heard(draft: Draft, post: Post): void;
}

const kindOf: Partial<Record<Role, LineKind>> = {
  complaint: 'complaint',
  echo: 'echo',
  blame: 'blame',
  praise: 'praise',
  silence: 'silence',
  headline: 'headline',
  recovery: 'recovery',
  restored: 'restored',
  login: 'login',
  loginFixed: 'loginFixed',
  surge: 'surge',
};

export function createTeller(library: Library, cast: readonly CastMember[], startMs: number, pen: Pen, chance: Chance): Teller {
  const books = [...library.books.values()];
  const outageLang = createDraw(books.map(book => [book.lang, book.outageShare] as const));
  const everydayLang = createDraw(books.map(book => [book.lang, book.everydayShare] as const));
  const names = new Map(cast.map(member => [member.id, member]));
  const shared: { post: Post; lang: string }[] = [];
  let nextHostile = 0;

  /** Minutes since the trouble began that the scenes of this service speak of. */
  const lastedAt = (about: string | null, ts: number): number =>
    (ts - startMs) / 60_000 - (about === plot.smallOutage.service ? plot.smallOutage.from : plot.outage.from);

  const ordinary = (role: Role, kind: LineKind, about: string | null, ts: number): Draft => {
    const member = names.get(about ?? '');
    const draw = about === plot.outage.service ? outageLang : everydayLang;
    const { text, lang } = pen.sentence(kind, draw.at(chance.unit()), {
      service: member === undefined ? '' : pen.nameOf(member),
      ts,
      lastedMinutes: lastedAt(about, ts),
    });
    const press = kind === 'headline' || kind === 'restored';
    const voice = press ? pen.crowd.desk(`newsroom-${chance.below(25)}`) : pen.crowd.anyone(chance, lang);
    return { role, about, lang, voice, text };
  };
  /** Somebody passes on a post at least five seconds old, most often one that many pass on. */
  const passOn = (role: 'copy' | 'repost', about: string | null, ts: number): Draft => {
    const original = shared.length === 0 ? undefined : shared[Math.floor(shared.length * chance.unit() ** 2)];
    if (original === undefined || original.post.ts > ts - 5_000) return ordinary('complaint', 'complaint', about, ts);
    const { post, lang } = original;
    const voice = pen.crowd.anyone(chance, lang);
    if (role === 'copy') return { role, about, lang, voice, text: post.text + chance.pick(['', '', ' 😂', '!', ' ...', ' lol']) };
    const quoted = `RT @${post.author}: ${post.text}`;
    const text = chance.hits(0.4) ? post.text : quoted.length > 140 ? `${quoted.slice(0, 139).toWellFormed()}…` : quoted;
    return { role, about, lang, voice, text, repostOf: post.id };
  };

  return {
    draft(role, about, ts) {
      if (role === 'copy' || role === 'repost') return passOn(role, about, ts);
      if (role === 'hostile') {
        const { lang, text } = library.hostile[nextHostile++ % library.hostile.length] as Library['hostile'][number];
        return { role, about, lang, voice: pen.crowd.anyone(chance, lang), text };
      }
      if (role === 'campaign') {
        const lang = chance.hits(0.75) ? 'en' : 'es';
        const words = pen.sentence('campaign', lang, { service: names.get(about ?? '')?.name ?? '', ts, lastedMinutes: 1 }).text;
        // The bots vary only what costs them nothing.
        const text = words + chance.pick(['', '!', '!!', ' 🚨', ' ⚠️', ' RT', ` ${chance.below(1_000)}`, ` https://bad.example/${chance.below(40)}`]);
        return { role, about, lang, voice: pen.crowd.newcomer(chance.below(plot.campaign.accounts)), text };
      }
      const kind = kindOf[role];
      if (kind === undefined) throw new Error(`no scene is of the role ${role}`);
      return ordinary(role, kind, about, ts);
    },
    heard({ role, lang }, post) {
      if (role !== 'complaint' && role !== 'echo' && role !== 'praise') return;
      // One in twelve gets about; what got about half an hour ago is old news.
      if (!chance.hits(1 / 12)) return;
      shared.push({ post, lang });
      if (shared.length > 40) shared.shift();
    },
  };
}
