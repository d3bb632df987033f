// A Frame: what one source saw up to a watermark, for one partition. It is the only thing that ingest writes to the
// observations log, so it is the detector's whole input. An empty frame is a heartbeat.
import { z } from 'zod';
import { mentionSchema, noticeSchema, tallySchema } from './observation.ts';

/** live: posts as they come. catching-up: replaying after a gap. blind: not connected or failing. closed: ended on purpose. */
export const sourceStateSchema = z.enum(['live', 'catching-up', 'blind', 'closed']);
export type SourceState = z.infer<typeof sourceStateSchema>;

/** posts: what people say. notices, tallies: no posts at all, so such a source's silence or blindness says nothing of what people say. */
export const carriesSchema = z.enum(['posts', 'notices', 'tallies']);
export type Carries = z.infer<typeof carriesSchema>;

export const frameSchema = z.object({
  v: z.literal(1),
  source: z.string().describe('name of the source in the configuration'),
  instance: z.string().describe('which worker read it'),
  epoch: z.number().int().describe('ms when this worker opened the source: grows with every start'),
  seq: z.number().int().describe("the source's sequence number after the last post read"),
  state: sourceStateSchema,
  filtered: z.boolean().describe('the source carries only posts picked by rules, so an outage raises its whole volume'),
  carries: carriesSchema.optional().describe('what the source hands over; absent: posts'),
  watermark: z.number().int().describe('ms: no post before this is still to come on time'),
  cursor: z.string().describe('where the source stands after the last post read; opaque; empty but in the frame of the first partition'),
  reads: z
    .array(z.tuple([z.number().int(), z.number().int()]))
    .describe('posts read, naming a service or not: [event second, count]; a late one at the watermark when it came'),
  gap: z
    .object({ from: z.number().int(), to: z.number().int() })
    .optional()
    .describe('ms from and to when the source saw nothing and can not make good'),
  mentions: z.array(mentionSchema),
  notices: z.array(noticeSchema),
  tallies: z.array(tallySchema).optional(),
  deletions: z
    .array(z.object({ id: z.string(), at: z.number().int() }))
    .describe("posts that their authors took back: id, and the source's greatest event time, ms, when it was told, so that it never stands before its post"),
});
export type Frame = z.infer<typeof frameSchema>;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A frame as bytes for the log. */
export function encodeFrame(frame: Frame): Uint8Array {
  return encoder.encode(JSON.stringify(frame));
}

/**
 * Bytes from the log as a frame. `checked` false trusts the writer (our own ingest) and only parses; true checks
 * every field. Anything unreadable is a reason, not an exception.
 */
export function decodeFrame(bytes: Uint8Array, checked: boolean): { frame: Frame } | { reason: string } {
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(bytes));
  } catch {
    return { reason: 'frame-not-json' };
  }
  if (!checked && typeof value === 'object' && value !== null && (value as Frame).v === 1) return { frame: value as Frame };
  const parsed = frameSchema.safeParse(value);
  return parsed.success ? { frame: parsed.data } : { reason: 'frame-bad-shape' };
}
