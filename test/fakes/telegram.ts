// Telegram's Bot API on a real socket: keeps updates until it is told that they were read. It holds no question.
import { openPolledServer, type PolledServer, type Told } from './polled-server.ts';

export interface Telegram extends PolledServer {
  readonly token: string;
  /** A message in a group; more of its fields, or the kind of update. */
  write(message: { ts: number; text?: unknown; from?: number; more?: object; kind?: string }): void;
  raw(update: unknown): void;
  /** Goes on numbering from here. */
  renumber(from: number): void;
  /** Updates that nobody has yet said to have read. */
  readonly waiting: () => number;
  readonly chats: Set<number>;
  webhook: string;
  /** What was read is forgotten; false: all is told for ever, whatever is asked. */
  forgets: boolean;
}

export const group = -1_001_234;

export async function openTelegram(): Promise<Telegram> {
  const token = `123456:${'A'.repeat(35)}`;
  let updates: { id: number; value: unknown }[] = [];
  let last = 1_000;
  let messages = 0;
  const server = await openPolledServer(({ path, body }): Told => {
    const params = new URLSearchParams(body);
    const ok = (result: unknown): Told => ({ headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ok: true, result }) });
    const refused = (status: number, description: string): Told => ({ status, body: JSON.stringify({ ok: false, error_code: status, description }) });
    const method = /^\/bot([^/]+)\/(\w+)$/.exec(path);
    if (method?.[1] !== token) return refused(401, 'Unauthorized');
    if (method[2] === 'getMe') return ok({ id: 1, is_bot: true, can_read_all_group_messages: true });
    if (method[2] === 'getWebhookInfo') return ok({ url: telegram.webhook });
    if (method[2] === 'getChat') return telegram.chats.has(Number(params.get('chat_id'))) ? ok({ id: 1 }) : refused(400, 'Bad Request: chat not found');
    if (telegram.webhook !== '') return refused(409, 'Conflict: can\'t use getUpdates method while webhook is active');
    const offset = Number(params.get('offset'));
    if (!telegram.forgets) return ok(updates.map(({ value }) => value));
    if (offset < 0) updates = updates.slice(offset);
    else updates = updates.filter(({ id }) => id >= offset);
    return ok(updates.slice(0, Number(params.get('limit'))).map(({ value }) => value));
  });
  const telegram: Telegram = {
    ...server,
    token,
    webhook: '',
    forgets: true,
    chats: new Set([group]),
    waiting: () => updates.length,
    renumber(from) {
      last = from;
    },
    raw: (value) => void updates.push({ id: ++last, value }),
    write({ ts, text, from = 77, more = {}, kind = 'message' }) {
      const id = last + 1;
      telegram.raw({ update_id: id, [kind]: { message_id: ++messages, date: Math.floor(ts / 1000), from: { id: from, is_bot: false }, chat: { id: group, type: 'supergroup', title: 'Support' }, text, ...more } });
    },
  };
  return telegram;
}
