// An Alert: what we tell people when an incident changes; also the CloudEvents 1.0 form in which the alerts topic, the
// public contract, carries it.
import { z } from 'zod';
import { incidentChangeSchema, incidentSchema } from './incident.ts';

export const alertSchema = z.object({
  v: z.literal(1),
  id: z.string().describe('incident id and sequence number: the same on every retry and replay'),
  change: incidentChangeSchema,
  at: z.number().int().describe('ms, event time'),
  service: z.object({ id: z.string(), name: z.string(), tags: z.array(z.string()), statusPage: z.string().nullable() }),
  headline: z.string().describe('one line, at most ten words'),
  summary: z.string().describe('plain text that reads alone'),
  delayMs: z.number().int().describe('from the estimated onset to this change'),
  settings: z.string(),
  incident: incidentSchema,
});
export type Alert = z.infer<typeof alertSchema>;

/** CloudEvents `type` and Standard Webhooks `type` of an alert. */
export function alertType(alert: Pick<Alert, 'change'>): string {
  return `outcry.incident.${alert.change}`;
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
