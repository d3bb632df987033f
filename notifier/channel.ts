// The contract of a channel: one way to tell people. A channel is one file (name, summary, options, create), its test
// and one line in channels/index.ts. It knows one attempt; queue, order, retries and ledger are the outbox's.
import type { z } from 'zod';
import type { Alert } from '../shared/alert.ts';
import type { Evidence } from '../shared/evidence.ts';

/**
 * The answer to one attempt.
 * delivered: the receiver has it; `ref` is the receiver's own name for it, if it gave one. It is never sent again.
 * later: not now. The outbox tries again by its schedule, or after `afterMs` where the receiver named a time; the
 *   channel's later deliveries wait behind it.
 * gone: the receiver wants no more of anything. The channel rests until its configuration changes or a person redrives.
 * never: this delivery can't succeed, others may. It goes to the dead letters.
 * A reason is a short code (a metric label), never the receiver's or a stranger's words.
 */
export type Outcome =
  | { readonly outcome: 'delivered'; readonly ref: string | null }
  | { readonly outcome: 'later'; readonly reason: string; readonly afterMs?: number }
  | { readonly outcome: 'gone'; readonly reason: string }
  | { readonly outcome: 'never'; readonly reason: string };

/** One attempt. `id` is the same on every retry and after every restart; `attempt` counts 1, 2, 3 ...; an aborted `signal` ends it early. */
export interface Attempt {
  readonly id: string;
  readonly attempt: number;
  readonly signal: AbortSignal;
}

export interface Channel {
  /** Tries once to tell the alert. Called for one alert at a time, bounded by the channel itself (15 s). Does not throw. */
  deliver(alert: Alert, attempt: Attempt): Promise<Outcome>;
  /** Whether the receiver can be reached, without telling it anything. For `doctor`. `detail` is for people and holds no secret. */
  check(): Promise<{ readonly ok: boolean; readonly detail: string }>;
  /** Closes what is open. Idempotent. */
  stop(): Promise<void>;
}

/** The part of a pino logger that the notifier uses. Fields carry facts; a message never holds a URL or a stranger's words. */
export interface NotifierLog {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** What a channel is given besides its options. */
export interface ChannelDeps {
  /** ms, wall clock */
  readonly now: () => number;
  /** The strongest evidence of an incident whose text is still there, at most so many. */
  readonly evidence: (incident: string, most: number) => Promise<readonly Evidence[]>;
  readonly log: NotifierLog;
  /** Where people reach the board; null when nobody outside can. */
  readonly publicUrl: string | null;
  /** IANA time zone of the people who read it. */
  readonly zone: string;
  /** Where the console channel writes. */
  readonly out: NodeJS.WritableStream;
}

export interface ChannelDefinition<Options = unknown> {
  /** The `type` in the configuration. */
  readonly name: string;
  /** One line for the reference. */
  readonly summary: string;
  readonly options: z.ZodType<Options>;
  /** every: each alert in order. latest: an alert waiting behind which a newer one of its incident waits is skipped, on record. */
  readonly coalesce: 'every' | 'latest';
  /** ms between two attempts, where the receiver states such a limit; else 0. */
  readonly spacingMs: number;
  create(options: Options, deps: ChannelDeps): Channel;
}

/** The page of an incident on the board, or null without a public address. */
export function incidentUrl(publicUrl: string | null, incident: string): string | null {
  return publicUrl === null ? null : `${publicUrl.replace(/\/+$/, '')}/i/${encodeURIComponent(incident)}`;
}

/** The posts that an alert quotes: when an incident opens or is confirmed, else none. An alert never fails for want of a quote. */
export async function quotedPosts(deps: Pick<ChannelDeps, 'evidence' | 'log'>, alert: Alert, most: number): Promise<readonly Evidence[]> {
  if (most === 0 || (alert.change !== 'suspected' && alert.change !== 'confirmed')) return [];
  try {
    return (await deps.evidence(alert.incident.id, most)).filter(({ text }) => text !== null).slice(0, most);
  } catch (error) {
    deps.log.warn({ error: error instanceof Error ? error.name : 'unknown' }, 'the posts to quote can not be read');
    return [];
  }
}
