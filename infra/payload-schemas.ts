// JSON Schema of what crosses our borders, made from the zod schemas in shared/: docs/schemas, and the payloads of the
// AsyncAPI document. Public payloads are a promise; the others are described for whoever has to look into a topic.
import { z } from 'zod';
import { alertSchema, alertSource, alertType, blameSchema, causeSchema, groupSchema, memberSchema } from '../shared/alert.ts';
import { deliverySchema } from '../shared/delivery.ts';
import { evidenceSchema } from '../shared/evidence.ts';
import { frameSchema } from '../shared/frame.ts';
import { evidenceRefSchema, incidentChangeSchema, incidentEventSchema, incidentRecordSchema, incidentSchema, namedSchema, officialSchema, officialWordSchema, progressSchema, talliedSchema } from '../shared/incident.ts';
import { mentionSchema, noticeSchema, tallySchema } from '../shared/observation.ts';
import { rollupSchema } from '../shared/rollup.ts';
import { signalSchema } from '../shared/signal.ts';

export interface Payload {
  readonly title: string;
  readonly description: string;
  readonly schema: z.ZodType;
  /** Part of the public contract: it changes by addition only, or gets another `v`. */
  readonly open: boolean;
}

/** The headers of a record of the alerts topic: CloudEvents 1.0 in Kafka binary mode, as encodeAlert writes them. */
const alertHeadersSchema = z.object({
  ce_specversion: z.literal('1.0'),
  ce_id: z.string().describe('the id of the alert: the same on every retry and replay, so what to drop repeats by'),
  ce_source: z.literal(alertSource),
  ce_type: z.enum(incidentChangeSchema.options.map((change) => alertType({ change }))).describe('what happened'),
  ce_subject: z.string().describe('id of the service'),
  ce_time: z.string().meta({ format: 'date-time' }).describe('event time of the change, UTC'),
  ce_told: z.enum(['true', 'false']).describe('whether channels tell it; false: it is linked to an alert that is told, or noted only'),
  'content-type': z.literal('application/json'),
});

/** The body that a subscriber of a webhook gets: the alert, which may carry less evidence so that 20 kB hold it. */
const webhookEventSchema = z.object({
  type: alertHeadersSchema.shape.ce_type,
  timestamp: z.string().meta({ format: 'date-time' }).describe('event time of the change, UTC'),
  data: alertSchema.extend({ url: z.url().optional().describe("the incident's page, where `publicUrl` is set") }),
});

/** By the name of their file in docs/schemas. */
export const payloads = {
  alert: { title: 'Alert', description: 'What people are told when an incident changes, or what is noted of it without being told. The last alert of an incident shows it whole.', schema: alertSchema, open: true },
  'alert-headers': { title: 'AlertHeaders', description: 'Headers of an alert on Kafka: CloudEvents 1.0, binary mode.', schema: alertHeadersSchema, open: true },
  'webhook-event': { title: 'WebhookEvent', description: 'An alert as a webhook gets it (Standard Webhooks 1.0.0).', schema: webhookEventSchema, open: true },
  frame: { title: 'Frame', description: 'What one source saw up to a watermark, for one partition.', schema: frameSchema, open: false },
  'incident-record': { title: 'IncidentRecord', description: "An incident's change with the whole incident, what a service's status page says, or how far a partition's event time has come.", schema: incidentRecordSchema, open: false },
  rollup: { title: 'Rollup', description: "One service's minute.", schema: rollupSchema, open: false },
  evidence: { title: 'Evidence', description: 'A counted post with its text, until its author takes it back.', schema: evidenceSchema, open: false },
  delivery: { title: 'Delivery', description: 'One alert on its way to one channel, and how it stands.', schema: deliverySchema, open: false },
} as const satisfies Record<string, Payload>;
export type PayloadName = keyof typeof payloads;

// What generated code names its types by; a schema with a description of its own is a child of the one here.
const titles: ReadonlyMap<z.core.$ZodType, string> = new Map<z.core.$ZodType, string>([
  [incidentSchema, 'Incident'],
  [incidentEventSchema, 'IncidentEvent'],
  [officialSchema, 'Official'],
  [officialWordSchema, 'OfficialWord'],
  [talliedSchema, 'Tallied'],
  [progressSchema, 'Progress'],
  [signalSchema, 'Signal'],
  [evidenceRefSchema, 'EvidenceRef'],
  [namedSchema, 'Named'],
  [causeSchema, 'Cause'],
  [groupSchema, 'Group'],
  [memberSchema, 'Member'],
  [blameSchema, 'Blame'],
  [mentionSchema, 'Mention'],
  [noticeSchema, 'Notice'],
  [tallySchema, 'Tally'],
]);

/** Draft 7, which AsyncAPI 3.0 understands. Unknown keys fit, because a payload may gain some within its version. */
export function payloadSchema(name: PayloadName): z.core.JSONSchema.BaseSchema {
  const { title, description, schema } = payloads[name];
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-7', override: ({ zodSchema, jsonSchema }) => loosen(zodSchema, jsonSchema) });
  return { title, description, ...rest };
}

function loosen(zodSchema: z.core.$ZodType, json: z.core.JSONSchema.BaseSchema): void {
  const title = titles.get(zodSchema) ?? titles.get(zodSchema._zod.parent ?? zodSchema);
  if (title !== undefined) json.title = title;
  if (json.additionalProperties === false) delete json.additionalProperties;
  delete json.propertyNames;
  // what came later than the first records has a default, and they lack it
  if (json.required !== undefined) json.required = json.required.filter((key) => (json.properties?.[key] as { default?: unknown } | undefined)?.default === undefined);
  // the bounds of a double's whole numbers, as other languages say it
  if (json.minimum === Number.MIN_SAFE_INTEGER && json.maximum === Number.MAX_SAFE_INTEGER) {
    delete json.minimum;
    delete json.maximum;
    json.format = 'int64';
  }
}

/** The file docs/schemas/NAME.json. */
export function schemaFile(name: PayloadName): string {
  const file = { $schema: 'http://json-schema.org/draft-07/schema#', $id: `urn:outcry:schema:${name}:1`, ...payloadSchema(name) };
  return `${JSON.stringify(file, null, 2)}\n`;
}
