// The Slack channel for an incoming webhook. Such a webhook can neither edit nor thread, so each change is a message of
// its own and a change that has been overtaken is skipped. Its URL is a secret and appears in no log.
import { z } from 'zod';
import { incidentUrl, quotedPosts, type ChannelDefinition, type Outcome } from '../channel.ts';
import { createGuardedFetch, tellRefusedUrl, type Reply } from '../guarded-fetch.ts';
import { httpOutcome } from '../http-outcome.ts';
import { slackMessage } from './slack-message.ts';

const optionsSchema = z
  .strictObject({
    url: z.string().max(2_000).describe('the incoming webhook URL; a secret, so give it as ${NAME} from the environment'),
    samples: z
      .number()
      .int()
      .min(0)
      .max(3)
      .default(2)
      .describe('posts quoted when an incident opens or is confirmed; such a message can not be edited when an author takes a post back, 0 quotes none'),
    allowPrivate: z.boolean().default(false).describe('let private addresses through, for a Slack-compatible server in your own network'),
    allowHttp: z.boolean().default(false).describe('let http through'),
  })
  .superRefine(tellRefusedUrl);

// Slack answers in words. These mean that the webhook itself is at its end, whatever is sent.
const endOfWebhook = new Set([
  'action_prohibited',
  'channel_is_archived',
  'channel_not_found',
  'invalid_token',
  'no_active_hooks',
  'no_service',
  'no_service_id',
  'no_team',
  'posting_to_general_channel_denied',
  'team_disabled',
]);
const badMessage = new Set(['invalid_payload', 'msg_blocks_too_long', 'no_text', 'too_many_attachments', 'user_not_found']);

/**
 * The outcome of Slack's reply. An ended webhook is gone, also by its status alone (403, 404, 410); a message that
 * Slack does not take is never; 429 and 5xx are later. Source: Slack's documented webhook errors.
 */
export function slackOutcome(reply: Reply, attempt: number, nowMs: number): Outcome {
  if (reply.kind !== 'answer' || reply.status === 429 || reply.status < 400 || reply.status >= 500) return httpOutcome(reply, attempt, nowMs);
  const word = reply.body.trim();
  if (endOfWebhook.has(word)) return { outcome: 'gone', reason: `slack-${word}` };
  if (badMessage.has(word)) return { outcome: 'never', reason: `slack-${word}` };
  return [403, 404, 410].includes(reply.status) ? { outcome: 'gone', reason: `http-${reply.status}` } : { outcome: 'never', reason: `http-${reply.status}` };
}

export const slackWebhookChannel: ChannelDefinition<z.output<typeof optionsSchema>> = {
  name: 'slack-webhook',
  summary: 'Posts alerts to a Slack incoming webhook: a new message for each change, overtaken ones skipped.',
  options: optionsSchema,
  coalesce: 'latest',
  // Slack allows one message a second and channel.
  spacingMs: 1_000,
  create(options, deps) {
    const { allowPrivate, allowHttp } = options;
    const client = createGuardedFetch({ allowPrivate, allowHttp });
    if (allowPrivate || allowHttp) deps.log.warn({ allowPrivate, allowHttp }, 'a Slack webhook may reach private addresses or use plain http');
    return {
      async deliver(alert, { attempt, signal }) {
        const samples = await quotedPosts(deps, alert, options.samples);
        const reply = await client.post(options.url, {}, JSON.stringify(slackMessage(alert, samples, deps.zone, deps.publicUrl)), signal);
        return slackOutcome(reply, attempt, deps.now());
      },
      async check() {
        const reply = await client.reach(options.url);
        const link = incidentUrl(deps.publicUrl, '') === null ? '; messages carry no link, because publicUrl is not set' : '';
        return reply.kind === 'answer'
          ? { ok: true, detail: `Slack accepts connections (a message is the only way to know more)${link}` }
          : { ok: false, detail: `Slack can not be reached: ${reply.reason}` };
      },
      stop: () => client.close(),
    };
  },
};
