// `telegram`: messages of the user's own groups and channels, through a bot of theirs that is a member there. A bot sees
// nothing else of Telegram, and nobody tells it when a message is deleted.
//
// Long polling: the server holds a question until something is there. It keeps what it was not told is read, for a day; so
// it is told only once all of it is durable.
import { z } from 'zod';
import { serviceIdPattern, type Service } from '../../shared/service.ts';
import { jsonOf } from '../json.ts';
import { createPolling, orStopped, type Polled } from '../polling.ts';
import type { Source, SourceCheck, SourceDefinition, SourceDeps } from '../source.ts';
import { unwatched } from '../watched.ts';
import { createWeb, type Web } from '../web.ts';
import { clocksApart, duration, skewWords, whyUnusable } from '../web-words.ts';
import { readTelegramUpdate } from './telegram/update.ts';

const options = z.strictObject({
  token: z.string().regex(/^\d{5,20}:[\w-]{20,100}$/, 'not of the form that @BotFather gives: digits, a colon, letters').describe('of your own bot; a secret, so give it as ${NAME} from the environment or as ${file:PATH}'),
  chats: z.array(z.number().int()).min(1).optional().describe('ids of the groups and channels to hear; absent: all that the bot is a member of'),
  service: z.string().regex(serviceIdPattern).optional().describe('what these chats are about, where a message names no service: the support group of one product'),
  holdMs: z.number().int().min(0).max(50_000).default(25_000).describe('how long the server may hold a question while nothing is new'),
  deadlineMs: z.number().int().min(1).default(15_000).describe('how much later than that an answer may come'),
  apiUrl: z.url({ protocol: /^https?$/ }).default('https://api.telegram.org').describe('where the Bot API is; your own server may be it'),
});
type Options = z.infer<typeof options>;

const userAgent = 'outcry (telegram source)';
const maxBytes = 4 << 20;
const updatesAtOnce = 100;
/** After an answer without news that came at once. */
const everyMs = 1_000;
/** The server keeps updates for so long. */
const keptMs = 24 * 3_600_000;
const awayMs = 60_000;
/** After a week without any the server numbers updates from anywhere: then it is asked for whatever waits. */
const quietMs = 6 * 24 * 3_600_000;

type Answer = { readonly result: unknown } | { readonly why: string; readonly waitMs?: number; readonly tellNow?: boolean; readonly tooLong?: true };

/** What the Bot API means by a status. */
const meanings: Readonly<Record<number, string>> = {
  401: 'it does not know this token: get one from @BotFather',
  404: 'it does not know this token: get one from @BotFather',
  409: 'someone else asks with this token, or a webhook is set for the bot (deleteWebhook removes it)',
};

function bodyOf(bytes: Uint8Array): { readonly ok?: unknown; readonly result?: unknown; readonly parameters?: { readonly retry_after?: unknown } } {
  const value = jsonOf(bytes);
  return typeof value === 'object' && value !== null ? value : {};
}

async function call(web: Web, { token, apiUrl }: Options, method: string, params: Readonly<Record<string, string>>, deadlineMs: number, signal?: AbortSignal): Promise<Answer> {
  const answer = await web.ask({
    url: `${apiUrl.replace(/\/+$/, '')}/bot${token}/${method}`, method: 'POST', body: new URLSearchParams(params).toString(), maxBytes, deadlineMs,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    ...(signal === undefined ? {} : { signal }),
  });
  const body = answer.kind === 'body' || answer.kind === 'refused' ? bodyOf(answer.bytes) : {};
  if (answer.kind === 'body') return body.ok === true ? { result: body.result } : { why: 'answered what is no answer of the Bot API' };
  const seconds = body.parameters?.retry_after;
  const waitMs = typeof seconds === 'number' && seconds > 0 ? Math.min(3_600_000, seconds * 1000) : answer.kind === 'refused' ? answer.retryAfterMs : undefined;
  const status = answer.kind === 'refused' ? answer.status : 0;
  return { why: whyUnusable(answer, meanings), ...(answer.kind === 'failed' && answer.tooLong === true ? { tooLong: true as const } : {}), ...(waitMs === undefined ? {} : { waitMs }), ...(status === 401 || status === 404 || status === 409 ? { tellNow: true } : {}) };
}

/** The next update, when it was last read, when the last update came, ms. */
const cursorForm = /^(\d{1,15}) (\d{1,15}) (\d{1,15})$/;

