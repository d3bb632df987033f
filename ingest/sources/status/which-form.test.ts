import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { catalogPath, parseCatalog } from '../../../shared/catalog/catalog.ts';
import type { Service } from '../../../shared/service.ts';
import { formNames, forms, placeAs } from './forms.ts';
import { knownPages } from './known-pages.ts';
import { pagesOf } from './pages.ts';
import { feedLinkIn, guessesAt, placeOf } from './which-form.ts';

const shipped = parseCatalog(readFileSync(catalogPath, 'utf8')) as { services: Service[] };
const formsOfCatalogue = Map.groupBy(shipped.services.flatMap(({ statusPage }) => (statusPage === undefined ? [] : [placeOf(statusPage)?.form ?? 'to be found out'])), (form) => form);

test('of the shipped catalogue at least 300 services have a page whose form its address says, from at least eight makers', () => {
  const counts = Object.fromEntries([...formsOfCatalogue].map(([form, list]) => [form, list.length]));
  const { 'to be found out': unknown, ...known } = counts;
  expect(Object.values(known).reduce((sum, n) => sum + n, 0), JSON.stringify(counts)).toBeGreaterThanOrEqual(300);
  expect(known['statuspage']).toBeGreaterThanOrEqual(250);
  expect(Object.keys(known).length).toBeGreaterThanOrEqual(8);
  // the others are looked at when they are read
  expect(unknown).toBeLessThan(150);
});

test('the documentation counts the services of each form as they are', () => {
  const page = readFileSync(new URL('../../../docs/status-pages.md', import.meta.url), 'utf8');
  const said = Object.fromEntries([...page.matchAll(/^\| `?([a-z -]+?)`? \|.*\| (\d+) \|$/gm)].map(([, form, count]) => [form, Number(count)]));
  expect(said).toEqual(Object.fromEntries([...formsOfCatalogue].map(([form, list]) => [form, list.length])));
});

