// A Delivery: one alert, one channel, its attempts and outcome. The ledger is the compacted deliveries topic: the
// latest record of a key is the truth.
import { z } from 'zod';

export const deliverySchema = z.object({
  v: z.literal(1),
  alert: z.string().describe('alert id'),
  incident: z.string(),
  service: z.string(),
  channel: z.string().describe('name of the channel in the configuration'),
  state: z.enum(['pending', 'sent', 'skipped', 'gone', 'dead']),
  order: z.number().int().describe('place in the queue of its channel'),
  attempts: z.number().int(),
  queuedAt: z.number().int().describe('ms, wall clock'),
  nextAt: z.number().int().nullable().describe('ms, wall clock: not before'),
  endedAt: z.number().int().nullable(),
  reason: z.string().nullable().describe('why it is not sent, as a code'),
  ref: z.string().nullable().describe("the receiver's reference"),
  payload: z.string().describe('the alert, as JSON, so that a redrive needs nothing else'),
});
export type Delivery = z.infer<typeof deliverySchema>;

export function deliveryKey(channel: string, alert: string): string {
  return `${channel}/${alert}`;
}

/** The channel's part of a delivery's key: a channel's name has no slash. */
export function channelOfKey(key: string): string {
  return key.slice(0, key.indexOf('/'));
}
