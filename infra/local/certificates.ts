// Certificates for tests of TLS: an authority and one certificate of it for localhost, good for the server's and the
// client's side, made anew by openssl. Nothing here protects anything.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bringProgram, type Program } from './programs.ts';

export interface Certificates {
  /** Files, PEM. The key is PKCS #8 without a passphrase. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

const opensslProgram: Program = { name: 'openssl', debianPackage: 'openssl', byHand: 'Install OpenSSL (Debian, Ubuntu: `apt-get install openssl`).' };

/** Makes them in `folder`, good for two days. Throws where openssl is missing or fails. */
export function makeCertificates(folder: string, say: (line: string) => void = () => {}): Certificates {
  const openssl = bringProgram(opensslProgram, say);
  const at = (name: string): string => join(folder, name);
  const run = (...args: string[]): void => {
    const done = spawnSync(openssl, args, { encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`openssl ${args[0]} failed: ${done.stderr}`);
  };
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  run('req', '-x509', ...newKey, '-days', '2', '-subj', '/CN=Outcry test authority', '-keyout', at('ca.key'), '-out', at('ca.pem'));
  run('req', ...newKey, '-subj', '/CN=localhost', '-keyout', at('localhost.key'), '-out', at('localhost.csr'));
  writeFileSync(at('names.cnf'), 'subjectAltName = DNS:localhost\nextendedKeyUsage = serverAuth, clientAuth\n');
  run('x509', '-req', '-in', at('localhost.csr'), '-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '2', '-extfile', at('names.cnf'), '-out', at('localhost.pem'));
  return { ca: at('ca.pem'), cert: at('localhost.pem'), key: at('localhost.key') };
}
