// The addresses that no webhook may reach: this machine, its networks, and what is reserved. Pure.
import { BlockList, isIP } from 'node:net';

const v4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const;

const v6 = [
  ['::', 128],
  ['::1', 128],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const;

/**
 * A judge of addresses: true for an IPv4 or IPv6 address that is not of the public internet, also when it is written as
 * an IPv4-mapped one, and for anything that is no address. Source: the IANA special-purpose registries.
 */
export function createAddressGuard(): (address: string) => boolean {
  const list = new BlockList();
  for (const [net, bits] of v4) list.addSubnet(net, bits, 'ipv4');
  for (const [net, bits] of v6) list.addSubnet(net, bits, 'ipv6');
  return (address) => {
    const bare = address.replace(/%.*$/, '');
    const family = isIP(bare);
    return family === 0 || list.check(bare, family === 6 ? 'ipv6' : 'ipv4');
  };
}
