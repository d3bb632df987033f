// Evidence: a counted post with its text, kept apart from the incident (compacted, one record a post), so that it
// can be erased when its author takes it back while every count stays.
import { z } from 'zod';
import { symptomSchema } from './report.ts';

export const maxEvidenceText = 500;

export const evidenceSchema = z.object({
  v: z.literal(1),
  incident: z.string(),
  service: z.string(),
  source: z.string(),
  id: z.string(),
  ts: z.number().int(),
  author: z.string().describe('keyed hash'),
  lang: z.string(),
  symptom: symptomSchema,
  reason: z.string().describe('why it counts: reason code of the verdict'),
  weight: z.number(),
  standsFor: z.number().int().min(1).optional().describe('how many reports it stands for, where one author in so many is read; absent: 1'),
  late: z.boolean(),
  text: z.string().max(maxEvidenceText).nullable().describe('null once erased'),
  url: z.string().nullable(),
  region: z.string().nullable(),
});
export type Evidence = z.infer<typeof evidenceSchema>;

export function evidenceKey(incident: string, source: string, id: string): string {
  return `${incident}/${source}/${id}`;
}
