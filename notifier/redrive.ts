// Redrive: a person asks that a delivery be tried again. The wish is a control record; this judges it. Pure.
import { z } from 'zod';
import type { Delivery } from '../shared/delivery.ts';
import { deliveryKey } from '../shared/delivery.ts';

export const redriveSchema = z.object({ at: z.number().int().describe('ms, wall clock: when it was asked for') });

const prefix = 'redrive/';

/** The key of the control record that asks for a delivery to be tried again. */
export function redriveKey(channel: string, alert: string): string {
  return `${prefix}${deliveryKey(channel, alert)}`;
}

/** What a control record asks: the delivery's key and when; null when it is no redrive or can not be read. */
export function readRedrive(key: string, value: Uint8Array | null): { key: string; at: number } | null {
  if (!key.startsWith(prefix) || value === null) return null;
  try {
    const parsed = redriveSchema.safeParse(JSON.parse(new TextDecoder().decode(value)));
    return parsed.success ? { key: key.slice(prefix.length), at: parsed.data.at } : null;
  } catch {
    return null;
  }
}

/**
 * The delivery made pending again, or why not. Only what ended without being told can be redriven, and a wish counts
 * once: it must be later than the end it wants undone, so that reading the controls again after a restart does nothing.
 */
export function redriven(delivery: Delivery, at: number): { delivery: Delivery } | { reason: string } {
  if (delivery.state !== 'dead' && delivery.state !== 'gone') return { reason: `redrive-${delivery.state}` };
  if (delivery.endedAt !== null && at <= delivery.endedAt) return { reason: 'redrive-old' };
  return { delivery: { ...delivery, state: 'pending', queuedAt: at, attempts: 0, nextAt: null, endedAt: null, reason: 'redriven', ref: null } };
}
