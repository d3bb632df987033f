// What an error of the Kafka client means to us: try again, somebody else owns this now, or tell a person what to do.
import { BusError } from '../../../shared/bus.ts';

interface KafkaError {
  readonly name?: string;
  readonly message?: string;
  readonly type?: string;
  readonly code?: number | string;
  readonly retriable?: boolean;
  readonly cause?: unknown;
  readonly originalError?: unknown;
}

/** Kafka's PRODUCER_FENCED, 90, which kafkajs does not know: it tells the number in the message alone. */
const producerFenced = 'Unknown error code 90';
const fencedTypes: ReadonlySet<string> = new Set(['INVALID_PRODUCER_EPOCH', 'INVALID_PRODUCER_ID_MAPPING']);

const finalNames: ReadonlySet<string> = new Set(['KafkaJSSASLAuthenticationError', 'KafkaJSNotImplemented', 'KafkaJSServerDoesNotSupportApiKey', 'KafkaJSUnsupportedMagicByteInMessageSet']);

/** The innermost error: kafkajs wraps the last of a row of tries. */
function rootOf(error: unknown): KafkaError {
  let at = (error ?? {}) as KafkaError;
  for (let depth = 0; depth < 8; depth++) {
    const inner = at.cause ?? at.originalError;
    if (typeof inner !== 'object' || inner === null) break;
    at = inner as KafkaError;
  }
  return at;
}

/** Whether another producer has taken our transactional id since we opened it. */
export function isFenced(error: unknown): boolean {
  const { type, message } = rootOf(error);
  return (type !== undefined && fencedTypes.has(type)) || (type === 'KAFKAJS_UNKNOWN_ERROR_CODE' && message === producerFenced);
}

export const typeOf = (error: unknown): string | undefined => rootOf(error).type;

/** Whether the same request may succeed later: the broker is away, busy, or no longer the leader. */
export function isPassing(error: unknown): boolean {
  if (error instanceof BusError) return error.retry;
  const { retriable, type, name, code, message } = rootOf(error);
  if (typeof code === 'string') return true;
  if (type !== undefined) return retriable === true;
  // a client in the middle of losing its connections trips over its own missing parts, and calls that final
  return retriable === true || name === 'TypeError' || message === 'Broker not connected' || (name?.startsWith('KafkaJS') === true && !finalNames.has(name));
}

/** Whether the connection, not the request, is the trouble: the client's picture of the cluster may be wrong then. */
export function isConnectionTrouble(error: unknown): boolean {
  return rootOf(error).type === undefined;
}

/** Any error of the client as a BusError with its mend. `where` names the brokers. */
export function toBusError(error: unknown, where: string): BusError {
  if (error instanceof BusError) return error;
  const root = rootOf(error);
  const said = root.message ?? String(error);
  if (isFenced(error)) return new BusError('fenced', 'another process has become the one writer of this name: this one writes nothing more', false, error);
  if (/SASL|authenticat/i.test(`${root.name} ${root.type}`)) {
    return new BusError('unavailable', `the brokers ${where} refuse our login (${said}): check \`kafka.sasl\``, false, error);
  }
  if (root.type?.endsWith('AUTHORIZATION_FAILED') === true) {
    return new BusError('unavailable', `the brokers ${where} do not let us do this (${root.type}): see docs/kafka.md for the rights we need`, false, error);
  }
  if (root.type === 'MESSAGE_TOO_LARGE' || root.type === 'RECORD_LIST_TOO_LARGE') {
    return new BusError('unavailable', `the brokers ${where} take no record of this size: raise max.message.bytes of the topics, \`outcry topics\` names the size`, false, error);
  }
  if (root.type === 'UNKNOWN_TOPIC_OR_PARTITION') {
    return new BusError('unavailable', `the brokers ${where} lack a topic of ours: run \`outcry topics\``, true, error);
  }
  if (root.type === 'NOT_ENOUGH_REPLICAS' || root.type === 'NOT_ENOUGH_REPLICAS_AFTER_APPEND') {
    return new BusError('unavailable', `too few brokers of ${where} are up to keep a record safe (${root.type}): bring them back, or lower min.insync.replicas`, true, error);
  }
  if (isPassing(error)) return new BusError('unavailable', `the brokers ${where} do not answer (${said}): check that they run and that \`kafka.brokers\` names them`, true, error);
  return new BusError('unavailable', `the brokers ${where} refuse a request (${root.type ?? root.name ?? 'error'}: ${said})`, false, error);
}
