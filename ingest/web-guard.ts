// Where a server may send us: never out of https, and never into a house that we were not in, whether by an address or by a
// name that leads there. Addresses that the configuration names are trusted, and not judged here.
import { lookup as systemLookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';

/** All addresses of a name. An argument, so that a test can be a name that leads anywhere. */
export type Resolve = (host: string) => Promise<readonly { readonly address: string; readonly family: number }[]>;

export const systemResolve: Resolve = (host) => systemLookup(host, { all: true });

const insideV4 = /^(?:127|10|0|192\.168|192\.0\.0|169\.254|172\.(?:1[6-9]|2\d|3[01])|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])|198\.1[89]|22[4-9]|2[3-5]\d)\./;
const insideV6 = /^\[(?:::|f[c-f]|64:ff9b:)/;
const insideName = /\.(?:local|localhost|internal|lan|home\.arpa)$/;

/** Whether only who configured it may lead to this host: an address or a name of a house, not of the world. */
function isInside(hostname: string): boolean {
  const host = hostname.toLowerCase().replace(/\.$/, '');
  if (isIP(host) === 4) return insideV4.test(`${host}.`);
  // a name without a dot is a neighbour's
  return host.startsWith('[') ? insideV6.test(host) : !host.includes('.') || insideName.test(host);
}

const isInsideAddress = (address: string): boolean => isInside(isIP(address) === 6 ? `[${address}]` : address);

/** Where a server at `from` sends us, or why we do not go: never out of https, nor into a house that we were not in. */
export function redirectTarget(from: string, location: string | null): { url: string } | { why: string } {
  if (location === null || !URL.canParse(location, from)) return { why: 'it sends us nowhere' };
  const [here, there] = [new URL(from), new URL(location, from)];
  if (there.protocol !== 'https:' && there.protocol !== here.protocol) return { why: 'it sends us out of https' };
  if (isInside(there.hostname) && !isInside(here.hostname)) return { why: 'it sends us to a private address' };
  return { url: there.href };
}

/** Whether the address `url` is one of a house, by itself or by what its name leads to. Never rejects. */
export async function isHoused(url: string, resolve: Resolve): Promise<boolean> {
  const { hostname } = new URL(url);
  if (isInside(hostname)) return true;
  const addresses = await resolve(hostname).catch(() => []);
  return addresses.some(({ address }) => isInsideAddress(address));
}

/** The code of the error with which `guardedLookup` refuses. */
export const sentInside = 'ESENTINSIDE';

/** The lookup of a connection; `guarded`: a name that leads into a house is refused, at the moment of connecting. */
export function lookupBy(resolve: Resolve, guarded: boolean): LookupFunction {
  return (host, wanted, done) => {
    resolve(host).then(
      (addresses) => {
        const first = addresses[0];
        if (first === undefined) done(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), '');
        else if (guarded && addresses.some(({ address }) => isInsideAddress(address))) done(Object.assign(new Error('a private address'), { code: sentInside }), '');
        else if (wanted.all === true) done(null, [...addresses]);
        else done(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => done(error, ''),
    );
  };
}
