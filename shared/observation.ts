// What ingest saw of a service: a Mention (a post that names it), a Notice (what its own status page says) or a Tally (how
// many posts a source counted without handing them over).
import { z } from 'zod';

/** How the post names the service: `name` in its text, `hashtag`, `handle`, `field` (the collector said so), `reply` (not at all: it answers a post that does), `button` (own report form). */
export const namedBySchema = z.enum(['name', 'hashtag', 'handle', 'field', 'reply', 'button']);
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
  standsFor: z.number().int().min(1).optional().describe('how many posts this one stands for: of a service of whom too much is said, one author in so many is read; absent: 1'),
  lang: z.string().optional(),
  url: z.string().optional(),
  repostOf: z.string().optional(),
  replyTo: z.string().optional(),
  region: z.string().optional(),
});
export type Mention = z.infer<typeof mentionSchema>;

/** outage: something is down. degraded: something is slow or fails in part. unknown: the page can not be read, which is never "down". */
export const officialStateSchema = z.enum(['ok', 'degraded', 'outage', 'maintenance', 'unknown']);
export type OfficialState = z.infer<typeof officialStateSchema>;

export const noticeSchema = z.object({
  id: z.string().describe('of this one word, unique in its source'),
  at: z.number().int().describe("the source's event time, ms, when it was read: its place in the log"),
  ts: z.number().int().describe('ms: when the page says that it said so'),
  service: z.string(),
  event: z.string().describe("the page's own id of the incident or maintenance, the same over all words about it; empty: the page as a whole"),
  state: officialStateSchema.describe('of the service, by this event; ok: the event is over, or, of the page as a whole, that it can be read'),
  title: z.string(),
  text: z.string().optional().describe('the words themselves, shortened'),
  url: z.string().optional(),
  components: z.array(z.string()).describe('what of the service is affected, as the page names it'),
  began: z.number().int().optional().describe('ms: when the page says that the event began'),
  ended: z.number().int().optional().describe('ms: when the page says that it ended'),
});
export type Notice = z.infer<typeof noticeSchema>;

export const tallySchema = z.object({
  service: z.string(),
  minute: z.number().int().describe('ms: start of a minute that is over'),
  posts: z.number().int().describe("posts of that minute that fit the service's rule, by the source's own count"),
});
export type Tally = z.infer<typeof tallySchema>;