test('every known page has a place under https, and no page is known twice', () => {
  for (const [host, { form, at }] of knownPages) expect(placeAs(form, at ?? `https://${host}`).main).toMatch(/^https:\/\/[a-z0-9.-]+\//);
  expect(knownPages.size).toBeGreaterThan(300);
});

test('an address says its form by its host, its maker\'s host, or its ending', () => {
  const place = (url: string) => placeOf(url)?.main;
  expect(placeOf('https://www.githubstatus.com/')).toEqual({ form: 'statuspage', main: 'https://www.githubstatus.com/api/v2/summary.json', history: 'https://www.githubstatus.com/api/v2/incidents.json' });
  expect(placeOf('https://slack-status.com')).toEqual({ form: 'slack', main: 'https://slack-status.com/api/v2.0.0/current', history: 'https://slack-status.com/api/v2.0.0/history' });
  expect(place('https://www.githubstatus.com/history')).toBe('https://www.githubstatus.com/api/v2/summary.json');
  expect(place('https://anything.statuspage.io')).toBe('https://anything.statuspage.io/api/v2/summary.json');
  expect(place('https://trello.status.atlassian.com')).toBe('https://trello.status.atlassian.com/api/v2/summary.json');
  expect(place('https://acme.instatus.com/')).toBe('https://acme.instatus.com/summary.json');
  expect(place('https://health.aws.amazon.com/health/status')).toBe('https://health.aws.amazon.com/public/currentevents');
  expect(place('https://status.cloud.google.com')).toBe('https://status.cloud.google.com/incidents.json');
  expect(place('https://status.cloud.google.com/maps-platform/')).toBe('https://status.cloud.google.com/maps-platform/incidents.json');
  expect(place('https://www.google.com/appsstatus/dashboard/')).toBe('https://www.google.com/appsstatus/dashboard/incidents.json');
  expect(place('https://azure.status.microsoft/en-us/status')).toBe('https://azure.status.microsoft/en-us/status/feed');
  expect(place('https://metastatus.com/instagram')).toBe('https://metastatus.com/data/orgs.json');
  expect(place('https://status.example.com/api/v2/summary.json')).toBe('https://status.example.com/api/v2/summary.json');
  expect(place('https://acme.statuspage.io/?key=k')).toBe('https://acme.statuspage.io/api/v2/summary.json');
  expect(guessesAt('https://status.example.com/?key=k')[0]).toEqual({ form: 'statuspage', main: 'https://status.example.com/api/v2/summary.json?key=k', history: 'https://status.example.com/api/v2/incidents.json?key=k' });
  expect(placeOf('https://status.example.com/history.rss')).toEqual({ form: 'feed', main: 'https://status.example.com/history.rss' });
  expect([placeOf('https://status.example.com'), placeOf('https://www.google.com/search'), placeOf('https://statuspage.io.example.com')]).toEqual([undefined, undefined, undefined]);
});

test('an address of the data stays what it is under its own form', () => {
  for (const form of formNames) {
    const { main } = placeAs(form, 'https://status.example.com/x/');
    expect(forms[form].place(main).main).toBe(main);
  }
});

test('a page that says nothing is asked as the most frequent makers answer', () => {
  expect(guessesAt('https://status.example.com/').map(({ main }) => main)).toEqual(['https://status.example.com/api/v2/summary.json', 'https://status.example.com/summary.json', 'https://status.example.com/index.json']);
});

test('a feed that a page names is followed on its own host only', () => {
  const link = (attributes: string) => feedLinkIn(`<html><link rel=icon href=/x.ico><link ${attributes}>`, 'https://status.example.com/page')?.main;
  expect(link('rel="alternate" type="application/atom+xml" href="/history.atom?a=1&amp;b=2"')).toBe('https://status.example.com/history.atom?a=1&b=2');
  expect(link('href=feed.rss type=application/rss+xml')).toBe('https://status.example.com/feed.rss');
  expect(['type="application/rss+xml" href="http://status.example.com/x"', 'type="application/rss+xml" href="https://127.0.0.1/x"', 'type="application/rss+xml"', 'type="text/css" href="/x"', 'type="application/rss+xml" href="http://["'].map(link)).toEqual(Array(5).fill(undefined));
});

test('pages that differ in their query alone are two, and the query is in no name', () => {
  const service = (id: string): Service => ({ ...shipped.services[0]!, id, statusPage: undefined });
  const pages = pagesOf([service('a'), service('b')], undefined, { a: { url: 'https://x.example.com/feed?token=secret-a' }, b: { url: 'https://x.example.com/feed?token=secret-b' } });
  expect(pages.map(({ services }) => services)).toEqual([['a'], ['b']]);
  expect(new Set(pages.map(({ name }) => name)).size).toBe(2);
  expect(pages.some(({ name }) => name.includes('secret'))).toBe(false);
  expect(pages[0]!.place).toEqual({ form: 'feed', main: 'https://x.example.com/feed?token=secret-a' });
});

test('services that share a page are read with one question, and the user\'s word goes before the catalogue\'s', () => {
  const service = (id: string, statusPage?: string): Service => ({ ...shipped.services[0]!, id, statusPage });
  const services = [service('a', 'https://metastatus.com'), service('b', 'https://metastatus.com/b'), service('c', 'https://www.githubstatus.com'), service('d'), service('e', 'https://status.example.com')];
  expect(pagesOf(services, undefined, {}).map((page) => [page.name, page.services.join(), page.place?.form])).toEqual([['metastatus.com', 'a,b', 'meta'], ['www.githubstatus.com', 'c', 'statuspage'], ['status.example.com', 'e', undefined]]);
  expect(pagesOf(services, ['c', 'd'], { d: { url: 'https://pages.example.com/d', form: 'better-stack' }, e: { url: 'https://x.example.com' } }).map((page) => [page.name, page.services.join(), page.place?.main, page.fixed]))
    .toEqual([['www.githubstatus.com', 'c', 'https://www.githubstatus.com/api/v2/summary.json', false], ['pages.example.com/d', 'd', 'https://pages.example.com/d/index.json', true]]);
});
