// The configuration: outcry.yaml read, checked whole, and turned into what the parts are made of. Options of sources,
// channels, routes and detection live with what they configure; this file only joins them.
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { detectorSettingsSchema, type DetectorSettings } from '../detector/settings.ts';
import { sources as sourceTypes } from '../ingest/sources/index.ts';
import type { SourceDefinition } from '../ingest/source.ts';
import type { ChannelDefinition } from '../notifier/channel.ts';
import { channels as channelTypes } from '../notifier/channels/index.ts';
import { routeSchema, type Route } from '../notifier/route.ts';
import { kafkaSettingsSchema, type KafkaSettings } from './backends/kafka/settings.ts';
import { redisSettingsSchema, type RedisSettings } from './backends/redis/settings.ts';
import { catalogPath, extendCatalog, parseCatalog } from '../shared/catalog/catalog.ts';
import type { Service } from '../shared/service.ts';
import { fillIn } from './config-fill.ts';
import { nearest, problemsOf, readYaml, type Place, type Problem } from './config-place.ts';
import { stored } from './stored.ts';

const nameSchema = z
  .string()
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9._-]{0,47}$/, 'a name is letters, digits, dot, hyphen, underscore')
  .refine((name) => !(name in {}), 'a name that every object has, take another');
const named = z.record(nameSchema, z.looseObject({ type: z.string() }));

/** The outer form of outcry.yaml. */
export const configSchema = z.strictObject({
  backend: z.enum(['embedded', 'kafka']).default('embedded').describe('embedded: one process, one file. kafka: workers on Apache Kafka and Redis'),
  data: z.string().default('./outcry-data').describe('folder of the database, relative to this file'),
  kafka: kafkaSettingsSchema.nullable().default(null).describe('the cluster; needed with `backend: kafka`'),
  redis: redisSettingsSchema.prefault({}).describe('the Redis beside it'),
  partitions: z.number().int().min(1).max(256).default(4).describe('how many parts the log is cut into; fixed once data exists'),
  listen: z
    .strictObject({
      host: z.string().default('127.0.0.1').describe('address of the board and the HTTP source; only this machine unless changed'),
      port: z.number().int().min(0).max(65_535).default(8470).describe('0 takes a free one'),
    })
    .prefault({}),
  publicUrl: z.url().nullable().default(null).describe("the board's address as people reach it, for links in alerts"),
  storage: z
    .strictObject({ maxMegabytes: z.number().int().min(1).nullable().default(null).describe('upper bound of the database; new posts wait when it is reached') })
    .prefault({}),
  privacy: z
    .strictObject({ authorKey: z.string().min(16).nullable().default(null).describe('secret that keys the hashes of authors; made and kept in the data folder when not given') })
    .prefault({}),
  services: z
    .strictObject({
      mode: z.enum(['extend', 'replace']).default('extend').describe('extend: the catalogue with these entries on top; replace: only these'),
      list: z.array(z.unknown()).default([]).describe('services by the form of the catalogue; a known id changes that entry field by field'),
    })
    .prefault({}),
  sources: named.default({}).describe('where posts come from: a name for each, its type and options'),
  channels: named.default({ console: { type: 'console' } }).describe('where alerts go: a name for each, its type and options'),
  routes: z.array(z.unknown()).default([]).describe('which alerts go to which channels; without any, each channel gets all'),
  detection: z.unknown().optional().describe('how alarms are decided'),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('least level that is logged, as JSON, to standard error'),
});

/** A source or channel as configured. */
export interface OpenedBy<Definition> {
  readonly name: string;
  readonly definition: Definition;
  readonly options: unknown;
}

export interface Config {
  readonly file: string | null;
  readonly backend: 'embedded' | 'kafka';
  /** Of `backend: kafka`; null with the embedded one. */
  readonly kafka: KafkaSettings | null;
  readonly redis: RedisSettings;
  readonly data: string;
  readonly partitions: number;
  readonly listen: { readonly host: string; readonly port: number };
  readonly publicUrl: string | null;
  readonly maxBytes: number | null;
  readonly authorKey: string | null;
  readonly services: readonly Service[];
  readonly sources: readonly OpenedBy<SourceDefinition>[];
  readonly channels: readonly OpenedBy<ChannelDefinition>[];
  readonly routes: readonly Route[];
  readonly detection: DetectorSettings;
  readonly logLevel: string;
}