function createTelegram(options: Options, deps: SourceDeps): Source {
  const { intake, clock } = deps;
  const web = createWeb({ userAgent, clock });
  const found = cursorForm.exec(deps.cursor ?? '');
  /** The first update that was not read; undefined: begin at the newest. */
  let next = found === null ? undefined : Number(found[1]);
  let readAt = found === null ? undefined : Number(found[2]);
  /** How many updates are asked for: fewer where as many are too long for one answer, which would come again and again. */
  let most = updatesAtOnce;
  let heardAt = found === null ? clock() : Number(found[3]);

  function handOver(values: readonly unknown[]): void {
    const updates = values.map(readTelegramUpdate);
    const numbers = updates.flatMap((one) => (one.kind === 'bad' ? [] : [one.update]));
    // asked from `next` on it gives nothing below, unless it numbers anew: after a quiet week, or since the token is another bot's
    if (numbers.length > 0 && numbers.every((number) => number < (next ?? 0))) next = 0;
    for (const update of updates) {
      if (update.kind === 'bad') {
        intake.dropped(update.reason);
        continue;
      }
      if (update.update < (next ?? 0)) {
        intake.dropped('repeated');
        continue;
      }
      next = update.update + 1;
      if (update.kind === 'past') intake.dropped(update.reason);
      else if (options.chats !== undefined && !options.chats.includes(update.chat)) intake.dropped('other-chat');
      else intake.post(options.service === undefined ? update.post : { ...update.post, service: options.service });
    }
  }

  async function poll(signal: AbortSignal): Promise<Polled> {
    const first = next === undefined;
    if (!first && clock() - heardAt > quietMs) next = 0;
    const away = readAt === undefined ? 0 : clock() - readAt;
    // the first answer tells that the way is open: it is not held
    const holdMs = first || away > awayMs ? 0 : options.holdMs;
    const params = { offset: String(next ?? -1), limit: String(most), timeout: String(Math.ceil(holdMs / 1000)), allowed_updates: '["message","edited_message","channel_post","edited_channel_post"]' };
    const [askedAt, askedFrom] = [clock(), next];
    const answer = await call(web, options, 'getUpdates', params, holdMs + options.deadlineMs, signal);
    if (signal.aborted) return { ok: false, detail: 'stopped' };
    if ('why' in answer && answer.tooLong === true) most = Math.ceil(most / 8);
    if ('why' in answer) return { ok: false, detail: answer.why, ...(answer.waitMs === undefined ? {} : { waitMs: answer.waitMs }), ...(answer.tellNow === true ? { tellNow: true } : {}) };
    if (!Array.isArray(answer.result)) return { ok: false, detail: 'answered what is no list of updates' };
    const apart = clocksApart(web.clockAheadMs());
    if (apart !== undefined) return { ok: false, tellNow: true, detail: apart };
    const updates: readonly unknown[] = answer.result;
    if (first) {
      // the newest of what waits, if anything does: all of it is from before the beginning
      const newest = updates.map(readTelegramUpdate).findLast((one) => one.kind !== 'bad');
      next = newest === undefined ? 0 : newest.update + 1;
    } else {
      const gap = away > keptMs ? { from: readAt!, to: clock() - keptMs } : undefined;
      if (gap !== undefined || (updates.length > 0 && away > awayMs + options.holdMs)) intake.state('catching-up', `reading what was written in the last ${duration(away)}`, gap);
      handOver(updates);
    }
    const more = updates.length >= most;
    most = Math.min(updatesAtOnce, most * 2);
    if (!more) readAt = clock();
    if (updates.length > 0) heardAt = clock();
    intake.cursor(`${next} ${readAt ?? clock()} ${heardAt}`);
    if (updates.length > 0) await orStopped(signal, intake.accepted());
    // a server that does not hold the question, or tells the same again, is asked at our own pace
    const held = holdMs > 0 && clock() - askedAt >= holdMs / 2;
    return { ok: true, again: held || next !== askedFrom, behind: more && away > awayMs, detail: `hearing ${options.chats === undefined ? 'all chats of the bot' : options.chats.length === 1 ? 'a chat' : `${options.chats.length} chats`}${skewWords(web.clockAheadMs())}` };
  }

  return createPolling({ intake, clock, everyMs, poll, close: web.close });
}

async function check(options: Options, services: readonly Service[]): Promise<SourceCheck> {
  const strange = unwatched(options.service === undefined ? [] : [options.service], services);
  if (strange !== undefined) return strange;
  const web = createWeb({ userAgent, clock: Date.now });
  try {
    const me = await call(web, options, 'getMe', {}, options.deadlineMs);
    if ('why' in me) return { ok: false, detail: `Telegram: ${me.why}` };
    const { can_read_all_group_messages: readsAll } = (me.result ?? {}) as { can_read_all_group_messages?: unknown };
    const hook = await call(web, options, 'getWebhookInfo', {}, options.deadlineMs);
    if ('result' in hook && ((hook.result ?? {}) as { url?: unknown }).url) return { ok: false, detail: `Telegram: ${meanings[409]}` };
    for (const chat of options.chats ?? []) {
      const answer = await call(web, options, 'getChat', { chat_id: String(chat) }, options.deadlineMs);
      if ('why' in answer) return { ok: false, detail: `Telegram knows the bot, but it is no member of chat ${chat}: add it there, or take the id out of \`chats\`` };
    }
    if (readsAll !== true) return { ok: true, detail: 'Telegram knows the bot; it hears groups only where it is an administrator, or once its privacy mode is off (/setprivacy at @BotFather)' };
    return { ok: true, detail: 'Telegram knows the bot, and it hears all messages of its groups' };
  } finally {
    await web.close();
  }
}

export default {
  type: 'telegram',
  network: 'telegram',
  summary: 'Messages of your own Telegram groups and channels, through a bot of yours. A bot sees no other chats.',
  options,
  silenceNormal: true,
  workers: 'one',
  // groups that are chosen are chosen for what they speak of: an outage of that raises all of their volume
  filtered: true,
  latenessMs: 2_000,
  reasons: {
    edited: 'a change of a message that is known',
    'private-chat': 'written to the bot alone',
    'other-chat': 'in a chat that is not in `chats`',
    bot: 'written by a bot',
    repeated: 'read before',
    'other-kind': 'no message', 'no-id': 'without a number', 'no-text': 'without words', 'no-time': 'without a time', 'bad-author': 'without an author',
  },
  create: createTelegram,
  check,
} satisfies SourceDefinition<typeof options>;
