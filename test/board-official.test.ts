// What services' own status pages say, on the board beside the crowd: the API and a real browser, fed by the records that
// the detector writes.
import type { BrowserContextOptions } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { sourceStatusPrefix } from '../shared/source-status.ts';
import { openBrowser, poorContrast, startBoard, stopBoard, until, type Running, type Seen, type Visits } from './board-visit.ts';
import { eveningEnd, record, sourceStatuses, whatsappIncident } from './fakes/evening.ts';
import { anOfficial, aPageEvent } from './fakes/official.ts';
import { githubOutage, hostileTitle, officialEvening, spotifyIncident, telegramIncident } from './fakes/official-evening.ts';

const minute = 60_000;
let browser: Visits;
let shared: Running;

const visit = (path: string, options?: BrowserContextOptions): Promise<Seen> => browser.visit(shared.url + path, options);

async function ask(path: string, running = shared): Promise<unknown> {
  return (await fetch(running.url + path)).json();
}

const plain = (text: string): string => text.replaceAll('\u202f', ' ');

beforeAll(async () => {
  browser = await openBrowser();
  shared = await startBoard({}, [], 0, officialEvening());
});

afterEach(() => browser.leave());

afterAll(async () => {
  await browser?.stop();
  if (shared !== undefined) await stopBoard(shared);
});

test('a status page that can not be read is unknown, never down (row 22)', async () => {
  expect(await ask('/api/services/slack')).toMatchObject({ standing: 'quiet', incident: null, official: 'unknown', officialPage: { state: 'unknown', events: [] } });
  const { services } = (await ask('/api/services?q=slack')) as { services: { id: string; official: string }[] };
  expect(services.map(({ id, official }) => [id, official])).toEqual([['slack', 'unknown']]);
  const { page } = await visit('/s/slack');
  expect(await page.locator('.official').innerText()).toContain('can’t be read. That says nothing about the service.');
  expect(await page.locator('.official .mark').innerText()).toBe('Status page: can’t be read');
  expect(await page.locator('h1').innerText()).toBe('User reports suggest no problems with Slack');
});

test('the API tells of each incident how long the page has been silent, or what it said (row 23)', async () => {
  expect(await ask(`/api/incidents/${whatsappIncident}`)).toMatchObject({ official: { state: 'ok', silentMs: 47 * minute, lagMs: null, usualMs: 35 * minute, usualOf: 7 }, tallied: { observed: 2_140 } });
  expect(await ask(`/api/incidents/${spotifyIncident}`)).toMatchObject({ official: { state: 'degraded', silentMs: null, lagMs: 6 * minute, components: ['Web player', 'Desktop app'] } });
  expect(await ask(`/api/incidents/${telegramIncident}`)).toMatchObject({ official: { state: 'ok', lagMs: -5 * minute, title: 'Connection problems', usualMs: null, usualOf: 5 } });
  expect(await ask('/api/services/whatsapp')).toMatchObject({ official: 'ok', officialWord: { silentMs: 47 * minute }, officialPage: { state: 'ok', usualMs: 35 * minute, usualOf: 7 } });
  expect(await ask('/api/services/paypal')).toMatchObject({ official: null, officialWord: null, officialPage: null });
});

test('trouble that only a status page reports is shown, and not among the troubled', async () => {
  expect(await ask('/api/services/github')).toMatchObject({ standing: 'quiet', incident: null, official: 'outage', officialPage: { events: [{ title: 'Incident with Actions and Pages' }, { state: 'ok' }] } });
  const { page } = await visit('/');
  await page.waitForSelector('.pages .rows li');
  expect((await page.locator('.pages .row-name').allInnerTexts()).map((text) => text.split('\n'))).toEqual([
    ['Netflix', 'Status page: maintenance'], ['GitHub', 'Status page: outage'],
  ]);
  expect(await page.locator('.card h2').allInnerTexts()).toEqual(['WhatsApp', 'Spotify', 'Telegram']);
  expect(await page.locator('.quiet .names').innerText()).not.toContain('GitHub');
  expect(await page.locator('.quiet .names').innerText()).toContain('Zoom');
});

test('an official word that comes while the reader looks is on screen without a reload', async () => {
  const running = await startBoard();
  const { page } = await browser.visit(`${running.url}/s/github`);
  await page.waitForSelector('.connection[data-state=connected]');
  expect(await page.locator('.official').count()).toBe(0);
  await running.backend.bus.publish([githubOutage(eveningEnd)]);
  await page.getByText('Status page: outage').waitFor();
  expect(await page.locator('.page-events li').allInnerTexts()).toEqual([expect.stringContaining('Incident with Actions and Pages'), expect.stringContaining('over since')]);
  await running.backend.bus.publish([record('outcry.incidents', 'github', anOfficial('github', eveningEnd + minute, { state: 'unknown', events: [aPageEvent({ saidAt: eveningEnd })] }))]);
  await page.getByText('can’t be read. That says nothing').waitFor();
  await stopBoard(running);
});