/** The catalogue that comes with Outcry. Its own faults are our corruption: they throw. */
export function readCatalog(): Service[] {
  const text = readFileSync(catalogPath, 'utf8');
  return stored('catalogue', [text], () => {
    const parsed = parseCatalog(text);
    if ('problems' in parsed) throw new Error(`the catalogue is broken: ${parsed.problems.map((problem) => problem.message).join('; ')}`);
    return parsed.services;
  });
}

/** Reads and checks a configuration file, but not the sections `unread`. Every problem is told at once. */
export function readConfig(file: string, env: Readonly<Record<string, string | undefined>>, unread: readonly string[] = []): { config: Config } | { problems: Problem[] } {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return { problems: [{ line: 0, path: '', message: `can't read ${file}: ${(error as Error).message}` }] };
  }
  return parseConfig(text, file, env, readCatalog, unread);
}

/**
 * Checks the text of a configuration file; `file` gives relative paths their folder. Problems come in the order of their
 * lines, those inside sound sections also when another section is broken. The sections `unread` are as if they were not there:
 * a command that has no use for them asks for no secret of theirs. Never throws on bad text.
 */
export function parseConfig(
  text: string, file: string | null, env: Readonly<Record<string, string | undefined>>, catalog: () => readonly Service[] = readCatalog, unread: readonly string[] = [],
): { config: Config } | { problems: Problem[] } {
  const { place, problems } = readYaml(text);
  if (problems.length > 0) return { problems };
  const folder = file === null ? '.' : dirname(file);
  const written = isSections(place.value) ? Object.fromEntries(Object.entries(place.value).filter(([section]) => !unread.includes(section))) : (place.value ?? {});
  const value = fillIn(written, [], place, { env, folder }, problems);
  const unfilled = new Set(problems);
  const outer = configSchema.safeParse(value);
  if (!outer.success) problems.push(...problemsOf(outer.error, place, [], (path) => keysOf(configSchema, path)));
  const raw = outer.success ? outer.data : soundSections(value, outer.error);
  const services = servicesOf(raw.services, catalog(), place, problems);
  const sources = chosen(raw.sources, 'sources', sourceTypes, place, problems);
  const channels = chosen(raw.channels, 'channels', channelTypes, place, problems);
  const routes = routesOf(raw.routes, Object.keys(raw.channels), services, place, problems);
  const detection = detectorSettingsSchema.safeParse(raw.detection ?? {});
  if (!detection.success) problems.push(...problemsOf(detection.error, place, ['detection'], (path) => keysOf(detectorSettingsSchema, path)));
  if (outer.success && raw.backend === 'kafka') {
    const missing = (path: string[], message: string) => problems.push({ line: place.lineOf(path), path: path.join('.'), message });
    if (raw.kafka === null) missing(['kafka'], '`backend: kafka` needs `kafka` with the `brokers` of the cluster');
    if (raw.privacy.authorKey === null) missing(['privacy', 'authorKey'], '`backend: kafka` needs a `privacy.authorKey` that all workers share: 16 letters or more, best from the environment');
  }
  if (problems.length > 0 || !outer.success || !detection.success) {
    // what could not be filled in is one problem, not a second one for the mark that still stands there
    const told = problems.filter((problem) => unfilled.has(problem) || ![...unfilled].some(({ path }) => path === problem.path));
    return { problems: told.sort((a, b) => a.line - b.line) };
  }
  return {
    config: {
      file,
      backend: raw.backend,
      kafka: raw.kafka,
      redis: raw.redis,
      data: resolve(folder, raw.data),
      partitions: raw.partitions,
      listen: raw.listen,
      publicUrl: raw.publicUrl,
      maxBytes: raw.storage.maxMegabytes === null ? null : raw.storage.maxMegabytes * 1_048_576,
      authorKey: raw.privacy.authorKey,
      services, sources, channels, routes,
      detection: detection.data,
      logLevel: raw.logLevel,
    },
  };
}

