// A Rollup: one service's minute, as the board and dashboards draw it. Minutes in which nobody named the service are
// left out; the expected rate of the row before holds until the next one.
import { z } from 'zod';

export const rollupSchema = z.object({
  v: z.literal(1),
  service: z.string(),
  minute: z.number().int().describe('ms: start of the minute, event time'),
  mentions: z.number().int(),
  reports: z.number().int().describe('distinct reporters in this minute'),
  observed: z.number().describe('their weight'),
  expected: z.number().describe('weight that the baseline expects in this minute'),
  upper: z.number().describe('99 of 100 normal minutes stay below'),
  learning: z.boolean(),
  blind: z.boolean(),
  recoveries: z.number().int(),
  symptoms: z.record(z.string(), z.number()),
  languages: z.record(z.string(), z.number()),
  reasons: z.record(z.string(), z.number()).describe('mentions by reason of their verdict'),
});
export type Rollup = z.infer<typeof rollupSchema>;
