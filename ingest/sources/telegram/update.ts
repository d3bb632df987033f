// One update of Telegram's Bot API as a value: a message as a post, something that is read past, or nothing that can be
// read. Pure.
import type { Post } from '../../../shared/post.ts';
import { maxTextLength } from '../../../shared/post.ts';

export type TelegramUpdate =
  | { kind: 'post'; update: number; chat: number; post: Post }
  | { kind: 'past'; update: number; reason: string }
  | { kind: 'bad'; reason: string };

const fieldsOf = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {});
const idOf = (value: unknown): number | undefined => (typeof value === 'number' && Number.isSafeInteger(value) && value !== 0 ? value : undefined);

const postId = (chat: number, message: number): string => `tg-${chat}-${message}`;

/** The post that this one forwards, where it comes from a channel: only those have a name. */
function forwarded(origin: Record<string, unknown>): string | undefined {
  const chat = idOf(fieldsOf(origin['chat'])['id']);
  const message = idOf(origin['message_id']);
  return origin['type'] === 'channel' && chat !== undefined && message !== undefined ? postId(chat, message) : undefined;
}

/**
 * Reads one update. Never throws. Reasons of `bad`: no-id, which leaves the place where it is. Reasons of `past`: edited,
 * private-chat, bot, no-text, no-time, bad-author, other-kind.
 */
export function readTelegramUpdate(value: unknown): TelegramUpdate {
  const { update_id: update, message, channel_post: channelPost, edited_message: edited, edited_channel_post: editedPost } = fieldsOf(value);
  if (typeof update !== 'number' || !Number.isSafeInteger(update) || update < 0) return { kind: 'bad', reason: 'no-id' };
  const past = (reason: string): TelegramUpdate => ({ kind: 'past', update, reason });
  if (edited !== undefined || editedPost !== undefined) return past('edited');
  const told = fieldsOf(message ?? channelPost);
  const chat = fieldsOf(told['chat']);
  const chatId = idOf(chat['id']);
  const messageId = idOf(told['message_id']);
  if (chatId === undefined || messageId === undefined) return past('other-kind');
  // its id would be the person's
  if (chat['type'] === 'private') return past('private-chat');
  const from = fieldsOf(told['from']);
  // who writes in the name of a chat is that chat
  const author = idOf(fieldsOf(told['sender_chat'])['id']) ?? idOf(from['id']);
  if (author === undefined) return past('bad-author');
  if (from['is_bot'] === true && told['sender_chat'] === undefined) return past('bot');
  const { date } = told;
  if (typeof date !== 'number' || !Number.isSafeInteger(date) || date <= 0) return past('no-time');
  const text = told['text'] ?? told['caption'];
  if (typeof text !== 'string' || text.trim() === '') return past('no-text');
  const name = chat['username'];
  const repostOf = forwarded(fieldsOf(told['forward_origin']));
  const replied = idOf(fieldsOf(told['reply_to_message'])['message_id']);
  return {
    kind: 'post', update, chat: chatId,
    post: {
      id: postId(chatId, messageId), ts: date * 1000, text: text.slice(0, maxTextLength), author: String(author),
      ...(typeof name === 'string' && /^\w{4,32}$/.test(name) ? { url: `https://t.me/${name}/${messageId}` } : {}),
      ...(repostOf === undefined ? {} : { repostOf }),
      ...(replied === undefined ? {} : { replyTo: postId(chatId, replied) }),
    },
  };
}
