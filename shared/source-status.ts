// A source's status as its ingest worker last saw it: what the board, metrics and readiness show. Kept in the Store.
import { z } from 'zod';
import { carriesSchema, sourceStateSchema } from './frame.ts';

export const sourceStatusPrefix = 'source/';

export const sourceStatusSchema = z.object({
  source: z.string(),
  type: z.string(),
  instance: z.string(),
  state: sourceStateSchema,
  since: z.number().int().describe('ms, wall clock: when this state began'),
  detail: z.string().describe('why, for people'),
  silenceNormal: z.boolean(),
  carries: carriesSchema.optional().describe('what it hands over; absent: posts'),
  lastPostAt: z.number().int().nullable().describe('ms, wall clock'),
  watermark: z.number().int().nullable().describe('ms, event time'),
  posts: z.number().int(),
  mentions: z.number().int(),
  late: z.number().int(),
  spend: z
    .object({ day: z.number(), month: z.number(), perDay: z.number(), perMonth: z.number() })
    .optional()
    .describe('US dollars: what it cost in this UTC day and month, and the caps on both; absent: it costs nothing'),
  dropped: z.record(z.string(), z.number()).describe('by reason'),
  at: z.number().int().describe('ms, wall clock: when this was written'),
});
export type SourceStatus = z.infer<typeof sourceStatusSchema>;
export type SourceSpend = NonNullable<SourceStatus['spend']>;
