// What the tests of X's rules are asked of: the catalogue, and queries as X reads them.
import { readFileSync } from 'node:fs';
import { catalogPath, parseCatalog } from '../../../shared/catalog/catalog.ts';
import { serviceSchema, type Service } from '../../../shared/service.ts';
import { parseXQuery } from '../../../test/fakes/x-query.ts';
import type { RuleBounds } from './rules.ts';
import { usualLanguages } from './words.ts';

export const usual: RuleBounds = { rules: 1_000, ruleChars: 1_024, languages: usualLanguages, reposts: false };
export const service = (id: string, name: string, more: object = {}): Service => serviceSchema.parse({ id, name, ...more });
export const matcher = (query: string, chars: number) => {
  const read = parseXQuery(query, chars);
  if ('problem' in read) throw new Error(`${read.problem}: ${query}`);
  return read.matches;
};

export function catalogue(): Service[] {
  const read = parseCatalog(readFileSync(catalogPath, 'utf8'));
  if ('problems' in read) throw new Error('the catalogue is broken');
  return read.services;
}
