// Whether a pushed request was signed with our secret, in the forms that tools use. Pure: bytes, headers and time in, an
// answer out.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** standard: Standard Webhooks 1.0. hub: `X-Hub-Signature-256: sha256=<hex>` as GitHub and Meta send it. header: the bare HMAC in a header. bearer: no signature, the secret itself as `Authorization: Bearer`. */
export const signatureSchema = z.enum(['standard', 'hub', 'header', 'bearer']);
export type SignatureForm = z.infer<typeof signatureSchema>;

export interface SignedRequest {
  readonly body: Uint8Array;
  readonly header: (name: string) => string | undefined;
}

export interface SignatureRule {
  readonly form: SignatureForm;
  /** Any of them will do, so that one can be replaced while it is in use. */
  readonly secrets: readonly string[];
  /** Where `header` looks. */
  readonly headerName: string;
}

/** A signature of Standard Webhooks is good for so long before and after the time it names. Source: its section on replay. */
const toleranceMs = 5 * 60_000;

function same(given: Uint8Array, wanted: Uint8Array): boolean {
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

const hmac = (key: string | Uint8Array, ...parts: readonly (string | Uint8Array)[]): Buffer => {
  const mac = createHmac('sha256', key);
  for (const part of parts) mac.update(part);
  return mac.digest();
};

/** A secret of Standard Webhooks is base64 behind `whsec_`; any other is taken as it is written. */
const keyOf = (secret: string): string | Uint8Array => (secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : secret);

const hexPattern = /^[0-9a-f]{64}$/i;

function bytesOf(text: string): Uint8Array {
  return hexPattern.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64');
}

function isStandard({ body, header }: SignedRequest, secrets: readonly string[], nowMs: number): string | null {
  const id = header('webhook-id');
  const timestamp = header('webhook-timestamp');
  const signatures = header('webhook-signature');
  if (id === undefined || timestamp === undefined || signatures === undefined) return 'not-signed';
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(Number(timestamp) * 1000 - nowMs) > toleranceMs) return 'signature-too-old';
  const given = signatures.split(' ').filter((one) => one.startsWith('v1,')).map((one) => Buffer.from(one.slice(3), 'base64'));
  const good = secrets.some((secret) => {
    const wanted = hmac(keyOf(secret), `${id}.${timestamp}.`, body);
    return given.some((one) => same(one, wanted));
  });
  return good ? null : 'bad-signature';
}

/** Why a request is not ours to take, or null when it is signed. `nowMs` is the wall clock. */
export function signatureTrouble(request: SignedRequest, { form, secrets, headerName }: SignatureRule, nowMs: number): string | null {
  if (form === 'standard') return isStandard(request, secrets, nowMs);
  const name = { hub: 'x-hub-signature-256', header: headerName.toLowerCase(), bearer: 'authorization' }[form];
  const given = request.header(name);
  if (given === undefined || given === '') return 'not-signed';
  const good = secrets.some((secret) => {
    if (form === 'bearer') return same(hmac('compare', given), hmac('compare', `Bearer ${secret}`));
    return same(bytesOf(given.replace(/^sha256=/i, '')), hmac(secret, request.body));
  });
  return good ? null : 'bad-signature';
}
