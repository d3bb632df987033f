// A campaign: 500 accounts that nobody has seen before say within ten minutes that a service is down, in few words of
// their own. Two ordinary days come before. Through the whole chain, hold included. Five hundred strangers who each
// find words of their own are no campaign to any reader of texts, but an outage; no row claims otherwise.
import { createJudge } from '../../detector/judge.ts';
import { readLexicons } from '../../detector/lexicon.ts';
import { detectorSettingsSchema } from '../../detector/settings.ts';
import { backtest } from '../../infra/backtest.ts';
import { createChance } from '../../ingest/demo/chance.ts';
import { readCatalog } from './reading.ts';

export const campaignKinds = ['one-text', 'one-text-decorated', 'reposts', 'twelve-texts', 'spun-from-one-template'] as const;
export type CampaignKind = (typeof campaignKinds)[number];

const accounts = 500;
const spanMs = 10 * 60_000;
const startMs = Date.UTC(2024, 2, 4);
const campaignMs = startMs + 48 * 3_600_000;

const texts = [
  'Telegram is down again, everybody should leave it now', "Telegram doesn't work, the end of this app has come", 'Nothing works on Telegram, told you so', "can't log in to Telegram, switch while you can",
  'Telegram servers are dead, spread the word', 'Telegram outage all over the country, share this', 'Telegram not working for anybody, delete it', 'messages on Telegram are not sending, they hide it',
  'Telegram crashed and they say nothing, shame', "Telegram won't load, time to go", 'is Telegram down? of course it is', 'Telegram has been down for hours, do not trust it',
];
const slots = [
  ['Telegram is', 'Telegram app is', 'Our Telegram is', '#Telegram is'],
  ['down', 'not working', 'dead', 'broken'],
  ['again', 'once more', 'right now', 'everywhere'],
  ['and nobody says why', 'and nobody cares', 'and they hide it', 'and they know it'],
  ['leave it', 'delete it', 'get out', 'move on'],
];
const decorations = ['', '!', ' 🔥', ' #truth', ' pls share', ' 1', ' 22', ' …', ' wow', ' 😡😡'];
const talk = ['new stickers on telegram today', 'my telegram channel has a hundred readers', 'send it to me on telegram', 'reading the news on telegram over coffee', 'telegram groups before breakfast are too much', 'moved the family chat to telegram', 'wrote a telegram bot on the train', 'that telegram voice message took nine minutes'];
const rests = ['', ' honestly', ' again', ' as always', ' lol', ' this morning', ' with my sister', ' and it is only monday'];

/** One campaign; `run` says how many incidents it made. Deterministic. */
export function createCampaign(kind: string): { run(): Promise<{ suspected: number; confirmed: number }> } {
  return {
    async run() {
      const services = readCatalog();
      const settings = detectorSettingsSchema.parse({});
      const { incidents } = await backtest({
        services, settings, judge: createJudge(readLexicons(), services), settingsHash: 'eval', partitions: 1, framePosts: 500, reports: false,
        history: [], inputs: [Buffer.from(lines(kind as CampaignKind).join('\n'))], progress: () => {},
      });
      const own = incidents.filter(({ incident }) => incident.service === 'telegram');
      return { suspected: own.length, confirmed: own.filter(({ incident }) => incident.confirmedAt !== null).length };
    },
  };
}

function lines(kind: CampaignKind): string[] {
  const chance = createChance(`campaign-${kind}`);
  const posts: { ts: number; author: string; text: string; id: string; repostOf?: string }[] = [];
  // two posts a minute that name it, one in twenty of them a person's own trouble
  for (let i = 0; i < 2 * 2_880; i++) {
    const ts = startMs + Math.floor(chance.unit() * (campaignMs + 3 * spanMs - startMs));
    const text = i % 20 === 0 ? `telegram is not working for me${chance.pick(rests)}, ${chance.pick(talk)}` : `${chance.pick(talk)}${chance.pick(rests)}`;
    posts.push({ ts, author: `reader-${chance.below(3_000)}`, text, id: `t${i}` });
  }
  for (let i = 0; i < accounts; i++) {
    const ts = campaignMs + Math.floor((i / accounts) * spanMs);
    const first = { ts, author: `new-${i}`, id: `c${i}` };
    if (kind === 'reposts' && i > 0) posts.push({ ...first, text: `RT @voice: ${texts[0]!}`, repostOf: 'c0' });
    else if (kind === 'one-text-decorated') posts.push({ ...first, text: `${texts[0]!}${decorations[i % 10]!}${decorations[Math.floor(i / 10) % 10]!}` });
    else if (kind === 'twelve-texts') posts.push({ ...first, text: texts[i % 12]! });
    else if (kind === 'spun-from-one-template') posts.push({ ...first, text: slots.map((slot) => chance.pick(slot)).join(' ') });
    else posts.push({ ...first, text: texts[0]! });
  }
  return posts.toSorted((a, b) => a.ts - b.ts).map(({ ts, ...post }) => JSON.stringify({ ...post, ts, lang: 'en' }));
}
