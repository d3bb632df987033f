// The options of `x`, and those that `x-counts` shares: who one is at X, what is listened for, what may be spent.
import { z } from 'zod';
import { problemTypes } from './post.ts';
import { spendSchema } from './spend.ts';
import { outageWords, usualLanguages } from './words.ts';

/** What `x` and `x-counts` have in common. */
export const accessOptions = {
  bearerToken: z.string().min(1).max(1_000).regex(/^[\x21-\x7e]+$/, 'holds characters that no token has').describe("the app's bearer token (OAuth 2.0, app only); a secret, so give it as ${NAME} from the environment or as ${file:PATH}"),
  apiUrl: z.url({ protocol: /^https?$/ }).regex(/^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(\/|$))/, 'an https address: the token must not go out in the open').default('https://api.x.com/2/').describe("address of X's API; the token is sent there"),
  languages: z.array(z.enum(Object.keys(outageWords))).min(1).default([...usualLanguages]).describe('languages whose outage words are listened for'),
  spend: spendSchema.describe('caps on what is spent; at a cap the source is blind until the day or month is over'),
};

/** Options of `x`. */
export const xOptions = z.strictObject({
  ...accessOptions,
  services: z.array(z.string()).min(1).optional().describe('ids of the services to listen for; without it as many of those watched as fit, in their order'),
  rules: z.number().int().min(1).max(100_000).default(1_000).describe('most rules to set; X itself may allow fewer'),
  ruleChars: z.number().int().min(256).max(4_096).default(1_024).describe('characters in a rule (2,048 with Enterprise)'),
  reposts: z.boolean().default(false).describe('listen for reposts too; each costs as much as a post, and none can be searched for'),
  links: z.boolean().default(false).describe("keep each post's address beside it; it leads to the author"),
  gapFill: z.boolean().default(true).describe('search for what a broken connection missed; what is found costs as any post'),
  gapFillPosts: z.number().int().min(10).max(1_000_000).default(2_000).describe('most posts to search for after one break'),
  gapFillRequests: z.number().int().min(1).max(100_000).default(300).describe('most requests of one such search; X allows 450 in 15 min'),
  queryChars: z.number().int().min(256).max(4_096).default(512).describe('characters in a search query (4,096 with Enterprise)'),
  connects: z.number().int().min(1).max(100_000).default(40).describe('connects in 15 minutes; X allows 50'),
  connectMs: z.number().int().min(1).default(15_000).describe('how long X may take to answer'),
  silenceMs: z.number().int().min(1).default(28_000).describe('a connection without a byte for so long is dead; X sends one every 20 s'),
  settleMs: z.number().int().min(0).default(35_000).describe('a post is sure to be found by search after so long'),
  holdMs: z.number().int().min(0).default(15_000).describe('live posts wait no longer than this for what was missed'),
  retryMs: z.number().int().min(1).default(250).describe('first wait after a lost network; those for other failures follow from it, as X asks'),
});
export type XOptions = z.infer<typeof xOptions>;

const problems: readonly string[] = [...problemTypes, 'other'];

/** Why `x` drops what it reads. */
export const xReasons: Readonly<Record<string, string>> = {
  edited: 'words that their author replaced by newer ones',
  'other-rule': "picked by a rule that is not ours: the account has others",
  'no-post': 'a message with neither a post nor a problem',
  'rule-no-name': 'a service that is not listened for: it has only ordinary words for names',
  'rule-no-room': 'a service that is not listened for: the rules are full',
  'rule-invalid': 'a service that is not listened for: X does not take its names',
  'spend-cap': 'a connection or a search that a spending cap refused',
  'problem-beside-post': 'something that a post refers to could not be shown; the post itself was taken',
  ...Object.fromEntries(problems.map((type) => [`problem-${type}`, type === 'other' ? 'a problem that X told in the stream and that is not known' : `a problem that X told in the stream: ${type}`])),
};
