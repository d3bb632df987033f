// Phrasebook: what one language's crowd of the simulated world can say, read from texts/<lang>.yaml and compiled.
// How a sentence is dressed up (openings, typos, emoji) is wording.ts's; which files there are is library.ts's.
import { load } from 'js-yaml';
import { z } from 'zod';

import { createDraw, type Draw } from './chance.ts';

/** What a sentence is for. A language may lack some; the scenes then fall back on English. */
export const lineKinds = [
  'lead', // openings, put before a sentence
  'detail', // a second sentence about an outage: what was tried, who can't be reached
  'everyday', // names no service
  'chatter', // names a service, which works
  'memory', // an outage of long ago
  'advert',
  'operator', // a support desk's reply
  'news', // a headline about business
  'trouble', // one person's report on an ordinary day
  'complaint', // outage: it does not work
  'echo', // outage: same here, is it down?, jokes
  'blame', // outage: the provider was suspected first
  'praise', // outage: a rival works
  'silence', // outage: the company says nothing
  'headline', // outage: the press
  'restored', // recovery: the press
  'recovery',
  'login', // small outage: can't sign in
  'loginFixed',
  'surge', // enthusiasm for a show or a video
  'campaign', // the bots' story
] as const;
export type LineKind = (typeof lineKinds)[number];

/** Filled while writing: s = the service's name, n = a small number, m = minutes that it may have lasted, hour = local time within those
 * minutes, link, code = an error's number, initials. */
export type Fact = 's' | 'n' | 'm' | 'hour' | 'link' | 'code' | 'initials';
const facts: readonly string[] = ['s', 'n', 'm', 'hour', 'link', 'code', 'initials'] satisfies Fact[];

/** A piece of a sentence: literal words, a fact, a choice written in place, or a slot (also a choice, but its words are never altered). */
export type Piece = string | { fact: Fact } | { choice: readonly Piece[][] } | { slot: readonly Piece[][] };
export type Template = readonly Piece[];

export interface Phrasebook {
  lang: string;
  /** Weight of the language in everyday posts, and among those who suffer from the outage. */
  everydayShare: number;
  outageShare: number;
  countries: Draw<string>;
  /** Hours ahead of UTC on the crowd's clocks, the commoner ones more than once. */
  clock: readonly number[];
  /** What stands between two sentences. */
  stops: readonly string[];
  tags: readonly Template[];
  lines: Readonly<Record<LineKind, readonly Template[]>>;
}

const text = z.string().default('');
const fileSchema = z.strictObject({
  lang: z.string().min(2),
  everydayShare: z.number().positive(),
  outageShare: z.number().positive(),
  countries: z.record(z.string().regex(/^[A-Z]{2}$/), z.number().positive()),
  clock: z.array(z.number().min(-12).max(14)).min(1),
  stops: z.array(z.string().min(1)).min(1),
  slots: z.record(z.string().regex(/^[a-zA-Z]+$/), z.string().min(1)),
  ...(Object.fromEntries(lineKinds.map(kind => [kind, text])) as Record<LineKind, typeof text>),
});

/** Compiles one language file. The files are ours, so a mistake in one throws, naming the language and the line. */
export function parsePhrasebook(yamlText: string): Phrasebook {
  const file = fileSchema.parse(load(yamlText));
  const compiled = new Map<string, readonly Piece[][]>();
  const slotOf = (name: string, trail: readonly string[]): readonly Piece[][] => {
    const known = compiled.get(name);
    if (known !== undefined) return known;
    const written = file.slots[name];
    if (written === undefined || trail.includes(name)) throw new Error(`${file.lang}: slot {${name}} is unknown or holds itself`);
    const choices = written.split(' | ').map(option => compile(option, [...trail, name]));
    compiled.set(name, choices);
    return choices;
  };
  const compile = (line: string, trail: readonly string[] = []): Piece[] => compileLine(line, name => slotOf(name, trail));
  const linesOf = (kind: LineKind): Template[] =>
    file[kind]
      .split('\n')
      .map(line => line.trim())
      .filter(line => line !== '')
      .map(line => compile(line));
  return {
    lang: file.lang,
    everydayShare: file.everydayShare,
    outageShare: file.outageShare,
    countries: createDraw(Object.entries(file.countries)),
    clock: file.clock,
    stops: file.stops,
    tags: [...slotOf('tag', [])],
    lines: Object.fromEntries(lineKinds.map(kind => [kind, linesOf(kind)])) as Record<LineKind, Template[]>,
  };
}

/** `{name}` is a slot or a fact, `{a|b}` a choice in place, which may hold further braces. */
function compileLine(line: string, slotOf: (name: string) => readonly Piece[][]): Piece[] {
  let at = 0;
  const sequence = (inside: boolean): Piece[] => {
    const pieces: Piece[] = [];
    let literal = '';
    const flush = (): void => {
      if (literal !== '') pieces.push(literal);
      literal = '';
    };
    while (at < line.length) {
      const char = line[at] as string;
      if (inside && (char === '|' || char === '}')) break;
      at++;
      if (char !== '{') {
        literal += char;
        continue;
      }
      flush();
      pieces.push(braces());
    }
    flush();
    return pieces;
  };
  const braces = (): Piece => {
    const options = [sequence(true)];
    while (line[at] === '|') {
      at++;
      options.push(sequence(true));
    }
    if (line[at] !== '}') throw new Error(`a brace is left open in: ${line}`);
    at++;
    const only = options.length === 1 ? options[0] : undefined;
    if (only === undefined) return { choice: options };
    const name = only[0];
    if (only.length !== 1 || typeof name !== 'string') throw new Error(`neither slot nor choice in: ${line}`);
    return facts.includes(name) ? { fact: name as Fact } : { slot: slotOf(name) };
  };
  return sequence(false);
}
