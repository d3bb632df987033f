// The one way out of the house: a POST to an address from the configuration that may not lead back inside. It checks
// the URL, every address that a name gives at the moment of connecting, and the peer in the end; follows no redirect,
// reads little and waits little. It knows nothing of alerts.
import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import type { Agent, buildConnector } from 'undici';
import type { z } from 'zod';
import { createAddressGuard } from './blocked-addresses.ts';

const usualTimeoutMs = 15_000;
const maxReplyBytes = 65_536;
const ports = new Set(['443', '8443']);

/** The resolver: as dns.lookup with `all`. An argument, so that a test can be a name that changes its mind. */
export type Resolve = (host: string, answer: (error: Error | null, addresses: readonly LookupAddress[]) => void) => void;

export interface GuardedFetchOptions {
  /** Lets private and loopback addresses through, and any port. */
  readonly allowPrivate: boolean;
  /** Lets http through, and any port. */
  readonly allowHttp: boolean;
  readonly resolve?: Resolve;
  /** ms that connecting, headers and body may take together; 15 s unless said otherwise. */
  readonly timeoutMs?: number;
}

/** answer: the receiver spoke. refused: we do not go there; `lasting` when only another URL helps. failed: it could not be reached. */
export type Reply =
  | { readonly kind: 'answer'; readonly status: number; readonly retryAfter: string | null; readonly body: string }
  | { readonly kind: 'refused'; readonly reason: string; readonly lasting: boolean }
  | { readonly kind: 'failed'; readonly reason: string };

export interface GuardedFetch {
  post(url: string, headers: Readonly<Record<string, string>>, body: string, signal: AbortSignal): Promise<Reply>;
  /** Opens and closes a connection, sends nothing. */
  reach(url: string): Promise<Reply>;
  close(): Promise<void>;
}

class Refused extends Error {
  readonly reason: string;
  readonly lasting: boolean;
  constructor(reason: string, lasting: boolean) {
    super(reason);
    this.reason = reason;
    this.lasting = lasting;
  }
}

const systemResolve: Resolve = (host, answer) => {
  systemLookup(host, { all: true, verbatim: true }, (error, addresses) => answer(error, addresses ?? []));
};

/** Judges a URL before anything is opened: null, or why we do not go there. Literal addresses have been normalised by the URL parser. */
export function refusedUrl(text: string, options: Pick<GuardedFetchOptions, 'allowPrivate' | 'allowHttp'>): string | null {
  const url = URL.parse(text);
  if (url === null) return 'url-invalid';
  if (url.protocol !== 'https:' && !(options.allowHttp && url.protocol === 'http:')) return 'url-scheme';
  if (url.username !== '' || url.password !== '') return 'url-user-info';
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  if (!options.allowHttp && !options.allowPrivate && !ports.has(port)) return 'url-port';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (!options.allowPrivate && isIP(host) !== 0 && createAddressGuard()(host)) return 'address-private';
  return null;
}

const mends: Readonly<Record<string, string>> = {
  'url-invalid': 'write it whole, https://host/path',
  'url-scheme': 'use https, or set `allowHttp: true`',
  'url-user-info': 'leave user and password out',
  'url-port': 'use port 443 or 8443, or set `allowPrivate: true`',
  'address-private': 'set `allowPrivate: true` if the receiver is in your own network',
};

/** Adds to a channel's options the problem of a URL that is refused, with what to do about it. */
export function tellRefusedUrl(options: { readonly url: string } & Pick<GuardedFetchOptions, 'allowPrivate' | 'allowHttp'>, context: z.RefinementCtx): void {
  const reason = refusedUrl(options.url, options);
  if (reason !== null) context.addIssue({ code: 'custom', path: ['url'], message: `this address is refused (${reason}): ${mends[reason]}` });
}

function failure(error: unknown): Reply {
  const chain: unknown[] = [error];
  for (let at = error; at instanceof Error && at.cause !== undefined && chain.length < 5; at = at.cause) chain.push(at.cause);
  for (const link of chain) if (link instanceof Refused) return { kind: 'refused', reason: link.reason, lasting: link.lasting };
  const codes = chain.flatMap((link) => (link instanceof Error ? [link.name, String((link as { code?: unknown }).code ?? '')] : []));
  if (codes.some((code) => /timeout|ETIMEDOUT|aborted/i.test(code))) return { kind: 'failed', reason: 'timeout' };
  if (codes.some((code) => /^(ENOTFOUND|EAI_)/.test(code))) return { kind: 'failed', reason: 'name-not-found' };
  if (codes.some((code) => /^(ERR_TLS|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_SSL)/.test(code))) return { kind: 'failed', reason: 'tls' };
  return { kind: 'failed', reason: 'unreachable' };
}