const isSections = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What can still be looked into when the outer form has problems: the sections without one, defaults for the others. */
function soundSections(value: unknown, error: z.ZodError): z.output<typeof configSchema> {
  const broken = new Set(error.issues.map((issue) => String(issue.path[0])));
  // a route names channels and services: without these it can't be judged
  if (broken.has('channels') || broken.has('services')) broken.add('routes');
  const sound = isSections(value) ? Object.entries(value).filter(([key]) => Object.hasOwn(configSchema.shape, key) && !broken.has(key)) : [];
  return configSchema.parse(Object.fromEntries(sound));
}

function servicesOf(raw: { mode: 'extend' | 'replace'; list: unknown[] }, catalog: readonly Service[], place: Place, problems: Problem[]): readonly Service[] {
  // what ships was checked when it was read
  if (raw.mode === 'extend' && raw.list.length === 0) return catalog;
  const extended = extendCatalog(catalog, raw.list, raw.mode);
  if ('services' in extended) return extended.services;
  for (const { message, path } of extended.problems) {
    const whole = ['services', 'list', ...path];
    problems.push({ line: place.lineOf(whole), path: whole.join('.'), message });
  }
  return [];
}

function chosen<D extends { readonly options: z.ZodType }>(
  raw: Record<string, { type: string }>, at: string, types: Readonly<Record<string, D>>, place: Place, problems: Problem[],
): OpenedBy<D>[] {
  return Object.entries(raw).flatMap(([name, { type, ...rest }]) => {
    const definition = Object.hasOwn(types, type) ? types[type] : undefined;
    if (definition === undefined) {
      problems.push({ line: place.lineOf([at, name, 'type']), path: `${at}.${name}.type`, message: `no ${at.slice(0, -1)} of type \`${type}\`${nearest(type, Object.keys(types))}` });
      return [];
    }
    const options = definition.options.safeParse(rest);
    if (options.success) return [{ name, definition, options: options.data }];
    problems.push(...problemsOf(options.error, place, [at, name], (path) => keysOf(definition.options, path)));
    return [];
  });
}

function routesOf(raw: readonly unknown[], channels: readonly string[], services: readonly Service[], place: Place, problems: Problem[]): Route[] {
  const ids = services.map((service) => service.id);
  const tags = [...new Set(services.flatMap((service) => service.tags))];
  return raw.flatMap((one, i) => {
    const route = routeSchema.safeParse(one);
    if (!route.success) {
      problems.push(...problemsOf(route.error, place, ['routes', i], (path) => keysOf(routeSchema, path)));
      return [];
    }
    const unknown = (field: 'to' | 'services' | 'tags', known: readonly string[], what: string) =>
      (route.data[field] ?? []).forEach((name, k) => {
        if (!known.includes(name)) problems.push({ line: place.lineOf(['routes', i, field, k]), path: `routes.${i}.${field}`, message: `no ${what} \`${name}\`${nearest(name, known)}` });
      });
    unknown('to', channels, 'channel');
    // without any the list itself is broken, and that is told already
    if (ids.length > 0) {
      unknown('services', ids, 'service');
      unknown('tags', tags, 'tag');
    }
    return [route.data];
  });
}

/** Keys that an object schema knows at a path, for the nearest name. */
function keysOf(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let at: unknown = schema;
  const step = (key: PropertyKey): void => {
    at = shapeOf(at)?.[String(key)];
  };
  path.forEach(step);
  return Object.keys(shapeOf(at) ?? {});
}

function shapeOf(schema: unknown): Record<string, unknown> | undefined {
  let at = schema as { shape?: Record<string, unknown>; def?: { innerType?: unknown } } | undefined;
  while (at !== undefined && at.shape === undefined && at.def?.innerType !== undefined) at = at.def.innerType as typeof at;
  return at?.shape;
}
