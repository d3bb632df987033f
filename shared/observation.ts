// What ingest saw of a service: a Mention (a post that names it) or a Notice (what its own status page says).
import { z } from 'zod';

/** How the post names the service: `name` in its text, `hashtag`, `handle`, `field` (the collector said so), `button` (own report form). */
export const namedBySchema = z.enum(['name', 'hashtag', 'handle', 'field', 'button']);
export type NamedBy = z.infer<typeof namedBySchema>;

export const mentionSchema = z.object({
  id: z.string().describe("the post's id in its source"),
  seq: z.number().int().describe("the post's place in its source's sequence"),
  ts: z.number().int().describe('event time, ms'),
  late: z.number().int().optional().describe('for a late post: the watermark, ms, when it came'),
  author: z.string().describe('keyed hash of the author'),
  service: z.string(),
  by: namedBySchema,
  name: z.string().describe('the name as matched: folded, without # or @'),
  ordinary: z.boolean().describe('the name is an ordinary word and nothing in the match itself says that the service is meant'),
  others: z
    .array(z.object({ service: z.string(), name: z.string() }))
    .describe('the other services that the post names, with the name as matched'),
  text: z.string(),
  lang: z.string().optional(),
  url: z.string().optional(),
  repostOf: z.string().optional(),
  replyTo: z.string().optional(),
  region: z.string().optional(),
});
export type Mention = z.infer<typeof mentionSchema>;

export const noticeSchema = z.object({
  id: z.string(),
  ts: z.number().int(),
  service: z.string(),
  state: z.enum(['ok', 'degraded', 'outage', 'maintenance', 'unknown']),
  title: z.string(),
  url: z.string().optional(),
});
export type Notice = z.infer<typeof noticeSchema>;
