// Pages that speak of several services: which of a page's words are about which. By what the page calls its parts, since a
// word names them; what is about none of them in particular is about the platform.
import type { PageWord } from './page-word.ts';

interface Parts {
  /** Service ids, with what their parts are called in the page's components, or in a word's title where it names none. */
  readonly parts: readonly (readonly [string, RegExp])[];
  /** The platform: it has what no part has (`rest`), or every word of the page (`all`). */
  readonly platform: readonly string[];
  readonly has: 'rest' | 'all';
}

/** By the address of the data. */
const shared: Readonly<Record<string, Parts>> = {
  'https://www.google.com/appsstatus/dashboard/incidents.json': {
    parts: [
      ['gmail', /\bgmail\b/i], ['google-drive', /\b(?:google )?drive\b/i], ['google-meet', /\bmeet\b/i], ['google-classroom', /\bclassroom\b/i],
      ['google-chat', /\bchat\b/i], ['google-voice', /\bvoice\b/i], ['gemini', /\bgemini\b/i], ['notebooklm', /\bnotebooklm\b/i],
      ['google-docs', /\b(?:docs|sheets|slides|forms)\b/i], ['google-calendar', /\bcalendar\b/i],
    ],
    platform: ['google-workspace'], has: 'all',
  },
  'https://www.apple.com/support/systemstatus/data/system_status_en_US.js': {
    parts: [
      ['apple-tv', /\bapple tv\b/i], ['apple-music', /\bapple music\b/i], ['icloud', /\bicloud\b|\bfind my\b|\bphotos\b/i], ['imessage', /\bimessage\b/i],
      ['app-store', /\b(?:app store|mac app store)\b(?! connect)/i], ['apple-pay', /\bapple pay\b|\bapple cash\b|\bwallet\b/i], ['siri', /\bsiri\b/i], ['facetime', /\bfacetime\b/i],
    ],
    platform: ['apple'], has: 'all',
  },
  'https://metastatus.com/data/orgs.json': {
    parts: [['whatsapp', /\bwhatsapp\b/i], ['instagram', /\binstagram\b|\big\b/i], ['messenger', /\bmessenger\b/i], ['threads', /\bthreads\b/i], ['facebook', /\bfacebook\b|\bfb\b/i], ['meta-quest', /\bquest\b|\bhorizon\b/i]],
    platform: ['meta'], has: 'all',
  },
  'https://status.epicgames.com/api/v2/summary.json': {
    parts: [['fortnite', /\bfortnite\b/i], ['rocket-league', /\brocket league\b/i], ['fall-guys', /\bfall guys\b/i]],
    platform: ['epic-games'], has: 'rest',
  },
  'https://www.githubstatus.com/api/v2/summary.json': { parts: [['github-copilot', /\bcopilot\b/i]], platform: ['github'], has: 'all' },
  'https://automatticstatus.com/rss': {
    parts: [['tumblr', /\btumblr\b/i], ['woocommerce', /\bwoo(?:commerce)?\b/i], ['gravatar', /\bgravatar\b/i]],
    platform: ['wordpress-com'], has: 'rest',
  },
  'https://status.openai.com/api/v2/summary.json': { parts: [['openai-sora', /\bsora\b/i]], platform: ['chatgpt', 'openai'], has: 'rest' },
};

/**
 * For which of a page's services a word is. `main`: the address of the page's data. A page of one service, and one that
 * this table does not know, speaks of all of its services.
 */
export function servicesOf(main: string, services: readonly string[], word: Pick<PageWord, 'components' | 'title'>): string[] {
  const table = shared[main];
  if (table === undefined) return [...services];
  const names = word.components.length > 0 ? word.components : [word.title];
  const owners = names.map((name) => table.parts.filter(([, called]) => called.test(name)).map(([service]) => service));
  const meant = new Set(owners.flat());
  // one component that is no part's is the platform's, beside others that are
  if (table.has === 'all' || owners.some((one) => one.length === 0)) for (const service of table.platform) meant.add(service);
  const known = new Set([...table.platform, ...table.parts.map(([service]) => service)]);
  // what the table does not name was put there by the user, and hears all
  return services.filter((service) => meant.has(service) || !known.has(service));
}
