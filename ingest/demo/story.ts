// The story: what happens when, as rates over the minutes of the evening. It knows no words and no people.
// Modelled on the worldwide WhatsApp outage of the night of 3 May 2017; every number here is our own.

export const storyStart = '2017-05-03T19:30:00Z';
export const storyMinutes = 120;

/** What a post of the world is; `about` names the service. The judge's view of it may differ: this is what the author meant. */
export const roles = [
  'everyday', // names no service
  'chatter', // names a service that works: praise, prices, headlines, adverts, support, memories
  'trouble', // one person's report on an ordinary day
  'complaint', // outage: plain report
  'echo', // outage: a joke, a question, same here
  'blame', // outage, thought to be the provider's
  'praise', // outage, and a rival that works
  'silence', // outage, and the company says nothing
  'hostile', // outage, in a text meant to break something
  'copy', // somebody else's report, copied by hand
  'repost', // somebody else's report, reposted
  'headline', // the press on the outage
  'recovery', // works again
  'restored', // the press on the recovery
  'login', // the small outage
  'loginFixed',
  'campaign', // bots
  'surge', // enthusiasm that names a service
] as const;
export type Role = (typeof roles)[number];

/** Roles that say, first-hand or nearly so, that a service fails now. */
export const reportRoles: ReadonlySet<Role> = new Set(['trouble', 'complaint', 'echo', 'blame', 'praise', 'silence', 'hostile', 'copy', 'login']);

/** A stream of posts: how many a minute, at a minute of the story. */
export interface Scene {
  role: Role;
  about: string | null;
  perMinute(minute: number): number;
}

/** The minutes at which things happen. */
export const plot = {
  outage: { service: 'whatsapp', from: 20, peak: 45, until: 95 },
  smallOutage: { service: 'spotify', from: 50, until: 75 },
  campaign: { service: 'telegram', from: 65, until: 70, posts: 400, accounts: 40 },
  surges: [
    { service: 'youtube', from: 4, perMinute: 42, rise: 4 },
    { service: 'netflix', from: 80, perMinute: 55, rise: 6 },
  ],
} as const;

/** First-hand reports of the big outage a minute: silence, a steep rise, a broad peak, slow fatigue, a quick end. */
export function outageReports(minute: number): number {
  const { from, peak, until } = plot.outage;
  if (minute < from) return 0;
  // People need a minute to notice: from one report in five minutes to two a second in five minutes.
  if (minute < from + 5) return 0.2 * Math.exp(((minute - from) / 5) * Math.log(120 / 0.2));
  if (minute < from + 10) return between(minute, from + 5, 120, from + 10, 200);
  if (minute < peak) return between(minute, from + 10, 200, peak, 235);
  const tired = (at: number): number => 235 * Math.exp(-(at - peak) / 60);
  if (minute < until) return tired(minute);
  return tired(until) * Math.exp(-(minute - until) / 1.2);
}

/** "Works again": a flood within a minute, gone after a quarter of an hour. */
function recoveries(minute: number, peakPerMinute: number, fadeMinutes: number): number {
  const since = minute - plot.outage.until;
  return since < 0 ? 0 : peakPerMinute * (1 - Math.exp(-since / 0.7)) * Math.exp(-since / fadeMinutes);
}

function headlines(minute: number): number {
  const since = minute - plot.outage.from - 8;
  return since < 0 || minute >= plot.outage.until ? 0 : 9 * Math.exp(-since / 40);
}

const within = (minute: number, span: { from: number; until: number }): boolean => minute >= span.from && minute < span.until;

function loginReports(minute: number): number {
  const { from, until } = plot.smallOutage;
  return within(minute, plot.smallOutage) ? 1.5 + 1.5 * Math.sin((Math.PI * (minute - from)) / (until - from)) : 0;
}

/** A wave that rises in `rise` minutes and ebbs away in several times that. */
function wave(minute: number, { from, perMinute, rise }: { from: number; perMinute: number; rise: number }): number {
  const since = (minute - from) / rise;
  return since < 0 || since > 6 ? 0 : perMinute * since * Math.exp(1 - since);
}

const share = (part: number): ((minute: number) => number) => minute => part * outageReports(minute);

/** Everything out of the ordinary. The ordinary (everyday, chatter, trouble) is world.ts's, since it is there all the time. */
export const scenes: readonly Scene[] = [
  { role: 'complaint', about: plot.outage.service, perMinute: share(0.5) },
  { role: 'echo', about: plot.outage.service, perMinute: share(0.27) },
  { role: 'blame', about: plot.outage.service, perMinute: share(0.07) },
  { role: 'praise', about: plot.outage.service, perMinute: share(0.08) },
  { role: 'silence', about: plot.outage.service, perMinute: minute => (minute < plot.outage.from + 6 ? 0 : share(0.06)(minute)) },
  { role: 'copy', about: plot.outage.service, perMinute: share(0.02) },
  { role: 'repost', about: plot.outage.service, perMinute: share(0.14) },
  { role: 'hostile', about: plot.outage.service, perMinute: minute => (within(minute, { from: 25, until: 90 }) ? 0.3 : 0) },
  { role: 'headline', about: plot.outage.service, perMinute: headlines },
  { role: 'recovery', about: plot.outage.service, perMinute: minute => recoveries(minute, 190, 6) },
  { role: 'restored', about: plot.outage.service, perMinute: minute => recoveries(minute - 3, 7, 8) },
  { role: 'login', about: plot.smallOutage.service, perMinute: loginReports },
  {
    role: 'loginFixed',
    about: plot.smallOutage.service,
    perMinute: minute => (within(minute, { from: plot.smallOutage.until, until: plot.smallOutage.until + 8 }) ? 0.8 : 0),
  },
  {
    role: 'campaign',
    about: plot.campaign.service,
    perMinute: minute => (within(minute, plot.campaign) ? plot.campaign.posts / (plot.campaign.until - plot.campaign.from) : 0),
  },
  ...plot.surges.map(surge => ({ role: 'surge' as const, about: surge.service, perMinute: (minute: number) => wave(minute, surge) })),
];

/** Posts of everyday life a minute: the evening's slow swell, and a match that ends in the middle of it. */
export function everydayPosts(minute: number): number {
  const goals = [12, 29, 52].map(goal => (minute < goal ? 0 : 0.2 * Math.exp(-(minute - goal) / 3)));
  return 1_020 * (1 + 0.05 * Math.sin((2 * Math.PI * minute) / 150) + goals.reduce((sum, bump) => sum + bump, 0));
}

/** The windows in which a service did fail, as `backtest --truth` reads them. */
export function truthFrom(startMs: number): { service: string; start: string; end: string }[] {
  const at = (minute: number): string => new Date(startMs + minute * 60_000).toISOString();
  return [plot.outage, plot.smallOutage].map(({ service, from, until }) => ({ service, start: at(from), end: at(until) }));
}

function between(minute: number, from: number, atFrom: number, until: number, atUntil: number): number {
  return atFrom + ((atUntil - atFrom) * (minute - from)) / (until - from);
}
