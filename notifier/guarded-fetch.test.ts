import { expect, test } from 'vitest';
import { createAddressGuard } from './blocked-addresses.ts';
import { createGuardedFetch, refusedUrl, type Resolve } from './guarded-fetch.ts';

const strict = { allowPrivate: false, allowHttp: false };

test.each(['127.0.0.1', '2130706433', '0177.0.0.1', '0x7f.1', '127.1', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::1]', '[::]', '0.0.0.0', '169.254.169.254', '10.1.2.3', '172.31.0.1', '192.168.1.1', '100.64.0.1', '[fd00::1]', '[fe80::1]', '[64:ff9b::7f00:1]', '①②⑦.0.0.1'])(
  'https://%s leads back inside and is refused',
  (host) => {
    expect(refusedUrl(`https://${host}/hook`, strict)).toBe('address-private');
  },
);

test('only https to the usual ports, without a user name', () => {
  expect(refusedUrl('http://example.org/', strict)).toBe('url-scheme');
  expect(refusedUrl('file:///etc/passwd', strict)).toBe('url-scheme');
  expect(refusedUrl('https://example.org:22/', strict)).toBe('url-port');
  expect(refusedUrl('https://a:b@example.org/', strict)).toBe('url-user-info');
  expect(refusedUrl('not a url', strict)).toBe('url-invalid');
  expect(refusedUrl('https://example.org:8443/hook', strict)).toBe(null);
  expect(refusedUrl('http://127.0.0.1:9/', { allowPrivate: true, allowHttp: true })).toBe(null);
});

test('public addresses are let through', () => {
  const blocked = createAddressGuard();
  expect(['1.1.1.1', '172.32.0.1', '2606:4700::1111'].map(blocked)).toEqual([false, false, false]);
  expect(['fe80::1%eth0', '::ffff:10.0.0.1', 'nonsense'].map(blocked)).toEqual([true, true, true]);
});

test('a name with any private answer is refused when it connects, also when it changed its mind', async () => {
  const answers = [[{ address: '10.0.0.5', family: 4 }], [{ address: '1.1.1.1', family: 4 }, { address: '127.0.0.1', family: 4 }]];
  const asked: string[] = [];
  const resolve: Resolve = (host, answer) => {
    asked.push(host);
    answer(null, answers[asked.length - 1]!);
  };
  const client = createGuardedFetch({ ...strict, resolve });
  const never = new AbortController().signal;
  for (const _ of answers) expect(await client.post('https://rebind.example/', {}, '{}', never)).toEqual({ kind: 'refused', reason: 'address-private', lasting: false });
  expect(asked).toEqual(['rebind.example', 'rebind.example']);
  await client.close();
});
