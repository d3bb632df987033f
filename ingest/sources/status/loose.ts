// Fields of an answer that nobody vouches for: each comes back as what was asked for or not at all, cut to a length that
// can be shown. Nothing here throws.
import { parseJson } from '../../json.ts';

export type Loose = Readonly<Record<string, unknown>>;

const longestTitle = 200;
const longestText = 500;
const longestComponent = 80;
const mostComponents = 20;
const longestUrl = 500;
/** No page has more of anything that is of use; one made to be slow has. */
const longestList = 5_000;
// a day before 2005 or after 2100 is no time that a status page means
const earliest = Date.UTC(2005, 0, 1);
const latest = Date.UTC(2100, 0, 1);

export function isLoose(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The objects of a list, the first few thousand; undefined where there is no list. What is no object in it is passed over. */
export function listOf(of: Loose, field: string): Loose[] | undefined {
  const value = of[field];
  return Array.isArray(value) ? objectsOf(value) : undefined;
}

export const objectsOf = (list: readonly unknown[]): Loose[] => list.slice(0, longestList).filter(isLoose);

export function textOf(of: Loose, field: string): string | undefined {
  const value = of[field];
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** An id: a text or a whole number. */
export function idOf(of: Loose, field: string): string | undefined {
  const value = of[field];
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : textOf(of, field);
}

/** What has no zone would be read in ours: it is taken as UTC. A day alone is UTC by itself. */
function zoned(text: string): string {
  if (/^\d{4}-\d\d-\d\d$/.test(text) || /(?:Z|[+-]\d\d:?\d\d|\b(?!AM\b|PM\b)[A-Z]{2,4})$/.test(text)) return text;
  return /^\d{4}-/.test(text) ? `${text}Z` : `${text} UTC`;
}

/** ms of a time as text with its zone (ISO 8601, RFC 2822), or as seconds or milliseconds since 1970. */
export function timeOf(of: Loose, field: string): number | undefined {
  const value = of[field];
  if (typeof value === 'string' && /^\d{9,13}$/.test(value)) return timeOf({ [field]: Number(value) }, field);
  const text = typeof value === 'string' && value.length <= 64 ? value.trim() : undefined;
  const ms = typeof value === 'number' ? (value < 1e11 ? value * 1000 : value) : text === undefined ? Number.NaN : Date.parse(zoned(text));
  return ms >= earliest && ms < latest ? Math.floor(ms) : undefined;
}

/** One line, without control characters, at most `length` characters of it. */
export function lineOf(text: string, length: number): string {
  // cut twice: what follows is no more than a few times what is kept
  const line = text.slice(0, length * 8).replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim();
  if (line.length <= length) return line;
  const cut = line.slice(0, length - 1);
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}

export const titleLine = (text: string): string => lineOf(text, longestTitle);
export const textLine = (text: string): string => lineOf(text, longestText);

/** Names of what is affected, each once. */
export function componentLines(names: Iterable<string>): string[] {
  const lines = new Set<string>();
  for (const name of names) {
    const line = lineOf(name, longestComponent);
    if (line !== '') lines.add(line);
    if (lines.size === mostComponents) break;
  }
  return [...lines];
}

/** An address that may be shown as a link: https or http, without a login in it. */
export function linkOf(of: Loose, field: string, base?: string): string | undefined {
  const text = textOf(of, field);
  if (text === undefined || text.length > longestUrl || !URL.canParse(text, base)) return undefined;
  const url = new URL(text, base);
  if (!/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return undefined;
  return url.href.length <= longestUrl ? url.href : undefined;
}

/**
 * Bytes as JSON. UTF-16 is known by its byte order mark, as AWS sends it; everything else is UTF-8. A call around it
 * (`jsonCallback(…);`) is taken off. Undefined: it is no JSON.
 */
export function pageJson(bytes: Uint8Array): unknown {
  const [a, b] = bytes;
  const coding = a === 0xfe && b === 0xff ? 'utf-16be' : a === 0xff && b === 0xfe ? 'utf-16le' : 'utf-8';
  const text = new TextDecoder(coding).decode(bytes).trim();
  const called = /^[\w$.]{1,64}\(/.exec(text);
  const inner = called === null ? text : text.slice(called[0].length, text.lastIndexOf(')'));
  return parseJson(inner);
}