test('the silence of an open incident goes on with the clock of the board', async () => {
  const running = await startBoard({}, [], 0, officialEvening());
  const { page } = await browser.visit(`${running.url}/s/whatsapp`);
  await page.waitForSelector('.connection[data-state=connected]');
  expect(plain(await page.locator('.official .word').innerText())).toBe('Silent for 47 min · usually 35 min (median of 7)');
  await running.backend.bus.publish([record('outcry.incidents', 'whatsapp', { v: 1, kind: 'progress', at: eveningEnd + 3 * minute })]);
  await page.waitForFunction(() => document.querySelector('.official .word')?.textContent?.includes('50 min'));
  await stopBoard(running);
});

test('each kind of word reads as a sentence, in English and German', async () => {
  const said: string[] = [];
  for (const locale of ['en-GB', 'de-DE']) {
    const { page } = await visit('/', { locale });
    for (const id of ['whatsapp', 'spotify', 'telegram', 'github', 'netflix', 'zoom', 'slack', 'paypal']) {
      await page.goto(`${shared.url}/s/${id}`);
      await page.waitForSelector('article.service');
      said.push(`${id}: ${(await page.locator('.official').allInnerTexts()).map((text) => plain(text).replace(/\n+/g, ' | ')).join('')}`);
    }
  }
  expect(said).toMatchSnapshot();
});

test("an incident's course holds the page's words at their times, and what was counted elsewhere", async () => {
  const steps: string[][] = [];
  for (const id of [whatsappIncident, spotifyIncident, telegramIncident]) {
    const { page } = await visit(`/i/${id}`);
    await page.waitForSelector('.timeline li');
    steps.push((await page.locator('.timeline li').allInnerTexts()).map((text) => plain(text).replace(/\n+/g, ' | ')));
    if (id === whatsappIncident) expect(await page.locator('.tallied').innerText()).toBe('Counted elsewhere: 2,140 posts in 15 min, usually 60.');
  }
  expect(steps).toMatchSnapshot();
});

test("a page's title stays words and its link is no script", async () => {
  for (const path of ['/', '/s/spotify', `/i/${spotifyIncident}`]) {
    const { page, errors, elsewhere } = await visit(path);
    await page.getByText(hostileTitle.slice(0, 30)).first().waitFor();
    expect(await page.locator('.official img, .card img, .timeline img, a[href^="javascript:"]').count()).toBe(0);
    expect(await page.locator('main').innerText()).not.toContain('\u202e');
    expect([errors, elsewhere]).toEqual([[], []]);
  }
});

test('a status page is a source among the others, and its being read hides no blindness', async () => {
  const running = await startBoard();
  const now = Date.now();
  for (const status of [...sourceStatuses(now).map((one) => ({ ...one, state: 'blind' as const })), ...sourceStatuses(now).slice(0, 1).map((one) => ({ ...one, source: 'pages', type: 'status', carries: 'notices' as const, posts: 0, mentions: 12, lastPostAt: now - 90_000 }))]) {
    await running.backend.store.set(`${sourceStatusPrefix}${status.source}`, JSON.stringify({ ...status, at: now + 3_600_000 }), 3_600_000);
  }
  const { page } = await browser.visit(running.url);
  await page.waitForSelector('.bar[data-kind=blind]');
  const line = await page.locator('.sources li', { hasText: 'pages' }).innerText();
  expect(line).toContain('last change');
  expect(line).toContain('status pages, 12 changes read');
  await stopBoard(running);
});

test('who comes to the stream after the sources have changed is told of them all the same', async () => {
  const running = await startBoard();
  const [status] = sourceStatuses(Date.now());
  await running.backend.store.set(`${sourceStatusPrefix}pages`, JSON.stringify({ ...status, source: 'pages', at: Date.now() + 3_600_000 }), 3_600_000);
  await until(async () => JSON.stringify(await ask('/api/sources', running)).includes('"pages"'));
  const { body } = await fetch(`${running.url}/api/events`);
  let heard = '';
  for await (const chunk of body!) {
    heard += Buffer.from(chunk).toString();
    // to the end of the event: it may come in pieces
    if (/event: sources\n[^]*?\n\n/.test(heard)) break;
  }
  expect(heard).toContain('"source":"pages"');
  await stopBoard(running);
});

test('nothing scrolls sideways at 320 px, and contrast holds in both themes', async () => {
  for (const [colorScheme, locale] of [['light', 'de-DE'], ['dark', 'en-GB']] as const) {
    const { page } = await visit('/', { colorScheme, locale, viewport: { width: 320, height: 700 } });
    for (const path of ['/', '/s/whatsapp', '/s/spotify', '/s/github', '/s/slack', `/i/${telegramIncident}`]) {
      await page.goto(shared.url + path);
      await page.waitForSelector('.official, .official-mark, .timeline');
      expect([path, await page.evaluate(() => document.documentElement.scrollWidth), await page.evaluate(poorContrast)]).toEqual([path, 320, []]);
    }
  }
});
