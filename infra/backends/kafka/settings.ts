// The `kafka` section of outcry.yaml: where the cluster is, how we prove who we are, and how our topics are kept there.
// Names and partition counts of topics are not settings: see shared/topics.ts and `partitions`.
import { z } from 'zod';

const addressSchema = z.string().regex(/^[^\s:/]+:\d{1,5}$/, 'an address is host:port');
const passwordLogin = { username: z.string().min(1).describe('user name'), password: z.string().min(1).describe('its password; write it as ${NAME} to take it from the environment') };

const saslSchema = z.discriminatedUnion('mechanism', [
  z.strictObject({ mechanism: z.literal('plain').describe('user and password as they are: only over TLS'), ...passwordLogin }),
  z.strictObject({ mechanism: z.literal('scram-sha-256').describe('user and password, never sent'), ...passwordLogin }),
  z.strictObject({ mechanism: z.literal('scram-sha-512').describe('user and password, never sent'), ...passwordLogin }),
  z
    .strictObject({
      mechanism: z.literal('oauthbearer').describe('a token, from an endpoint or from a file that something else renews'),
      tokenEndpoint: z.url().optional().describe('address that gives tokens for client credentials (RFC 6749, 4.4)'),
      clientId: z.string().optional().describe('our id there'),
      clientSecret: z.string().optional().describe('our secret there'),
      scope: z.string().optional().describe('scope to ask for'),
      tokenFile: z.string().optional().describe('file whose text is the token; read again at each login'),
    })
    .refine((sasl) => (sasl.tokenFile !== undefined) !== (sasl.tokenEndpoint !== undefined), 'give either tokenFile, or tokenEndpoint with clientId and clientSecret')
    .refine((sasl) => sasl.tokenEndpoint === undefined || (sasl.clientId !== undefined && sasl.clientSecret !== undefined), 'a tokenEndpoint needs clientId and clientSecret'),
]);

/** What a person writes under `kafka`. */
export const kafkaSettingsSchema = z.strictObject({
  brokers: z.array(addressSchema).min(1).describe('host:port of some of the brokers; the others are learnt from these'),
  clientId: z.string().min(1).default('outcry').describe("name in the brokers' logs and quotas"),
  tls: z
    .union([
      z.boolean(),
      z.strictObject({
        ca: z.string().optional().describe("file of the authority that signed the brokers' certificates, PEM"),
        cert: z.string().optional().describe('file of our certificate, PEM, where brokers ask for one'),
        key: z.string().optional().describe('file of its key, PEM'),
        serverName: z.string().optional().describe("name that the brokers' certificates carry, where it is not their address"),
      }),
    ])
    .default(false)
    .describe('true: TLS with the authorities of the system; or files'),
  sasl: saslSchema.nullable().default(null).describe('how we log in; null for a cluster without login'),
  replicationFactor: z.number().int().min(1).max(32_767).default(3).describe('copies of each topic that `outcry topics` creates'),
  minInsyncReplicas: z.number().int().min(1).default(2).describe('copies that must have a record before it counts as written'),
  compression: z.enum(['zstd', 'none']).default('zstd').describe('how records are packed; readers need Kafka clients with zstd'),
});

export type KafkaSettings = z.output<typeof kafkaSettingsSchema>;