/** A client whose every connection has passed the guard. Close it to let the process end. */
export function createGuardedFetch(options: GuardedFetchOptions): GuardedFetch {
  const blocked = options.allowPrivate ? () => false : createAddressGuard();
  const resolve = options.resolve ?? systemResolve;
  const timeoutMs = options.timeoutMs ?? usualTimeoutMs;

  // One blocked answer refuses the name: which answer a connection would use is not ours to say.
  const lookup: LookupFunction = (host, wanted, done) => {
    resolve(host, (error, addresses) => {
      if (error !== null) return done(error, '');
      if (addresses.some(({ address }) => blocked(address))) return done(new Refused('address-private', false), '');
      const first = addresses[0];
      if (first === undefined) return done(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), '');
      return wanted.all === true ? done(null, [...addresses]) : done(null, first.address, first.family);
    });
  };

  const guarded = (connector: buildConnector.connector): buildConnector.connector => (target, done) => {
    const host = target.hostname.replace(/^\[|\]$/g, '');
    // A literal never reaches `lookup`.
    if (isIP(host) !== 0 && blocked(host)) return done(new Refused('address-private', true), null);
    return connector({ ...target, hostname: host }, (error, socket) => {
      if (error !== null) return done(error, null);
      if (socket.remoteAddress === undefined || blocked(socket.remoteAddress)) {
        socket.destroy();
        return done(new Refused('address-private', false), null);
      }
      return done(null, socket);
    });
  };

  /** Loaded when first asked for: most commands send nothing, and it takes a quarter of a second. */
  async function open(): Promise<{ request: typeof import('undici').request; connect: buildConnector.connector; agent: Agent }> {
    const undici = await import('undici');
    const connect = guarded(undici.buildConnector({ lookup, timeout: timeoutMs, allowH2: false }));
    return { request: undici.request, connect, agent: new undici.Agent({ connect, connections: 1, pipelining: 1, headersTimeout: timeoutMs, bodyTimeout: timeoutMs }) };
  }
  let opening: ReturnType<typeof open> | undefined;
  const opened = () => (opening ??= open());

  async function read(body: AsyncIterable<Uint8Array>): Promise<string> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of body) {
      chunks.push(chunk.subarray(0, maxReplyBytes - size));
      size += chunk.length;
      // Leaving the loop destroys the stream, and with it a connection that would go on talking.
      if (size >= maxReplyBytes) break;
    }
    return Buffer.concat(chunks).toString('utf8');
  }

  return {
    async post(url, headers, body, signal) {
      const reason = refusedUrl(url, options);
      if (reason !== null) return { kind: 'refused', reason, lasting: true };
      const { request, agent } = await opened();
      const limit = AbortSignal.timeout(timeoutMs);
      try {
        const response = await request(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'user-agent': 'outcry', ...headers },
          body,
          dispatcher: agent,
          signal: AbortSignal.any([limit, signal]),
        });
        const retryAfter = response.headers['retry-after'];
        // The status is the answer: a body that breaks off or never ends changes nothing about it.
        const text = await read(response.body).catch(() => '');
        return { kind: 'answer', status: response.statusCode, retryAfter: typeof retryAfter === 'string' ? retryAfter : null, body: text };
      } catch (error) {
        return failure(error);
      }
    },

    async reach(url) {
      const reason = refusedUrl(url, options);
      if (reason !== null) return { kind: 'refused', reason, lasting: true };
      const { hostname, host, protocol, port } = new URL(url);
      const { connect } = await opened();
      return new Promise((settle) => {
        connect({ hostname, host, protocol, port }, (error, socket) => {
          socket?.destroy();
          settle(error === null ? { kind: 'answer', status: 0, retryAfter: null, body: '' } : failure(error));
        });
      });
    },

    async close() {
      await (await opening)?.agent.destroy();
    },
  };
}

/** A Retry-After header (seconds or an HTTP date) as ms from now, at least 1 s and at most 6 h; undefined when it says nothing. */
export function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  const ms = /^\s*\d{1,9}(\.\d+)?\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - nowMs;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 1000), 6 * 3_600_000) : undefined;
}
