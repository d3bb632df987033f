// `outcry catalogue`: what the catalogue holds, with the configuration's own services in it, and what a name would find in
// texts of one's own before it is added.
import { type Command, Option } from 'commander';
import { createMatcher } from '../../ingest/match.ts';
import { oneLine } from '../../notifier/strangers-text.ts';
import { extendCatalog } from '../../shared/catalog/catalog.ts';
import { serviceSchema, type Service } from '../../shared/service.ts';
import { dependents, nearestServices, searchServices } from '../catalog-search.ts';
import { stored } from '../stored.ts';
import { CommandProblem, configOption, loadConfig, notOnFiles, readInput } from './command.ts';
import { createLineReader } from './line-reader.ts';

interface Options {
  readonly config?: string;
  readonly json?: true;
  readonly tag?: string;
  readonly ordinary?: true;
}

const longestShown = 200;

const jsonOption = (): Option => new Option('--json', 'one JSON object a line');
const print = (lines: readonly string[]): void => void (lines.length > 0 && process.stdout.write(`${lines.join('\n')}\n`));
const servicesOf = (options: Options): readonly Service[] => loadConfig(options.config, notOnFiles).services;

const row = ({ id, name, tags }: Service): string => `${id.padEnd(24)} ${name}${tags.length === 0 ? '' : `  (${tags.join(', ')})`}`;
const told = (services: readonly Service[], json: true | undefined): void => print(services.map((one) => (json === true ? JSON.stringify(one) : row(one))));

function unknown(services: readonly Service[], words: string): CommandProblem {
  const near = nearestServices(services, words);
  return new CommandProblem(`the catalogue has no ${words}${near.length === 0 ? '' : `; did you mean ${near.map(({ id }) => id).join(', ')}?`}`);
}

function whole(service: Service, services: readonly Service[]): string[] {
  const { direct, indirect } = dependents(services, service.id);
  const list = (head: string, values: readonly string[]): string[] => (values.length === 0 ? [] : [`${head.padEnd(15)} ${values.join(', ')}`]);
  return [
    row(service),
    ...list('names', service.names),
    ...list('hashtags', service.hashtags),
    ...list('handles', service.handles),
    ...list('ordinary words', service.ordinary),
    ...list('with one of', service.context),
    ...list('but not in', service.exclude),
    ...list('status page', service.statusPage === undefined ? [] : [service.statusPage]),
    ...list('depends on', service.dependsOn),
    ...list('fails with it', direct),
    ...list('and so may', indirect),
  ];
}

/** The text of a line: a post's, where the line is a post. */
function textOf(line: string): string {
  try {
    const value = JSON.parse(line) as unknown;
    if (typeof value === 'object' && value !== null && 'text' in value && typeof value.text === 'string') return value.text;
  } catch {
    // plain text
  }
  return line;
}

interface Tested {
  /** The one tested: of the catalogue, or made of the name alone. */
  readonly service: Service;
  /** All that is watched when it is. */
  readonly services: readonly Service[];
}

/** The service that a person means by a name, or a new one that has just this name. */
function meant(services: readonly Service[], name: string, ordinary: boolean): Tested {
  const here = services.find((one) => one.id === name || [one.name, ...one.names].some((spelling) => spelling.toLowerCase() === name.toLowerCase()));
  if (here !== undefined) return { service: here, services };
  const service = serviceSchema.safeParse({ id: 'the-name-tested', name, ordinary: ordinary ? [name] : [] });
  if (!service.success) throw new CommandProblem(`${name} can be no name: ${service.error.issues.map(({ message }) => message).join('; ')}`);
  const extended = extendCatalog(services, [service.data], 'extend');
  if ('problems' in extended) throw new CommandProblem(extended.problems.map(({ message }) => message.replaceAll('"the-name-tested"', 'the name')).join('; '));
  return { service: service.data, services: extended.services };
}

function* linesOf(files: readonly string[]): Generator<string> {
  for (const file of files) {
    const reader = createLineReader(12 << 20);
    for (const { text } of [...reader.take(readInput(file)), ...reader.end()]) if (text !== null) yield textOf(text);
  }
}

function testName(name: string, files: readonly string[], options: Options): void {
  const { service, services } = meant(servicesOf(options), name, options.ordinary === true);
  const place = services.findIndex(({ id }) => id === service.id);
  const matcher = createMatcher(services, stored);
  let texts = 0;
  const found: { text: string; by: string; as: string; ordinary: boolean; others: string[] }[] = [];
  for (const text of linesOf(files)) {
    texts++;
    const hits = matcher.matchText(text);
    const own = hits.find((hit) => hit.service === place);
    if (own === undefined) continue;
    found.push({ text, by: own.by, as: own.name, ordinary: own.ordinary, others: hits.filter((hit) => hit !== own).map((hit) => services[hit.service]!.id) });
  }
  if (options.json === true) return print(found.map((one) => JSON.stringify(one)));
  const unsure = found.filter(({ ordinary }) => ordinary).length;
  print([
    ...found.map(({ text, by, as, ordinary, others }) => `${by} ${as}${ordinary ? ', an ordinary word' : ''}${others.length === 0 ? '' : `, beside ${others.join(', ')}`}: ${oneLine(text, longestShown)}`),
    `${name} is found in ${found.length} of ${texts} texts${unsure === 0 ? '' : `; in ${unsure} as an ordinary word, which counts only beside words of an outage`}`,
  ]);
}

export function addCatalogue(program: Command): void {
  const catalogue = program.command('catalogue').description('the services that are watched: list and search them, test a name on texts');
  catalogue
    .command('list')
    .option('--tag <tag>', 'only those of a kind: bank, games, cloud ...')
    .addOption(jsonOption())
    .addOption(configOption())
    .description('every service, one a line')
    .action((options: Options) => {
      const services = servicesOf(options);
      const tags = new Set(services.flatMap((one) => one.tags));
      if (options.tag !== undefined && !tags.has(options.tag)) throw new CommandProblem(`no service has the tag ${options.tag}; there are ${[...tags].sort().join(', ')}`);
      told(options.tag === undefined ? services : services.filter((one) => one.tags.includes(options.tag!)), options.json);
    });
  catalogue
    .command('search')
    .argument('<words...>', 'a piece of an id, a name, a hashtag or a handle in any spelling, or a tag')
    .addOption(jsonOption())
    .addOption(configOption())
    .description('services by a piece of their name; a single one is shown whole')
    .action((words: string[], options: Options) => {
      const services = servicesOf(options);
      const found = searchServices(services, words.join(' '));
      if (found.length === 0) throw unknown(services, words.join(' '));
      const exact = services.find((one) => one.id === words.join(' '));
      const shown = exact ?? (found.length === 1 ? found[0] : undefined);
      if (shown !== undefined && options.json !== true) print(whole(shown, services));
      else told(found, options.json);
    });
  catalogue
    .command('test')
    .argument('<name>', 'a service of the catalogue, or a name that is not in it yet')
    .argument('[files...]', 'texts, one a line, or NDJSON posts; standard input without them')
    .option('--ordinary', 'a new name that is an ordinary word')
    .addOption(jsonOption())
    .addOption(configOption())
    .description('which texts a name is found in, and by what')
    .addHelpText('after', '\nWith --json a line for each text that holds the name: {"text","by":"name"|"hashtag"|"handle","as","ordinary","others":[ids]}.')
    .action((name: string, files: string[], options: Options) => testName(name, files.length === 0 ? ['-'] : files, options));
}
