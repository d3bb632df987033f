// Calls to X's API through twitter-api-v2: each within a deadline, one connection a call, an answer or a failure as a value.
// The stream is stream.ts's. The library is loaded when the first call is made.
import type { Agent, ClientRequestArgs, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import { parseJson } from '../../json.ts';
import { failureOf, networkFailure, resetOf, type XFailure } from './failure.ts';

export interface XAccess {
  readonly bearerToken: string;
  readonly apiUrl: string;
}

export type XQuery = Readonly<Record<string, string | number | boolean>>;

export type XAnswer =
  /** `left`: requests that X still allows before `resetMs` (ms since 1970); undefined where it does not say. */
  | { readonly ok: true; readonly value: unknown; readonly left: number | undefined; readonly resetMs: number | undefined }
  /** `body`: what X said with its refusal, parsed. */
  | { readonly ok: false; readonly failure: XFailure; readonly body?: unknown };

export interface XApi {
  get(path: string, query: XQuery): Promise<XAnswer>;
  post(path: string, body: Readonly<Record<string, unknown>>, query: XQuery): Promise<XAnswer>;
  /** What is under way ends as a failure, and nothing more is asked. */
  close(): void;
}

/** The address as paths are put to it. */
export const baseOf = (apiUrl: string): string => (apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/`);

export const loadTwitter = () => import('twitter-api-v2');
const named = { 'x-user-agent': 'outcry' };
export const callHeaders: Readonly<Record<string, string>> = named;

/** An agent whose connections end when nothing comes for `idleMs`, from the first step on, and which can end them all. */
export interface IdleAgent {
  readonly agent: Agent;
  /** What broke the last connection, as Node names it: the library often loses it. */
  readonly code: () => string | undefined;
  end(): void;
}

/** `waiting`: nothing is read on purpose, so silence says nothing. `idle` is told before the connection ends. */
export function createIdleAgent(apiUrl: string, idleMs: number, waiting: () => boolean = () => false, idle: () => void = () => {}): IdleAgent {
  const sockets = new Set<Socket>();
  let code: string | undefined;
  // imported, the module would bring along all of fetch, in every process that knows this source
  const Plain = apiUrl.startsWith('https:') ? process.getBuiltinModule('node:https').Agent : process.getBuiltinModule('node:http').Agent;
  class Idle extends Plain {
    override createConnection(options: ClientRequestArgs, callback?: (error: Error | null, stream: Duplex) => void): Duplex | null | undefined {
      const socket = super.createConnection(options, callback) as Socket;
      sockets.add(socket);
      const watch = (): void => {
        socket.setTimeout(idleMs, () => {
          if (waiting()) return void watch();
          idle();
          socket.destroy(Object.assign(new Error('idle'), { code: 'ESTREAMIDLE' }));
        });
      };
      watch();
      socket.once('error', (error: NodeJS.ErrnoException) => {
        code = error.code;
      });
      socket.once('close', () => sockets.delete(socket));
      return socket;
    }
  }
  return {
    agent: new Idle({ keepAlive: false }),
    code: () => code,
    end() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** A page of 100 posts as long as posts can be is shorter. */
const mostMiB = 16;

/** What the library does not say of the answer that it reads: its length, and whether it came whole. */
export interface AnswerWatch {
  /** Given to the library as `requestEventDebugHandler`. */
  readonly heed: (event: string, told?: { readonly res?: IncomingMessage }) => void;
  readonly tooLong: () => boolean;
  readonly brokeOff: () => boolean;
}

/** The library holds all of an answer, however long: past 16 MiB `end` is called, which ends the connection. */
export function watchAnswer(end: () => void): AnswerWatch {
  let answer: IncomingMessage | undefined;
  let bytes = 0;
  const tooLong = (): boolean => bytes > mostMiB << 20;
  return {
    heed(event, told) {
      if (event !== 'response' || told?.res === undefined) return;
      answer = told.res;
      answer.on('data', (chunk: Uint8Array) => {
        bytes += chunk.length;
        if (tooLong()) end();
      });
    },
    tooLong,
    brokeOff: () => answer?.complete === false,
  };
}

/** `deadlineMs`: from the question to the last byte. */
export function createXApi({ bearerToken, apiUrl }: XAccess, deadlineMs: number): XApi {
  const open = new Set<IdleAgent>();
  const tooLate: XFailure = { kind: 'network', why: `no answer within ${Math.ceil(deadlineMs / 1000)} s` };
  let closed = false;

  async function call(method: 'get' | 'post', path: string, body: Readonly<Record<string, unknown>>, query: XQuery): Promise<XAnswer> {
    const { TwitterApi } = await loadTwitter();
    if (closed) return { ok: false, failure: { kind: 'network', why: 'stopped' } };
    const own = createIdleAgent(apiUrl, deadlineMs);
    open.add(own);
    const watch = watchAnswer(own.end);
    let late = false;
    const deadline = setTimeout(() => {
      late = true;
      own.end();
    }, deadlineMs);
    try {
      const { v2 } = new TwitterApi(bearerToken, { httpAgent: own.agent, compression: 'identity' });
      // parsed here: the library throws out of its own reach over an answer that is not of the form it expects
      const args = { prefix: baseOf(apiUrl), headers: { ...named }, forceParseMode: 'buffer', fullResponse: true, requestEventDebugHandler: watch.heed } as const;
      const answer = await (method === 'get' ? v2.get<Buffer>(path, { ...query }, args) : v2.post<Buffer>(path, { ...body }, { ...args, query: { ...query }, forceBodyMode: 'json' }));
      if (watch.tooLong()) return { ok: false, failure: { kind: 'refused', why: `its answer is longer than ${mostMiB} MiB` } };
      // the library takes what came of it for all of it
      if (watch.brokeOff()) return { ok: false, failure: late ? tooLate : networkFailure(own.code() ?? 'ECONNRESET') };
      const value = parseJson(String(answer.data));
      if (value === undefined) return { ok: false, failure: { kind: 'refused', why: 'its answer is not JSON' } };
      const left = Number(answer.headers?.['x-rate-limit-remaining'] ?? Number.NaN);
      return { ok: true, value, left: Number.isSafeInteger(left) ? left : undefined, resetMs: resetOf(answer.headers) };
    } catch (error) {
      if (late) return { ok: false, failure: tooLate };
      return { ok: false, failure: failureOf(error, own.code()), body: parseJson(String((error as { data?: unknown }).data)) };
    } finally {
      clearTimeout(deadline);
      open.delete(own);
      own.end();
    }
  }

  return {
    get: (path, query) => call('get', path, {}, query),
    post: (path, body, query) => call('post', path, body, query),
    close() {
      closed = true;
      for (const own of open) own.end();
    },
  };
}
