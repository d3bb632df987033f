// TLS and every way to log in, against a broker that asks for them.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTopics, kafkaSettingsSchema, openKafka } from '../infra/backends/kafka/index.ts';
import { startKafka, type LocalKafka } from '../infra/local/kafka.ts';
import { topics } from '../shared/topics.ts';

const log = pino({ level: 'silent' });
const folder = mkdtempSync(join(tmpdir(), 'outcry-login-'));
const file = (name: string) => join(folder, name);
let kafka: LocalKafka;
let endpoint: Server;
let asked: string[] = [];

/** A certificate that signs itself, with its key beside it. */
function makeCertificate(name: string): void {
  try {
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}.test`, '-keyout', file(`${name}.key`), '-out', file(`${name}.crt`)], { stdio: 'pipe' });
  } catch (error) {
    throw new Error('this test makes certificates with openssl, which failed: install the package openssl', { cause: error });
  }
  writeFileSync(file(`${name}.pem`), readFileSync(file(`${name}.key`), 'utf8') + readFileSync(file(`${name}.crt`), 'utf8'));
}

/** An unsigned token, which a broker takes that is not told to check signatures. */
function makeToken(): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1_000);
  return `${part({ alg: 'none' })}.${part({ sub: 'outcry', iat: now, exp: now + 3_600 })}.`;
}

beforeAll(async () => {
  makeCertificate('broker');
  makeCertificate('outcry');
  const module = (path: string, rest = '') => `org.apache.kafka.common.security.${path} required${rest};`;
  kafka = await startKafka({
    own: true,
    listeners: { TLS: 'SSL', LOGIN: 'SASL_PLAINTEXT' },
    formatArgs: ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => ['--add-scram', `${mechanism}=[name=outcry,password=open sesame]`]),
    properties: {
      'listener.name.tls.ssl.keystore.type': 'PEM', 'listener.name.tls.ssl.keystore.location': file('broker.pem'),
      'listener.name.tls.ssl.truststore.type': 'PEM', 'listener.name.tls.ssl.truststore.location': file('outcry.crt'),
      'listener.name.tls.ssl.client.auth': 'required',
      'listener.name.login.sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
      'listener.name.login.plain.sasl.jaas.config': module('plain.PlainLoginModule', ' user_outcry="open sesame"'),
      'listener.name.login.scram-sha-256.sasl.jaas.config': module('scram.ScramLoginModule'),
      'listener.name.login.scram-sha-512.sasl.jaas.config': module('scram.ScramLoginModule'),
      'listener.name.login.oauthbearer.sasl.jaas.config': module('oauthbearer.OAuthBearerLoginModule', ' unsecuredLoginStringClaim_sub="broker"'),
    },
  });
  endpoint = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text)).on('end', () => {
      asked.push(body);
      const known = new URLSearchParams(body).get('client_secret') === 'of ours';
      response.writeHead(known ? 200 : 401, { 'content-type': 'application/json' }).end(JSON.stringify(known ? { access_token: makeToken(), expires_in: 3_600 } : { error: 'invalid_client' }));
    });
  });
  await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await kafka?.stop();
  endpoint?.close();
  rmSync(folder, { recursive: true, force: true });
});

let places = 0;

/** Creates topics, writes by each way that there is, and reads it back. */
async function roundTrip(written: object): Promise<void> {
  const settings = kafkaSettingsSchema.parse({ replicationFactor: 1, minInsyncReplicas: 1, ...written });
  const namespace = `login-${++places}.`;
  await createTopics({ settings, partitions: 1, log, namespace });
  const bus = await openKafka(settings, { partitions: 1, instance: 'test', log, clock: Date.now, namespace });
  try {
    await bus.check();
    const control = (key: string) => ({ topic: topics.controls.name, key, value: new Uint8Array([1]) });
    await bus.publish([control('published')]);
    const writer = await bus.writer('one');
    await writer.publish([control('written')]);
    expect([...(await bus.latest(topics.controls.name)).keys()]).toEqual(['published', 'written']);
  } finally {
    await bus.close();
  }
}

const tls = (rest: object = {}) => ({ brokers: [kafka.listeners['TLS']!], tls: { ca: file('broker.crt'), cert: file('outcry.crt'), key: file('outcry.key'), serverName: 'broker.test', ...rest } });
const login = (sasl: object) => ({ brokers: [kafka.listeners['LOGIN']!], sasl });
const named = { username: 'outcry', password: 'open sesame' };

test('TLS with our own authority, our certificate and the name that the broker goes by', async () => {
  await roundTrip(tls());
});

test('a broker whose certificate carries another name is refused', async () => {
  await expect(roundTrip(tls({ serverName: 'elsewhere.test' }))).rejects.toThrow(/elsewhere\.test/);
});

test('a broker that no authority of ours vouches for is refused', async () => {
  await expect(roundTrip(tls({ ca: file('outcry.crt') }))).rejects.toThrow(/self-signed|unable to verify/);
});

for (const mechanism of ['plain', 'scram-sha-256', 'scram-sha-512']) {
  test(`${mechanism} lets us in with the password and tells of a wrong one`, async () => {
    await roundTrip(login({ mechanism, ...named }));
    await expect(roundTrip(login({ mechanism, ...named, password: 'wrong' }))).rejects.toThrow(/refuse our login.*`kafka\.sasl`/);
  });
}

test('oauthbearer takes its token from a file', async () => {
  writeFileSync(file('token'), `${makeToken()}\n`);
  await roundTrip(login({ mechanism: 'oauthbearer', tokenFile: file('token') }));
});

test('oauthbearer asks an endpoint for its token with our credentials', async () => {
  const tokenEndpoint = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/token`;
  await roundTrip(login({ mechanism: 'oauthbearer', tokenEndpoint, clientId: 'outcry', clientSecret: 'of ours', scope: 'kafka' }));
  expect(asked[0]).toBe('grant_type=client_credentials&client_id=outcry&client_secret=of+ours&scope=kafka');
  asked = [];
  await expect(roundTrip(login({ mechanism: 'oauthbearer', tokenEndpoint, clientId: 'outcry', clientSecret: 'wrong' }))).rejects.toThrow(/token endpoint answered 401/);
});
