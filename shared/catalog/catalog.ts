// The catalogue's reader: YAML text to Services, and a user's own entries laid over them. Every problem is found in
// one pass and names its line. It opens no file: the caller reads catalogPath; matching names in posts is ingest's.
import { closest, distance } from 'fastest-levenshtein';
import { load } from 'js-yaml';
import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import { serviceSchema, type Service } from '../service.ts';
import { readPlainForm } from './plain-form.ts';

/** Where the catalogue that ships with Outcry lies. */
export const catalogPath: URL = new URL('./services.yaml', import.meta.url);

/** What is wrong with one entry. `path` leads to it from the top; `line` (from 1) only where YAML text was read. */
export type CatalogProblem = { message: string; path: PropertyKey[]; line?: number };

export type CatalogResult = { services: Service[] } | { problems: CatalogProblem[] };

/** `extend`: the base and the entries. `replace`: only the services that the entries list. */
export type CatalogMode = 'extend' | 'replace';

const syllable = /[\p{Script=Han}\p{Script=Hangul}]/gu;

type Placed = { service: Service; path: PropertyKey[] };

/**
 * Reads a catalogue: a YAML map whose one key `services` holds a list of entries (shared/service.ts).
 * Never throws; whatever is wrong comes back as problems, in the order of their lines.
 */
export function parseCatalog(yamlText: string): CatalogResult {
  const result = readCatalog(quickly(yamlText));
  // only who has a problem needs to know where things stand, which costs four times the reading
  return 'services' in result ? result : problemsByLine(yamlText);
}

function quickly(yamlText: string): unknown {
  try {
    return readPlainForm(yamlText) ?? load(yamlText);
  } catch {
    return undefined;
  }
}

function readCatalog(value: unknown): CatalogResult {
  const { entries, problems } = readEntries(value);
  return problems.length > 0 ? { problems } : resolve(entries, []);
}

function problemsByLine(yamlText: string): CatalogResult {
  const counter = new LineCounter();
  const document = parseDocument(yamlText, { lineCounter: counter, prettyErrors: false });
  if (document.errors.length > 0) {
    return {
      problems: document.errors.map((error) => ({
        message: error.message,
        path: [],
        line: counter.linePos(error.pos[0]).line,
      })),
    };
  }
  let value: unknown;
  try {
    value = document.toJS();
  } catch (error) {
    // The library's guard against aliases that grow without end.
    return { problems: [{ message: error instanceof Error ? error.message : String(error), path: [], line: 1 }] };
  }
  const result = readCatalog(value);
  if ('services' in result) return result;
  return {
    problems: result.problems
      .map((problem) => Object.assign(problem, { line: lineOf(document, counter, problem.path) }))
      .sort((a, b) => a.line - b.line),
  };
}

/**
 * Lays a user's entries over a catalogue. An entry with a known id overrides it field by field, in both modes, so
 * `replace` can pick services with `id` alone; what such a pick depends on is dropped where it was not picked too.
 * The base is sound; `entries` may be anything. A problem's path starts with the entry's index.
 */
export function extendCatalog(base: readonly Service[], entries: readonly unknown[], mode: CatalogMode): CatalogResult {
  if (entries.length === 0 && mode === 'extend') return { services: [...base] };
  const known = new Map(base.map((service) => [service.id, service]));
  const seen = new Map<string, number>();
  const problems: CatalogProblem[] = [];
  const merged = entries.map((entry, index) => {
    const id = isRecord(entry) && typeof entry['id'] === 'string' ? entry['id'] : undefined;
    if (!isRecord(entry) || id === undefined) return entry;
    if (seen.has(id)) problems.push({ message: `the id "${id}" stands in two entries`, path: [index, 'id'] });
    seen.set(id, index);
    const old = known.get(id);
    return old === undefined ? entry : Object.assign({}, old, entry);
  });
  if (problems.length > 0) return { problems };
  const kept = mode === 'extend' ? base.filter((service) => !seen.has(service.id)) : [];
  if (mode === 'extend') return inOrder(resolve(merged, kept), base);
  return resolve(
    merged.map((entry, index) => dropUnpicked(entry, entries[index], seen)),
    kept,
  );
}

function readEntries(value: unknown): { entries: unknown[]; problems: CatalogProblem[] } {
  if (!isRecord(value)) return { entries: [], problems: [{ message: 'expected a map with the key "services"', path: [] }] };
  const problems: CatalogProblem[] = Object.keys(value)
    .filter((key) => key !== 'services')
    .map((key) => ({ message: unknownKey(key, ['services']), path: [key] }));
  const entries: unknown = value['services'];
  if (Array.isArray(entries)) return { entries, problems };
  return { entries: [], problems: [...problems, { message: '"services" must be a list of services', path: ['services'] }] };
}

/** Checks each entry by itself; where all are sound, checks them together with those already `kept`. */
function resolve(entries: readonly unknown[], kept: readonly Service[]): CatalogResult {
  const problems: CatalogProblem[] = [];
  const placed: Placed[] = kept.map((service) => ({ service, path: [] }));
  for (const [index, entry] of entries.entries()) {
    const read = serviceSchema.safeParse(entry);
    if (read.success) {
      placed.push({ service: read.data, path: [index] });
      continue;
    }
    for (const issue of read.error.issues) {
      if (issue.code === 'unrecognized_keys') {
        const fields = Object.keys(serviceSchema.shape);
        problems.push(...issue.keys.map((key) => ({ message: unknownKey(key, fields), path: [index, ...issue.path, key] })));
      } else {
        problems.push({ message: `${issue.path.join('.') || 'entry'}: ${issue.message}`, path: [index, ...issue.path] });
      }
    }
  }
  problems.push(...clashes(placed), ...wrongOrdinaries(placed));
  if (problems.length === 0) problems.push(...unknownDependencies(placed));
  return problems.length > 0 ? { problems } : { services: placed.map((one) => one.service) };
}

