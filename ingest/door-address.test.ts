import { expect, test } from 'vitest';
import { addressPrefix, isLocal } from './door-address.ts';

test('one block of addresses is one person, however its addresses are written', () => {
  expect(addressPrefix('198.51.100.7')).toBe('198.51.100.0/24');
  expect(addressPrefix('::ffff:198.51.100.99')).toBe('198.51.100.0/24');
  expect(addressPrefix('2001:db8:12:34::1')).toBe('2001:db8:12::/48');
  expect(addressPrefix('2001:0DB8:0012:ffff:1:2:3:4')).toBe('2001:db8:12::/48');
  expect(addressPrefix('2001:db8::1')).toBe('2001:db8:0::/48');
  expect(addressPrefix('::1')).toBe('0:0:0::/48');
  expect(addressPrefix('fe80::1%eth0')).toBe('fe80:0:0::/48');
  expect(addressPrefix('somewhere, "quoted"')).toBe('unknown');
  expect(addressPrefix('')).toBe('unknown');
});

test('a request is of this machine only if nothing in it points elsewhere', () => {
  const own = { remote: '127.0.0.1', host: 'localhost:8470', forwarded: false };
  expect(isLocal(own)).toBe(true);
  expect(isLocal({ ...own, remote: '::1', host: '[::1]:8470' })).toBe(true);
  expect(isLocal({ ...own, remote: '::ffff:127.0.0.1', host: '127.0.0.1' })).toBe(true);
  expect(isLocal({ ...own, remote: '198.51.100.7' })).toBe(false);
  expect(isLocal({ ...own, forwarded: true })).toBe(false);
  expect(isLocal({ ...own, host: 'localhost.example.com' })).toBe(false);
  expect(isLocal({ ...own, host: undefined })).toBe(false);
});
