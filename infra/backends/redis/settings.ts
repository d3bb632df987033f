// The `redis` section of outcry.yaml: where Redis is, how we prove who we are, and how long we wait for it.
// What is kept there, and what losing it costs, is docs/redis.md.
import { z } from 'zod';

/** What a person writes under `redis`. */
export const redisSettingsSchema = z.strictObject({
  url: z
    .url({ protocol: /^rediss?$/, error: 'an address is redis://host:port/number, or rediss:// for TLS' })
    .default('redis://127.0.0.1:6379')
    .describe('address, redis://host:port/database, with rediss:// for TLS; may carry user:password@'),
  username: z.string().min(1).nullable().default(null).describe('user name (ACL); null takes the one of the address, else the default user'),
  password: z.string().min(1).nullable().default(null).describe('its password; write it as ${NAME} to take it from the environment'),
  tls: z
    .union([
      z.boolean(),
      z.strictObject({
        ca: z.string().optional().describe("file of the authority that signed the server's certificate, PEM"),
        cert: z.string().optional().describe('file of our certificate, PEM, where the server asks for one'),
        key: z.string().optional().describe('file of its key, PEM'),
        serverName: z.string().optional().describe("name that the server's certificate carries, where it is not its address"),
      }),
    ])
    .default(false)
    .describe('true, or an address with rediss://: TLS with the authorities of the system; or files'),
  keyPrefix: z.string().min(1).max(100).default('outcry:').describe('what all our keys start with; another one for each installation that shares a Redis'),
  commandTimeoutMs: z.number().int().min(10).max(60_000).default(1_000).describe('longest wait for an answer; then we go on without it'),
});

export type RedisSettings = z.output<typeof redisSettingsSchema>;
