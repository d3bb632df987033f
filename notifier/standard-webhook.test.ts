import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { decodeSecret, signedHeaders, webhookId } from './standard-webhook.ts';

const secret = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';
const newer = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const body = '{"type":"outage.alert.opened","timestamp":"2026-01-01T00:00:00Z","data":{"service":"whatsapp"}}';

test('the known vector gives the known signature', () => {
  expect(signedHeaders([secret], 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W', 1_767_225_600_000, body)).toEqual({
    'webhook-id': 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W',
    'webhook-timestamp': '1767225600',
    'webhook-signature': 'v1,uq3N9e4KKBvSDvSuMvq2o+LXXfkKsneTcTTFrNWFHQo=',
  });
});

test('another library verifies it, under the old key and the new one while both sign, and refuses a tampered body', () => {
  const headers = signedHeaders([newer, secret], 'a-1', Date.now(), body);
  for (const key of [secret, newer]) expect(new Webhook(key).verify(body, headers)).toEqual(JSON.parse(body));
  expect(() => new Webhook(secret).verify(body.replace('whatsapp', 'signal'), headers)).toThrow('No matching signature');
  expect(() => new Webhook(secret).verify(body, { ...headers, 'webhook-id': 'a-2' })).toThrow('No matching signature');
});

test('a secret that is too short, too long or no base64 says so', () => {
  expect(decodeSecret('abc')).toEqual({ reason: 'must start with whsec_' });
  expect(decodeSecret('whsec_???')).toEqual({ reason: 'must be base64 after whsec_' });
  expect(decodeSecret(`whsec_${Buffer.alloc(8).toString('base64')}`)).toEqual({ reason: 'must be 24 to 64 bytes, not 8' });
  expect(decodeSecret(`whsec_${Buffer.alloc(65).toString('base64')}`)).toEqual({ reason: 'must be 24 to 64 bytes, not 65' });
});

test('a webhook-id has no dot, and two alerts never share one', () => {
  expect(webhookId('x.com-20170503t2050-aabbccdd-1')).toBe('x_com-20170503t2050-aabbccdd-1');
});
