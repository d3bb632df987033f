// The library of the simulated world: reads its data files, which lie beside this one. The only I/O of ingest/demo.
import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { z } from 'zod';

import { parsePhrasebook, type Phrasebook } from './phrasebook.ts';

export const languages = ['en', 'es', 'pt', 'de', 'id', 'fr', 'it', 'tr', 'ru', 'ar', 'ja', 'hi'] as const;
export type Language = (typeof languages)[number];

const castSchema = z.array(
  z.strictObject({
    id: z.string(),
    name: z.string(),
    perMinute: z.number().positive().describe('posts a minute that name it, on a quiet evening'),
    trouble: z.number().min(0).max(1).describe('how many of those report a failure'),
    langs: z.array(z.enum(languages)).optional().describe('mostly named in these; unset: in all'),
  }),
);
export type CastMember = z.infer<typeof castSchema>[number];

const hostileSchema = z.array(z.strictObject({ lang: z.enum(languages), text: z.string() }));

export interface Library {
  books: ReadonlyMap<string, Phrasebook>;
  cast: readonly CastMember[];
  hostile: readonly { lang: Language; text: string }[];
}

/** Reads everything the world says and names. Throws where a file of ours is broken. */
export function readLibrary(): Library {
  const read = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');
  return {
    books: new Map(languages.map(lang => [lang, parsePhrasebook(read(`./texts/${lang}.yaml`))])),
    cast: castSchema.parse(load(read('./cast.yaml'))),
    hostile: hostileSchema.parse(load(read('./hostile.yaml'))),
  };
}
