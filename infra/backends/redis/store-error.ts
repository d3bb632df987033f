// Why Redis did not do what it was asked. Callers go on without it; the reason is counted and tells a person what to mend.

/**
 * unreachable: no connection. slow: no answer in time. full: no memory for a write. denied: our login or rights do not do.
 * refused: any other answer that is an error.
 */
export const storeReasons = ['unreachable', 'slow', 'full', 'denied', 'refused'] as const;
export type StoreReason = (typeof storeReasons)[number];

const mend: Record<StoreReason, string> = {
  unreachable: 'check that it runs and that `redis.url` names it',
  slow: 'it may be frozen, overloaded, or behind a broken network',
  full: 'give it more memory (maxmemory), or find who fills it',
  denied: 'check `redis.username`, `redis.password` and the rights that docs/redis.md lists',
  refused: 'see its own log',
};

/** Ends a call of the Store on Redis. Nothing that must last was lost: see shared/store.ts. */
export class StoreError extends Error {
  readonly reason: StoreReason;
  constructor(reason: StoreReason, where: string, said: string, cause?: unknown) {
    super(`Redis at ${where}: ${said}; ${mend[reason]}.`, { cause });
    this.name = 'StoreError';
    this.reason = reason;
  }
}

const denied = /\b(?:NOAUTH|WRONGPASS|NOPERM)\b|^ERR (?:AUTH|invalid password|Client sent AUTH)/;

/** An error of the client or of the server as one of ours; `where` is an address without secrets. */
export function toStoreError(error: unknown, where: string): StoreError {
  if (error instanceof StoreError) return error;
  const { name, message } = error as Error;
  if (message === 'Command timed out') return new StoreError('slow', where, 'no answer in time', error);
  // what the server itself answers; anything else comes from the connection
  if (name !== 'ReplyError') return new StoreError('unreachable', where, message.startsWith('Stream') ? 'not connected' : message, error);
  if (denied.test(message)) return new StoreError('denied', where, message, error);
  // inside a script the server puts its words around the answer
  if (/\bOOM\b/.test(message)) return new StoreError('full', where, 'it is out of memory', error);
  return new StoreError('refused', where, message, error);
}
