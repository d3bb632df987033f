// The catalogue keeps its promises: what ships is sound, and what is wrong in a user's text is named with its line.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { serviceSchema, type Service } from '../service.ts';
import { catalogPath, extendCatalog, parseCatalog, type CatalogProblem, type CatalogResult } from './catalog.ts';

const text = readFileSync(catalogPath, 'utf8');
const shipped = servicesOf(parseCatalog(text));
const byId = new Map(shipped.map((service) => [service.id, service]));

function servicesOf(result: CatalogResult): Service[] {
  if ('problems' in result) {
    throw new Error(result.problems.map((problem) => `line ${problem.line}: ${problem.message}`).join('\n'));
  }
  return result.services;
}

function problemsOf(result: CatalogResult): CatalogProblem[] {
  return 'problems' in result ? result.problems : [];
}

const lines = (yaml: string): [number | undefined, string][] =>
  problemsOf(parseCatalog(yaml)).map((problem) => [problem.line, problem.message]);

const small = servicesOf(
  parseCatalog(`services:
  - { id: cloud, name: Nimbus Cloud, tags: [cloud] }
  - { id: chat, name: Chatter, names: [Chattr], hashtags: ['#chatter'], dependsOn: [cloud] }
`),
);

test('the shipped catalogue holds at least 400 services, with enough of each kind that outages are looked for in', () => {
  expect(shipped.length).toBeGreaterThanOrEqual(400);
  const tagged = (...tags: string[]): number => shipped.filter((one) => one.tags.some((tag) => tags.includes(tag))).length;
  expect(tagged('telecom', 'isp'), 'telecoms').toBeGreaterThanOrEqual(40);
  expect(tagged('bank', 'payment'), 'banks and payment').toBeGreaterThanOrEqual(60);
  expect(tagged('game'), 'games').toBeGreaterThanOrEqual(40);
  expect(tagged('cloud'), 'clouds').toBeGreaterThanOrEqual(20);
  expect(tagged('developer'), 'platforms of developers').toBeGreaterThanOrEqual(30);
});

test('services are named in the scripts that people write in', () => {
  const written = ['Latin', 'Cyrillic', 'Greek', 'Arabic', 'Hebrew', 'Devanagari', 'Bengali', 'Thai', 'Han', 'Hiragana', 'Katakana', 'Hangul'];
  const few = written.filter((script) => {
    const letter = new RegExp(`\\p{Script=${script}}`, 'u');
    return shipped.filter((one) => [one.name, ...one.names].some((name) => letter.test(name))).length < 10;
  });
  expect(few).toEqual([]);
});

test('at least 250 services say where they tell how they are, each over https', () => {
  const pages = shipped.flatMap((one) => one.statusPage ?? []);
  expect(pages.length).toBeGreaterThanOrEqual(250);
  expect(pages.filter((page) => !page.startsWith('https://'))).toEqual([]);
});

test('every shipped service satisfies the schema of a service', () => {
  for (const service of shipped) expect(serviceSchema.parse(service)).toEqual(service);
});

test('every shipped service has a tag, and a hashtag or a handle by which people call it', () => {
  const bare = shipped.filter((one) => one.tags.length === 0 || one.hashtags.length + one.handles.length === 0);
  expect(bare.map((service) => service.id)).toEqual([]);
});

test('no id, name, hashtag or handle of the shipped catalogue means two services, or stands twice in one', () => {
  const all = shipped.flatMap((one) => [one.name, ...one.names, ...one.hashtags, ...one.handles].map((s) => s.toLowerCase()));
  const seen = new Set<string>();
  expect(all.filter((spelling) => seen.size === seen.add(spelling).size)).toEqual([]);
  expect(byId.size).toBe(shipped.length);
});

test('no chain of shipped dependencies comes back to its start', () => {
  const reaches = (from: string, path: string[]): string[][] =>
    (byId.get(from)?.dependsOn ?? []).flatMap((id) => (path.includes(id) ? [[...path, id]] : reaches(id, [...path, id])));
  expect(shipped.flatMap((service) => reaches(service.id, [service.id]))).toEqual([]);
});

test('a shipped name that is an ordinary word says what makes it mean the service', () => {
  const unsure = shipped.filter((service) => service.ordinary.length > 0 && service.context.length === 0);
  expect(unsure.map((service) => service.id)).toEqual([]);
});

test('an exclude phrase holds one of the names of its service', () => {
  const idle = shipped.flatMap((service) => {
    const names = [service.name, ...service.names].map((name) => name.toLowerCase());
    return service.exclude.filter((phrase) => !names.some((name) => phrase.toLowerCase().includes(name)));
  });
  expect(idle).toEqual([]);
});

test('the names that are also everyday words are marked as ordinary', () => {
  const marked = ['signal', 'teams', 'line', 'zoom', 'x', 'google-meet', 'orange', 'three-uk', 'target', 'chase', 'electricity'];
  expect(marked.filter((id) => (byId.get(id)?.ordinary.length ?? 0) === 0)).toEqual([]);
});

test('services of every kind and many countries are there', () => {
  const kinds = ['messaging', 'social', 'bank', 'payment', 'telecom', 'isp', 'cloud', 'developer', 'game', 'streaming'];
  const more = ['shopping', 'delivery', 'transport', 'email', 'ai', 'utility', 'government', 'work'];
  for (const tag of [...kinds, ...more]) {
    expect(shipped.filter((service) => service.tags.includes(tag)).length, tag).toBeGreaterThanOrEqual(3);
  }
});

