// A Slack incoming webhook on a real socket: it checks messages against Block Kit's limits and answers in Slack's words.
import { openReceiver, type Answer, type Receiver } from './receiver.ts';

interface SlackPayload {
  readonly text?: string;
  readonly blocks?: readonly { readonly type: string; readonly text?: { readonly text: string }; readonly elements?: readonly unknown[] }[];
}

/** What Slack would say to a body: `ok`, or the reason for a 400. */
export function slackVerdict(body: string): string {
  let payload: SlackPayload;
  try {
    payload = JSON.parse(body) as SlackPayload;
  } catch {
    return 'invalid_payload';
  }
  const blocks = payload.blocks ?? [];
  if ((payload.text ?? '') === '' && blocks.length === 0) return 'no_text';
  if (JSON.stringify(blocks).length > 13_200) return 'msg_blocks_too_long';
  const most: Readonly<Record<string, number>> = { header: 150, section: 3_000 };
  const bad = blocks.length > 50 || blocks.some(({ type, text }) => text !== undefined && (text.text === '' || text.text.length > (most[type] ?? 3_000)));
  return bad ? 'invalid_payload' : 'ok';
}

/** Texts of the messages that Slack took, in order. */
export function shown(slack: Receiver): string[] {
  return slack.received.filter(({ status }) => status === 200).map(({ body }) => (JSON.parse(body) as SlackPayload).text ?? '');
}

/** A Slack that works; `behave` makes it archive the channel, limit the rate or fall over. */
export async function openSlack(): Promise<Receiver> {
  const receiver = await openReceiver();
  receiver.behave(takeOrRefuse);
  return receiver;
}

export function takeOrRefuse(body: string): Answer {
  const verdict = slackVerdict(body);
  return verdict === 'ok' ? { status: 200, text: 'ok' } : { status: 400, text: verdict };
}
