import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';

import { postSchema, type Post } from '../../shared/post.ts';
import { languages, readLibrary } from './library.ts';
import { plot, reportRoles, type Role } from './story.ts';
import { createWorld, type ToldPost } from './world.ts';

const library = readLibrary();
const world = createWorld({ seed: 'tests', library });
const evening = [...world.told()];

const minuteOf = ({ post }: ToldPost): number => (post.ts - world.startMs) / 60_000;
const within = (told: ToldPost, from: number, until: number): boolean => minuteOf(told) >= from && minuteOf(told) < until;

/** Posts a minute about a service, of some roles, between two minutes of the evening. */
function perMinute(service: string, roles: ReadonlySet<Role>, from: number, until: number): number {
  const heard = evening.filter(told => told.about === service && roles.has(told.role) && within(told, from, until));
  return heard.length / (until - from);
}

function fingerprint(posts: Iterable<Post>): string {
  const hash = createHash('sha256');
  for (const post of posts) hash.update(JSON.stringify(post));
  return hash.digest('hex');
}

test('the same seed tells the same evening byte for byte, another seed another one', () => {
  const told = fingerprint(evening.map(({ post }) => post));
  expect(fingerprint(createWorld({ seed: 'tests', library }).posts())).toBe(told);
  expect(createWorld({ seed: 'other', library }).posts().next().value).not.toEqual(evening[0]?.post);
});

test('a world can be played twice', () => {
  const again = world.posts();
  for (const { post } of evening.slice(0, 1_000)) expect(again.next().value).toEqual(post);
});

test('two hours bring 120,000 to 180,000 posts, each a valid post with an id of its own', () => {
  expect(world.endMs - world.startMs).toBe(7_200_000);
  expect(evening.length).toBeGreaterThan(120_000);
  expect(evening.length).toBeLessThan(180_000);
  expect(new Set(evening.map(({ post }) => post.id)).size).toBe(evening.length);
  for (const { post } of evening) {
    if (!postSchema.safeParse(post).success || post.ts < world.startMs || post.ts >= world.endMs) expect.fail(JSON.stringify(post));
  }
});

test('posts arrive nearly in order: none comes after one that is more than 1.5 s younger, and some do overtake', () => {
  let newest = 0;
  let overtaken = 0;
  let worstMs = 0;
  for (const { post } of evening) {
    if (post.ts < newest) overtaken++;
    worstMs = Math.max(worstMs, newest - post.ts);
    newest = Math.max(newest, post.ts);
  }
  expect(worstMs).toBeLessThanOrEqual(1_500);
  expect(overtaken).toBeGreaterThan(1_000);
});

test('most posts name nothing, and about four in a hundred are ordinary talk about more than sixty services', () => {
  const ordinary = evening.filter(({ role }) => role === 'chatter' || role === 'trouble');
  expect(ordinary.length / evening.length).toBeGreaterThan(0.03);
  expect(ordinary.length / evening.length).toBeLessThan(0.06);
  expect(new Set(ordinary.map(({ about }) => about)).size).toBeGreaterThan(60);
  expect(evening.filter(({ role }) => role === 'everyday').length / evening.length).toBeGreaterThan(0.75);
});

test('before it fails WhatsApp is named some six times a minute and hardly ever reported', () => {
  const quiet = perMinute('whatsapp', new Set<Role>(['chatter', 'trouble']), 0, 20);
  expect(quiet).toBeGreaterThan(4);
  expect(quiet).toBeLessThan(8);
  expect(perMinute('whatsapp', reportRoles, 0, 20)).toBeLessThan(0.6);
});

test('reports of the outage reach 200 a minute within ten minutes, peak 25 minutes in, fade slowly and end within five', () => {
  expect(perMinute('whatsapp', reportRoles, 20, 22)).toBeLessThan(5);
  expect(perMinute('whatsapp', reportRoles, 29, 32)).toBeGreaterThan(160);
  expect(perMinute('whatsapp', reportRoles, 42, 48)).toBeGreaterThan(200);
  const late = perMinute('whatsapp', reportRoles, 88, 95);
  expect(late).toBeGreaterThan(70);
  expect(late).toBeLessThan(150);
  expect(perMinute('whatsapp', reportRoles, 100, 120)).toBeLessThan(2);
});

test('half of the reports are plain complaints, a quarter jokes and questions', () => {
  const reports = evening.filter(told => told.about === 'whatsapp' && reportRoles.has(told.role) && within(told, 25, 95));
  const shareOf = (role: Role): number => reports.filter(told => told.role === role).length / reports.length;
  expect(shareOf('complaint')).toBeCloseTo(0.5, 1);
  expect(shareOf('echo')).toBeCloseTo(0.27, 1);
  for (const role of ['blame', 'praise', 'silence', 'copy'] as const) expect(shareOf(role)).toBeGreaterThan(0.01);
});

