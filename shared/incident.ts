// An Incident: a suspected outage and its life. Each IncidentEvent carries the whole incident as it then stands, so
// the last one of an id is enough to show it.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { officialStateSchema } from './observation.ts';
import { signalSchema } from './signal.ts';
import { symptomSchema } from './report.ts';

export const incidentStateSchema = z.enum(['suspected', 'confirmed', 'easing', 'resolved', 'retracted']);
export type IncidentState = z.infer<typeof incidentStateSchema>;

/** Which states may follow which. A resolved incident that comes back within the quiet period is the same incident. */
export const transitions: Readonly<Record<IncidentState, readonly IncidentState[]>> = {
  suspected: ['confirmed', 'easing', 'retracted'],
  confirmed: ['easing'],
  easing: ['confirmed', 'resolved'],
  resolved: ['confirmed'],
  retracted: [],
};

/** What happened: a new state, or figures of an unchanged one that people should hear of. */
export const incidentChangeSchema = z.enum(['suspected', 'confirmed', 'updated', 'easing', 'relapsed', 'resolved', 'reopened', 'retracted', 'erased']);
export type IncidentChange = z.infer<typeof incidentChangeSchema>;

/** A post counted for the incident, by reference: its text lives in the evidence topic and can be erased. */
export const evidenceRefSchema = z.object({
  source: z.string(),
  id: z.string(),
  ts: z.number().int(),
  lang: z.string(),
  symptom: symptomSchema,
  weight: z.number(),
});

const counts = z.record(z.string(), z.number());

/** Whom an incident's counted posts name: what blame and shared causes are judged by. */
export const namedSchema = z.object({
  alone: z.number().int().describe('counted posts that name this service alone'),
  together: z.number().int().describe('counted posts that name others too'),
  others: counts.describe('those posts by the other service that they name, the eight most named'),
});
export type Named = z.infer<typeof namedSchema>;

/** What the service itself said of this trouble, and how long it took: the official-silence clock. */
export const officialWordSchema = z.object({
  state: officialStateSchema.describe('the worst that the page says now of what is going on; ok: nothing, or that it is over; unknown: the page can not be read'),
  firstAt: z.number().int().nullable().describe("ms: the first official word of this trouble, by the page's own time; null: silent so far"),
  lagMs: z.number().int().nullable().describe('from the estimated onset to the first official word; below 0: the page was first; null: silent so far'),
  title: z.string().nullable().describe('what it said last'),
  url: z.string().nullable(),
  components: z.array(z.string()),
  endedAt: z.number().int().nullable().describe('ms: when the page said that it was over'),
  usualMs: z.number().int().nullable().describe("median time to the first word over this service's earlier incidents; null: none"),
  usualOf: z.number().int().describe('how many incidents that median rests on'),
});
export type OfficialWord = z.infer<typeof officialWordSchema>;

/** Posts that a source counted for the service without handing them over, against what it usually counts. */
export const talliedSchema = z.object({
  observed: z.number(),
  expected: z.number(),
  windowMs: z.number().int(),
});
export type Tallied = z.infer<typeof talliedSchema>;

export const incidentSchema = z.object({
  id: z.string(),
  service: z.string(),
  state: incidentStateSchema,
  onset: z.number().int().describe('ms: estimated start of the trouble'),
  openedAt: z.number().int(),
  confirmedAt: z.number().int().nullable(),
  easingAt: z.number().int().nullable(),
  resolvedAt: z.number().int().nullable().describe('ms: resolved or retracted'),
  observed: z.number().describe('weighted reports in the window that ends now'),
  expected: z.number().describe('what the baseline expects in that window'),
  windowMs: z.number().int(),
  learning: z.boolean().describe('the baseline rests mostly on the prior: less sure'),
  blind: z.boolean().describe('no live source: the state is held, not confirmed'),
  reporters: z.number().int().describe('distinct authors since onset'),
  score: z.number().describe('sum of the weights of all counted posts'),
  mentions: z.number().int().describe('posts naming the service since onset, reports or not'),
  recoveries: z.number().int().describe('recovery reports since onset'),
  peak: z.object({ perMinute: z.number(), at: z.number().int() }),
  symptoms: counts,
  languages: counts,
  regions: counts.describe('country codes of the sources, `unknown` shown'),
  sources: counts,
  evidence: z.array(evidenceRefSchema).describe('the strongest posts; all of them are in the evidence topic'),
  signal: signalSchema.describe('what opened it'),
  official: officialWordSchema.optional().describe("absent: no status page of this service is read"),
  tallied: talliedSchema.optional().describe('absent: no source counts posts for this service'),
  named: namedSchema.optional().describe('which services its counted posts name; records from before it was counted lack it'),
});
export type Incident = z.infer<typeof incidentSchema>;

export const incidentEventSchema = z.object({
  v: z.literal(1),
  kind: z.literal('incident'),
  seq: z.number().int().describe('1, 2, 3 ... within the incident'),
  change: incidentChangeSchema,
  at: z.number().int().describe('ms, event time'),
  settings: z.string().describe('hash of the settings that made it'),
  incident: incidentSchema,
});
export type IncidentEvent = z.infer<typeof incidentEventSchema>;

/** Says how far a partition's event time has come; carries nothing else. Its number and spacing mean nothing. */
export const progressSchema = z.object({ v: z.literal(1), kind: z.literal('progress'), at: z.number().int() });
export type Progress = z.infer<typeof progressSchema>;

/** What a service's own status page says, incident or not. Its key is the service; the latest one is all. Opens nothing by itself. */
export const officialSchema = z.object({
  v: z.literal(1),
  kind: z.literal('official'),
  service: z.string(),
  at: z.number().int().describe('ms, event time'),
  state: officialStateSchema.describe('the worst of its events; unknown: the page can not be read'),
  events: z
    .array(
      z.object({
        event: z.string().describe("the page's own id of it"),
        state: officialStateSchema,
        title: z.string(),
        url: z.string().nullable(),
        components: z.array(z.string()),
        began: z.number().int().nullable(),
        ended: z.number().int().nullable(),
        saidAt: z.number().int().describe("ms: the page's last word about it"),
      }),
    )
    .describe('what is going on or planned, and what ended within the last day; the newest first, at most 20'),
  usualMs: z.number().int().nullable().describe('median time from onset to first official word over earlier incidents; null: none'),
  usualOf: z.number().int(),
});
export type Official = z.infer<typeof officialSchema>;

/** What the incidents topic carries. */
export const incidentRecordSchema = z.discriminatedUnion('kind', [incidentEventSchema, officialSchema, progressSchema]);
export type IncidentRecord = z.infer<typeof incidentRecordSchema>;

/** The id of an incident: the service and a hash of service and onset minute; the same on any machine. */
export function incidentId(service: string, onsetMs: number): string {
  const minute = new Date(Math.floor(onsetMs / 60_000) * 60_000).toISOString().slice(0, 16);
  const hash = createHash('sha256').update(`${service}\n${minute}`).digest('hex').slice(0, 8);
  return `${service}-${minute.replace(/[-:]/g, '').toLowerCase()}-${hash}`;
}