/** An id, a name, a hashtag or a handle may mean one service only. */
function clashes(placed: readonly Placed[]): CatalogProblem[] {
  const problems: CatalogProblem[] = [];
  const ids = new Set<string>();
  const owners = new Map<string, string>();
  for (const { service, path } of placed) {
    if (ids.has(service.id)) problems.push({ message: `the id "${service.id}" stands in two entries`, path: [...path, 'id'] });
    ids.add(service.id);
    const own = (spelling: string, ...field: PropertyKey[]): void => {
      const folded = fold(spelling);
      const owner = owners.get(folded);
      if (owner === undefined) owners.set(folded, service.id);
      else if (owner !== service.id) problems.push({ message: `"${spelling}" of "${service.id}" already means "${owner}"`, path: [...path, ...field] });
    };
    own(service.name, 'name');
    for (const field of ['names', 'hashtags', 'handles'] as const) for (let i = 0; i < service[field].length; i++) own(service[field][i]!, field, i);
  }
  return problems;
}

function wrongOrdinaries(placed: readonly Placed[]): CatalogProblem[] {
  return placed.flatMap(({ service, path }) => {
    const names = [service.name, ...service.names];
    if (service.ordinary.length === 0 && names.every((name) => plainlyLong.test(name))) return [];
    const ordinary = new Set(service.ordinary.map(fold));
    const folded = new Set(names.map(fold));
    const strangers = service.ordinary
      .map((word, index) => ({ message: `ordinary: "${word}" is not a name of "${service.id}"`, path: [...path, 'ordinary', index], word }))
      .filter(({ word }) => !folded.has(fold(word)))
      .map(({ message, path }) => ({ message, path }));
    // Two letters occur by chance in too many texts to count on their own; a Chinese character or a syllable of Korean
    // says as much as two.
    const short = names
      .filter((name) => fold(name).replace(syllable, '$&$&').length < 3 && !ordinary.has(fold(name)))
      .map((name) => ({ message: `"${name}" is shorter than 3 characters: list it in "ordinary" too`, path: [...path] }));
    return [...strangers, ...short];
  });
}

function unknownDependencies(placed: readonly Placed[]): CatalogProblem[] {
  const ids = new Set(placed.map(({ service }) => service.id));
  return placed.flatMap(({ service, path }) =>
    service.dependsOn.flatMap((id, index) => {
      const at = [...path, 'dependsOn', index];
      if (id === service.id) return [{ message: `"${id}" depends on itself`, path: at }];
      return ids.has(id) ? [] : [{ message: `dependsOn: no service has the id "${id}"${nearest(id, [...ids])}`, path: at }];
    }),
  );
}

function dropUnpicked(merged: unknown, entry: unknown, picked: ReadonlyMap<string, number>): unknown {
  if (!isRecord(merged) || !isRecord(entry) || 'dependsOn' in entry || !Array.isArray(merged['dependsOn'])) return merged;
  return Object.assign({}, merged, { dependsOn: merged['dependsOn'].filter((id: unknown) => picked.has(String(id))) });
}

/** An override stays where its service stood; new services follow. */
function inOrder(result: CatalogResult, base: readonly Service[]): CatalogResult {
  if ('problems' in result) return result;
  const place = new Map(base.map((service, index) => [service.id, index]));
  const placeOf = (service: Service): number => place.get(service.id) ?? base.length;
  return { services: [...result.services].sort((a, b) => placeOf(a) - placeOf(b)) };
}

/** The line of the node at `path`, of its nearest parent where it does not exist, of the key where it is a pair. */
function lineOf(document: Document, counter: LineCounter, path: readonly PropertyKey[]): number {
  const full = typeof path[0] === 'number' ? ['services', ...path] : path;
  for (let length = full.length; length > 0; length -= 1) {
    const parent: unknown = length === 1 ? document.contents : document.getIn(full.slice(0, length - 1), true);
    const last = full[length - 1];
    const pair = isMap(parent) ? parent.items.find((item) => isScalar(item.key) && item.key.value === last) : undefined;
    const node: unknown = pair?.key ?? document.getIn(full.slice(0, length), true);
    if (isNode(node) && node.range) return counter.linePos(node.range[0]).line;
  }
  return 1;
}

function unknownKey(key: string, known: readonly string[]): string {
  return `unknown key "${key}"${nearest(key, known)}`;
}

function nearest(word: string, known: readonly string[]): string {
  const best = known.length > 0 ? closest(word, known) : '';
  return best !== '' && distance(word, best) <= Math.max(2, word.length / 3) ? `; did you mean "${best}"?` : '';
}

const plain = /^[\0-\x7f]*$/;
/** three characters or more, however they are folded */
const plainlyLong = /^[!-~][ -~]+[!-~]$/;

function fold(spelling: string): string {
  if (plain.test(spelling)) return spelling.toLowerCase().trim();
  return spelling.normalize('NFKC').toLowerCase().trim();
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
