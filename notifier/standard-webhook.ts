// Standard Webhooks 1.0.0: the signature by which a subscriber knows that an event is ours, and keys that overlap while
// they are changed. Pure; the HTTP part is in channels/webhook.ts.
import { createHmac } from 'node:crypto';

const prefix = 'whsec_';
const base64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** The key of a secret (`whsec_` and base64 of 24 to 64 bytes), or why it is none. */
export function decodeSecret(secret: string): { key: Buffer } | { reason: string } {
  if (!secret.startsWith(prefix)) return { reason: 'must start with whsec_' };
  const text = secret.slice(prefix.length);
  if (!base64.test(text)) return { reason: 'must be base64 after whsec_' };
  const key = Buffer.from(text, 'base64');
  return key.length >= 24 && key.length <= 64 ? { key } : { reason: `must be 24 to 64 bytes, not ${key.length}` };
}

/** `webhook-id` must hold no dot, which parts the signed text. Our ids know no underscore, so this maps one to one. */
export function webhookId(alert: string): string {
  return alert.replaceAll('.', '_');
}

/**
 * The three headers of one attempt. `nowMs` is the time of this attempt, so a retry has a new timestamp and the same id.
 * Every secret signs: a receiver that knows any of them verifies. Throws on a secret that `decodeSecret` refuses, which
 * the options have ruled out.
 * Source: Standard Webhooks 1.0.0, signed content is `id.timestamp.body`.
 */
export function signedHeaders(secrets: readonly string[], id: string, nowMs: number, body: string): Record<string, string> {
  const timestamp = String(Math.floor(nowMs / 1000));
  const signatures = secrets.map((secret) => {
    const decoded = decodeSecret(secret);
    if ('reason' in decoded) throw new Error(`webhook secret ${decoded.reason}`);
    return `v1,${createHmac('sha256', decoded.key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}
