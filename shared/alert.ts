// An Alert: what hold makes of an incident's change, told or only noted; also the CloudEvents 1.0 form in which the
// alerts topic, the public contract, carries it.
import { z } from 'zod';
import { incidentChangeSchema, incidentSchema, incidentStateSchema } from './incident.ts';

/**
 * Why an alert is told or not. news: told. linked: its parent speaks for it. linked-go-on: a parent that is better while
 * others of its group are not. told-already: its group's alert has said it. blamed: people only blame this service.
 */
export const becauseSchema = z.enum(['news', 'linked', 'linked-go-on', 'told-already', 'blamed']);
export type Because = z.infer<typeof becauseSchema>;

export const causeSchema = z.object({
  service: z.string(),
  name: z.string(),
  certainty: z.enum(['likely', 'possibly']).describe('likely: it has an incident of its own, or posts name it; possibly: only the dependencies say so'),
  incident: z.string().nullable().describe("the cause's own incident"),
  failing: z.number().int().describe('services with an incident here that depend on it'),
  dependents: z.number().int().describe('services watched that depend on it'),
  naming: z.number().int().describe('counted posts of these incidents that name it'),
  posts: z.number().int().describe('counted posts of these incidents in all'),
});
export type Cause = z.infer<typeof causeSchema>;

export const memberSchema = z.object({
  incident: z.string(),
  service: z.string(),
  name: z.string(),
  tags: z.array(z.string()),
  state: incidentStateSchema,
  told: z.boolean().describe('told on its own: the parent, and whatever was told before it was linked'),
});
export type Member = z.infer<typeof memberSchema>;

export const groupSchema = z.object({
  parent: z.string().describe('the incident that speaks for all'),
  state: incidentStateSchema.describe('of all together: the worst of those that the parent speaks for'),
  size: z.number().int().describe('incidents in all'),
  members: z.array(memberSchema).describe('in the order in which they joined, the parent first; at most 64'),
});
export type Group = z.infer<typeof groupSchema>;

export const blameSchema = z.object({
  service: z.string(),
  name: z.string(),
  incident: z.string().describe('the incident that its posts speak of'),
  naming: z.number().int().describe('counted posts that name that service too'),
  posts: z.number().int().describe('counted posts in all'),
});
export type Blame = z.infer<typeof blameSchema>;

export const alertSchema = z.object({
  v: z.literal(1),
  id: z.string().describe('incident id and sequence number, or `g` and a number where a parent speaks for its group: the same on every retry and replay'),
  change: incidentChangeSchema,
  at: z.number().int().describe('ms, event time'),
  service: z.object({ id: z.string(), name: z.string(), tags: z.array(z.string()), statusPage: z.string().nullable() }),
  headline: z.string().describe('one line, at most ten words'),
  summary: z.string().describe('plain text that reads alone'),
  delayMs: z.number().int().describe('from the estimated onset to this change'),
  settings: z.string(),
  told: z.boolean().default(true).describe('whether channels tell it; what is not told is here so that nothing is hidden'),
  because: becauseSchema.default('news').describe('why it is told or not'),
  parent: z.string().nullable().default(null).describe('the incident that speaks for this one; null for one that speaks for itself'),
  cause: causeSchema.nullable().default(null).describe('what this incident and those linked to it likely come from'),
  group: groupSchema.nullable().default(null).describe('the incidents that are linked'),
  blame: blameSchema.nullable().default(null).describe('the other incident that its posts mostly speak of'),
  incident: incidentSchema,
});
export type Alert = z.infer<typeof alertSchema>;

/** CloudEvents `type` and Standard Webhooks `type` of an alert. */
export function alertType(alert: Pick<Alert, 'change'>): string {
  return `outcry.incident.${alert.change}`;
}

/** The state that an alert speaks of: that of all whom it speaks for. */
export function stateTold(alert: Pick<Alert, 'group' | 'incident'>): Alert['incident']['state'] {
  return alert.group?.parent === alert.incident.id ? alert.group.state : alert.incident.state;
}

export const alertSource = '/outcry';

/**
 * An alert in CloudEvents 1.0 Kafka binary mode: attributes as ce_ headers, the alert as the value.
 * Source: CloudEvents Kafka protocol binding 1.0.
 */
export function encodeAlert(alert: Alert): { headers: Record<string, string>; value: Uint8Array } {
  return {
    headers: {
      ce_specversion: '1.0',
      ce_id: alert.id,
      ce_source: alertSource,
      ce_type: alertType(alert),
      ce_subject: alert.service.id,
      ce_time: new Date(alert.at).toISOString(),
      ce_told: String(alert.told),
      'content-type': 'application/json',
    },
    value: new TextEncoder().encode(JSON.stringify(alert)),
  };
}

/** The alert of a record's value, or why there is none. */
export function decodeAlert(value: Uint8Array): { alert: Alert } | { reason: string } {
  try {
    const parsed = alertSchema.safeParse(JSON.parse(new TextDecoder().decode(value)));
    return parsed.success ? { alert: parsed.data } : { reason: 'alert-bad-shape' };
  } catch {
    return { reason: 'alert-not-json' };
  }
}
