// A Post: one public message, as its source hands it over. The author is the source's own id here and only here:
// past ingest it is a keyed hash.
import { z } from 'zod';

/** How long a text may be before it is cut: longer posts stay words, and cost no more than this. */
export const maxTextLength = 4_000;

export const postSchema = z.object({
  id: z.string().min(1).max(512),
  ts: z.number().int().describe('event time, ms since 1970 UTC'),
  text: z.string(),
  author: z.string().min(1).max(512),
  lang: z.string().max(35).optional().describe('BCP 47, as the source says'),
  source: z.string().max(64).optional(),
  url: z.string().max(2_000).optional(),
  service: z.string().max(64).optional().describe('the service that the post is about, where the collector knows'),
  repostOf: z.string().max(512).optional().describe('id of the post that this one repeats'),
  replyTo: z.string().max(512).optional(),
  region: z.string().max(16).optional().describe('ISO 3166 country, from the source itself, else unknown'),
});

export type Post = z.infer<typeof postSchema>;