test('the outage is told in twelve languages, and people hardly repeat each other in any of them', () => {
  const reports = evening.filter(({ role, about }) => about === 'whatsapp' && (role === 'complaint' || role === 'echo'));
  const said = new Map<string, string[]>();
  for (const { post } of reports) {
    if (post.lang === undefined) continue;
    const words = post.text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
    said.set(post.lang, [...(said.get(post.lang) ?? []), words]);
  }
  expect([...said.keys()].sort()).toEqual([...languages].sort());
  for (const [lang, texts] of said) {
    expect(texts.length, lang).toBeGreaterThan(30);
    expect(new Set(texts).size / texts.length, lang).toBeGreaterThan(0.85);
  }
});

test('those who report are thousands of different people', () => {
  const reports = evening.filter(({ role, about }) => about === 'whatsapp' && reportRoles.has(role));
  expect(new Set(reports.map(({ post }) => post.author)).size / reports.length).toBeGreaterThan(0.8);
});

test('when it works again, that is what people say', () => {
  expect(perMinute('whatsapp', new Set(['recovery']), 0, 95)).toBe(0);
  expect(perMinute('whatsapp', new Set(['recovery']), 96, 100)).toBeGreaterThan(80);
  expect(perMinute('whatsapp', new Set(['recovery']), 115, 120)).toBeLessThan(15);
});

test('the small outage stays small and comes from many people', () => {
  const reports = evening.filter(({ role }) => role === 'login');
  expect(perMinute('spotify', new Set(['login']), 50, 75)).toBeGreaterThan(1.5);
  expect(perMinute('spotify', new Set(['login']), 50, 75)).toBeLessThan(3.5);
  expect(reports.every(told => within(told, 50, 75))).toBe(true);
  expect(new Set(reports.map(({ post }) => post.author)).size).toBeGreaterThan(0.95 * reports.length);
});

test('the campaign is some 400 near-identical posts in five minutes from forty accounts that say nothing else', () => {
  const bots = evening.filter(({ role }) => role === 'campaign');
  expect(bots.length).toBeGreaterThan(330);
  expect(bots.length).toBeLessThan(470);
  expect(bots.every(told => within(told, 65, 70) && told.about === plot.campaign.service)).toBe(true);
  const accounts = new Set(bots.map(({ post }) => post.author));
  expect(accounts.size).toBe(40);
  expect(evening.some(({ role, post }) => role !== 'campaign' && accounts.has(post.author))).toBe(false);
});

test('a surge multiplies the talk about a service and brings no reports', () => {
  for (const { service, from } of plot.surges) {
    expect(perMinute(service, new Set(['surge']), from + 2, from + 10)).toBeGreaterThan(25);
    expect(perMinute(service, reportRoles, from, from + 20)).toBeLessThan(1);
  }
});

test('a repost names an earlier post of the same evening', () => {
  const ids = new Map(evening.map(({ post }) => [post.id, post.ts]));
  const reposts = evening.filter(({ post }) => post.repostOf !== undefined);
  expect(reposts.length).toBeGreaterThan(1_000);
  for (const { post } of reposts) expect(ids.get(post.repostOf ?? '') ?? Infinity).toBeLessThan(post.ts);
});

test('an author has one country at most, given for about 60 in 100', () => {
  const regions = new Map<string, string | undefined>();
  for (const { post, role } of evening) {
    if (role !== 'everyday') continue;
    if (regions.has(post.author)) expect(regions.get(post.author)).toBe(post.region);
    regions.set(post.author, post.region);
  }
  const given = [...regions.values()].filter(region => region !== undefined).length / regions.size;
  expect(given).toBeCloseTo(0.6, 1);
});

test('hostile texts are sprinkled into the outage, control characters and all', () => {
  const hostile = evening.filter(({ role }) => role === 'hostile');
  expect(hostile.length).toBeGreaterThanOrEqual(8);
  expect(hostile.some(({ post }) => post.text.includes('<!channel>'))).toBe(true);
  expect(hostile.some(({ post }) => post.text.includes('\u001b['))).toBe(true);
});

test('the truth is the two outages and nothing else, and moves with the start', () => {
  expect(world.truth).toEqual([
    { service: 'whatsapp', start: '2017-05-03T19:50:00.000Z', end: '2017-05-03T21:05:00.000Z' },
    { service: 'spotify', start: '2017-05-03T20:20:00.000Z', end: '2017-05-03T20:45:00.000Z' },
  ]);
  expect(createWorld({ seed: 1, start: '2026-01-01T00:00:00Z', library }).truth[0]?.start).toBe('2026-01-01T00:20:00.000Z');
  expect(createWorld({ seed: 1, start: Date.UTC(2026, 0, 1), library }).truth[0]?.start).toBe('2026-01-01T00:20:00.000Z');
  expect(() => createWorld({ seed: 1, start: 'yesterday', library })).toThrow(RangeError);
});

test('where a catalogue is given, only its services and those of the plot are talked about', () => {
  const services = [
    { id: 'skype', name: 'Skype' },
    { id: 'our-shop', name: 'Our Shop' },
  ];
  const named = new Set<string>();
  for (const { about } of createWorld({ seed: 1, services, library }).told()) if (about !== null) named.add(about);
  expect([...named].sort()).toEqual(['netflix', 'our-shop', 'skype', 'spotify', 'telegram', 'whatsapp', 'youtube']);
});