test('an unknown key is refused with its line and the nearest key', () => {
  expect(lines('services:\n  - id: chat\n    name: Chatter\n    hashtag: []\n')).toEqual([
    [4, 'unknown key "hashtag"; did you mean "hashtags"?'],
  ]);
  expect(lines('service: []\n')[0]).toEqual([1, 'unknown key "service"; did you mean "services"?']);
});

test('a repeated id is refused with the line of the second entry', () => {
  expect(lines('services:\n  - { id: a, name: Alpha }\n  - { id: a, name: Beta }\n')).toEqual([
    [3, 'the id "a" stands in two entries'],
  ]);
});

test('a name, hashtag or handle of two services is refused whatever its case', () => {
  const yaml = `services:
  - { id: one, name: Alpha, hashtags: ['#alpha'], handles: ['@alpha'] }
  - id: two
    name: Beta
    names: [gamma, ALPHA]
    hashtags: ['#Alpha']
    handles:
      - '@beta'
      - '@ALPHA'
`;
  expect(lines(yaml)).toEqual([
    [5, '"ALPHA" of "two" already means "one"'],
    [6, '"#Alpha" of "two" already means "one"'],
    [9, '"@ALPHA" of "two" already means "one"'],
  ]);
});

test('a dependency that no service answers to is refused with its line', () => {
  expect(lines('services:\n  - { id: cloud, name: Nimbus }\n  - id: chat\n    name: Chatter\n    dependsOn: [clod]\n')).toEqual([
    [5, 'dependsOn: no service has the id "clod"; did you mean "cloud"?'],
  ]);
});

test('a service that depends on itself is refused', () => {
  expect(lines('services:\n  - { id: chat, name: Chatter, dependsOn: [chat] }\n')).toEqual([[2, '"chat" depends on itself']]);
});

test('a two-letter name is refused unless it is marked as ordinary', () => {
  expect(lines('services:\n  - { id: o2, name: O2 }\n')[0]?.[1]).toContain('shorter than 3 characters');
  expect(lines('services:\n  - { id: o2, name: O2, ordinary: [o2] }\n')).toEqual([]);
  expect(lines('services:\n  - { id: weixin, name: 微信, names: [카톡] }\n')).toEqual([]);
});

test('an ordinary word that is no name of its service is refused', () => {
  expect(lines('services:\n  - id: teams\n    name: Microsoft Teams\n    ordinary: [Teams]\n')).toEqual([
    [4, 'ordinary: "Teams" is not a name of "teams"'],
  ]);
});

test('every problem of a text is told at once, in the order of its lines', () => {
  const told = lines('services:\n  - id: Bad Id\n    name: A service\n  - id: chat\n  - 7\n  - id: ok\n    name: Okay\n    colour: red\n');
  expect(told.map(([line]) => line)).toEqual([2, 4, 5, 8]);
});

test('text that is no YAML, or no catalogue, is a problem and not an exception', () => {
  expect(lines('services:\n  - id: [\n').length).toBeGreaterThan(0);
  for (const wrong of ['', '- a\n', 'services: 3\n', 'services:\n', 'a: &a [*a]\n']) expect(lines(wrong).length).toBeGreaterThan(0);
  const bomb = `a: &a [1,1,1,1,1,1,1,1,1]\n${[...'bcdefgh'].map((key, i) => `${key}: &${key} [${Array(9).fill(`*${'abcdefg'[i]}`).join(',')}]`).join('\n')}\n`;
  expect(lines(bomb).length).toBeGreaterThan(0);
});

test('a new entry joins the catalogue after the services that were there', () => {
  const services = servicesOf(extendCatalog(small, [{ id: 'till', name: 'Tillpay', dependsOn: ['cloud'] }], 'extend'));
  expect(services.map((service) => service.id)).toEqual(['cloud', 'chat', 'till']);
});

test('an entry with a known id overrides field by field and stays in its place', () => {
  const services = servicesOf(extendCatalog(small, [{ id: 'cloud', names: ['Nimbo'] }], 'extend'));
  expect(services[0]).toEqual({ ...small[0], names: ['Nimbo'] });
  expect(services[1]).toEqual(small[1]);
});

test('replace keeps only the services that are listed, and known ones keep their facts', () => {
  const services = servicesOf(extendCatalog(small, [{ id: 'chat', name: 'Chatter 2' }], 'replace'));
  expect(services).toEqual([{ ...small[1], name: 'Chatter 2', dependsOn: [] }]);
});

test('a dependency that the user wrote is refused where its service was not kept', () => {
  const problems = problemsOf(extendCatalog(small, [{ id: 'chat', dependsOn: ['cloud'] }], 'replace'));
  expect(problems).toEqual([{ message: 'dependsOn: no service has the id "cloud"', path: [0, 'dependsOn', 0] }]);
});

test('an entry that takes the name of another service is refused with the path to it', () => {
  const problems = problemsOf(extendCatalog(small, [{ id: 'mine', name: 'Mine', names: ['chattr'] }], 'extend'));
  expect(problems).toEqual([{ message: '"chattr" of "mine" already means "chat"', path: [0, 'names', 0] }]);
});

test('wrong and repeated entries are refused, and the base is left as it was', () => {
  const before = structuredClone(small);
  expect(problemsOf(extendCatalog(small, [null, 'chat', {}, { id: 'x.y' }], 'extend')).map((one) => one.path[0])).toContain(3);
  expect(problemsOf(extendCatalog(small, [{ id: 'chat' }, { id: 'chat' }], 'extend'))).toHaveLength(1);
  expect(small).toEqual(before);
});
