// Where a request comes from: whose it counts as, and whether it is this machine's own. Pure.
import { isIP, isIPv6 } from 'node:net';

/**
 * The part of an address that stands for one household or office: the /24 of IPv4, the /48 of IPv6, so that nobody gains
 * voices by changing addresses within their own block. Anything else is `unknown`.
 */
export function addressPrefix(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  if (isIP(plain) === 4) return `${plain.split('.').slice(0, 3).join('.')}.0/24`;
  if (!isIPv6(plain)) return 'unknown';
  const [head = '', tail] = plain.toLowerCase().split('::');
  const groups = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  while (tail !== undefined && groups.length + last.length < 8) groups.push('0');
  return `${[...groups, ...last].slice(0, 3).map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/48`;
}

const loopback = /^(127\.\d{1,3}\.\d{1,3}\.\d{1,3}|::1|::ffff:127\.\d{1,3}\.\d{1,3}\.\d{1,3})$/i;
const localName = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(:\d{1,5})?$/i;

export interface Caller {
  readonly remote: string;
  readonly host: string | undefined;
  /** A proxy passed the request on. */
  readonly forwarded: boolean;
}

/**
 * Whether a request was made on this machine and meant for it. A proxy on this machine makes strangers look local, and a
 * page whose name was pointed at 127.0.0.1 makes a local browser carry a stranger's wish: neither counts.
 */
export function isLocal({ remote, host, forwarded }: Caller): boolean {
  return !forwarded && loopback.test(remote) && host !== undefined && localName.test(host);
}
