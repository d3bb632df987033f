// The registry of channels, one line each. What infra needs to read a configuration, and what the reference is made of.
import type { ChannelDefinition } from '../channel.ts';
import { consoleChannel } from './console.ts';
import { slackWebhookChannel } from './slack-webhook.ts';
import { webhookChannel } from './webhook.ts';

/** All channel types by their name in the configuration. Each parses its own options before it creates anything. */
export const channels: Readonly<Record<string, ChannelDefinition>> = {
  [consoleChannel.name]: consoleChannel,
  [slackWebhookChannel.name]: slackWebhookChannel,
  [webhookChannel.name]: webhookChannel,
};
