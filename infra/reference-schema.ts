// Tables of the reference from zod schemas: key, kind, default, help. Knows markdown and JSON Schema, nothing of Outcry.
import { z } from 'zod';

interface Node {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
}

export interface Row {
  readonly key: string;
  readonly kind: string;
  readonly fallback: string;
  readonly help: string;
}

/** JSON Schema of a zod schema, as a person writes the value (`input`) or as a reader gets it (`output`). */
export function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): unknown {
  return z.toJSONSchema(schema, { io, unrepresentable: 'any' });
}

/** Rows for the keys of an object schema; nested objects of known keys give rows under their dotted names. */
export function rowsOf(schema: z.ZodType): Row[] {
  return walk(jsonSchema(schema, 'input') as Node, '');
}

function walk(node: Node, prefix: string): Row[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, inner]): Row[] => {
    const key = `${prefix}${name}`;
    if (inner.properties !== undefined && Object.keys(inner.properties).length > 0) return walk(inner, `${key}.`);
    // a value of several forms: its own row, then the keys of those forms that are maps
    const below = merged(formsOf(inner).flatMap((form) => walk(form, `${key}.`)));
    const needed = node.required?.includes(name) === true;
    const fallback = inner.default === undefined ? (needed ? 'required' : 'none') : code(JSON.stringify(inner.default));
    return [{ key, kind: kindOf(inner), fallback, help: inner.description ?? '' }, ...below];
  });
}

/** Each key once, with all that its value may be. */
function merged(rows: readonly Row[]): Row[] {
  return [...Map.groupBy(rows, ({ key }) => key).values()].map((same) => {
    const all = (field: 'kind' | 'help', mark: string) => [...new Set(same.map((row) => row[field]))].join(mark);
    return { ...same[0]!, kind: all('kind', ' or '), help: all('help', '; ') };
  });
}

/** What a value may be: itself, or what its union names, down to the last. */
function formsOf(node: Node): Node[] {
  const union = node.anyOf ?? node.oneOf;
  return union === undefined ? [node] : union.flatMap(formsOf);
}

function kindOf(node: Node): string {
  if (node.const !== undefined) return code(JSON.stringify(node.const));
  if (node.enum !== undefined) return node.enum.map((one) => code(String(one))).join(', ');
  if (node.anyOf !== undefined || node.oneOf !== undefined) return [...new Set(formsOf(node).map(kindOf))].join(' or ');
  if (node.type === 'array') return `list of ${node.items === undefined ? 'values' : kindOf(node.items)}`;
  if (node.type === 'string') return node.format === 'uri' ? 'URL' : 'text';
  if (node.type === 'boolean') return 'true or false';
  if (node.type === 'integer' || node.type === 'number') return `${node.type === 'integer' ? 'whole number' : 'number'}${bounds(node)}`;
  if (node.type === 'null') return 'null';
  return node.type === 'object' ? 'map' : 'value';
}

function bounds({ minimum, maximum }: Node): string {
  const low = minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER ? ` from ${minimum}` : '';
  const high = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? ` to ${maximum}` : '';
  return low + high;
}

export const code = (text: string): string => `\`${text}\``;

/** A markdown table; a bar within a cell stays a bar. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** The table of an object schema's keys; `words` helps where the schema itself does not. */
export function schemaTable(schema: z.ZodType, words: Readonly<Record<string, string>> = {}): string {
  const rows = rowsOf(schema);
  if (rows.length === 0) return 'No options.';
  return table(['Key', 'Kind', 'Default', 'Help'], rows.map(({ key, kind, fallback, help }) => [code(key), kind, fallback, help || (words[key] ?? '')]));
}
