// One connection to X's filtered stream, through a TweetStream of its own that is never used again: connects within a
// deadline, hands over messages, stops reading while there is no room, and ends when X goes silent. What the messages say,
// and whether to connect again, is decided elsewhere.
//
// twitter-api-v2 1.29.1 breaks characters that lie across chunks, takes a message's end that comes alone for a sign of life,
// sees a drop late under compression, waits for ever for an answer, and leaks when it is closed while it reconnects. Hence:
// text decoded by the response, ends handed in again, identity encoding, an agent that ends idle connections, and no
// reconnect of the library's.
import type { IncomingMessage } from 'node:http';
import { baseOf, callHeaders, createIdleAgent, loadTwitter, watchAnswer, type AnswerWatch, type XAccess, type XQuery } from './api.ts';
import { answerFailure, failureOf, networkFailure, type XFailure } from './failure.ts';

/** A message longer than this is no post: it is dropped without being held. */
const maxMessageChars = 1 << 20;
/** Messages between two looks at whether there is room. */
const batchMessages = 64;

export interface XStreamOptions {
  readonly access: XAccess;
  readonly query: XQuery;
  /** A connection that brings no answer by then is given up. */
  readonly connectMs: number;
  /** Dead after this time without a byte: X sends some every 20 s. */
  readonly silenceMs: number;
  /** `serverMs`: X's clock as it answered, ms to the second; undefined where it does not say. */
  readonly opened: (serverMs: number | undefined) => void;
  /** Something came, were it only a sign of life. */
  readonly heard: () => void;
  /** Nothing but a sign of life came: X has nothing more for us just now. */
  readonly alive: () => void;
  readonly message: (value: unknown) => void;
  /** Something that is no message: `not-json`, `too-long`. */
  readonly bad: (reason: string) => void;
  /** Waited for between batches; nothing is read meanwhile. */
  readonly room: () => Promise<void>;
}

export interface XStream {
  /** Resolves once, with why it ended. No callback comes after it. */
  readonly ended: Promise<XFailure>;
  close(why: string): void;
}

/** What of the library's stream is protected and needed. */
interface Inside {
  readonly originalResponse?: IncomingMessage & { readonly req: { on(event: 'error', handler: () => void): unknown } };
  readonly parser: { reset(): void; push(chunk: string): void };
  readonly requestData: { forceParseMode?: 'buffer'; requestEventDebugHandler?: AnswerWatch['heed'] };
}

/** Opens a connection. Trouble of any kind is how it ends, never a rejection. */
export function openXStream(options: XStreamOptions): XStream {
  const { access, connectMs, silenceMs } = options;
  let over = false;
  let waiting = false;
  let release = () => {};
  let settle: (failure: XFailure) => void = () => {};
  const ended = new Promise<XFailure>((resolve) => {
    settle = resolve;
  });
  const idle = createIdleAgent(access.apiUrl, silenceMs, () => waiting, () => end({ kind: 'network', why: `silent for ${Math.ceil(silenceMs / 1000)} s` }));
  const deadline = setTimeout(() => end({ kind: 'network', why: `no answer within ${Math.ceil(connectMs / 1000)} s` }), connectMs);

  function end(failure: XFailure): void {
    if (over) return;
    over = true;
    clearTimeout(deadline);
    release();
    idle.end();
    settle(failure);
  }

  async function run(): Promise<void> {
    const { TwitterApi, ETwitterStreamEvent: Event } = await loadTwitter();
    if (over) return;
    const { v2 } = new TwitterApi(access.bearerToken, { httpAgent: idle.agent, compression: 'identity' });
    const stream = v2.getStream<unknown>('tweets/search/stream', { ...options.query }, { prefix: baseOf(access.apiUrl), headers: { ...callHeaders }, autoConnect: false, payloadIsError: () => false });
    const inside = stream as unknown as Inside;
    // parsed in failure.ts: the library throws out of its own reach over a refusal that is not of the form it expects
    inside.requestData.forceParseMode = 'buffer';
    // called for a refusal only
    inside.requestData.requestEventDebugHandler = watchAnswer(idle.end).heed;
    release = () => {
      const response = inside.originalResponse;
      stream.destroy();
      // the library took its listeners away; what breaks from now on is nobody's business
      response?.on('error', () => {});
      response?.req.on('error', () => {});
    };

    let unlooked = 0;
    let lineChars = 0;
    let skipping = false;

    /** Watches the length of a message that is under way: the library would hold it, and read it from its start again with each chunk. */
    function measure(chunk: string): void {
      const lastBreak = chunk.lastIndexOf('\n');
      lineChars = lastBreak === -1 ? lineChars + chunk.length : chunk.length - lastBreak - 1;
      // it ended with the chunk before: the library sees nothing of it here
      if (skipping && /^\r?\n/.test(chunk)) take(() => {});
      if (lastBreak === -1 && (skipping || lineChars > maxMessageChars)) {
        skipping = true;
        inside.parser.reset();
      }
    }
    async function lookForRoom(): Promise<void> {
      waiting = true;
      inside.originalResponse?.pause();
      try {
        await options.room();
      } catch {
        end({ kind: 'network', why: 'the log refuses posts' });
      }
      waiting = false;
      if (!over) inside.originalResponse?.resume();
    }
    /** What follows a message that was cut away is its end, whatever it looks like. */
    function take(hand: () => void): void {
      if (over) return;
      if (skipping) {
        skipping = false;
        options.bad('too-long');
      } else {
        hand();
      }
      if (++unlooked < batchMessages || waiting || over) return;
      unlooked = 0;
      void lookForRoom();
    }

    stream.on(Event.Connected, () => {
      const response = inside.originalResponse!;
      if (over) return;
      clearTimeout(deadline);
      if (response.statusCode !== 200) return end(answerFailure(response.statusCode ?? 0, undefined));
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        if (over) return;
        const underWay = lineChars > 0;
        measure(chunk);
        // by itself the library takes it for a sign of life, and would join two messages
        if (underWay && chunk === '\r\n') inside.parser.push(chunk);
        options.heard();
        if (!underWay && chunk.trim() === '') options.alive();
      });
      const serverMs = Date.parse(response.headers.date ?? '');
      options.opened(Number.isNaN(serverMs) ? undefined : serverMs);
    });
    stream.on(Event.Data, (value) => take(() => options.message(value)));
    stream.on(Event.TweetParseError, () => take(() => options.bad('not-json')));
    stream.on(Event.ConnectionError, (error) => {
      const { code } = error as Error & { code?: string };
      end(code === undefined ? { kind: 'ended', why: 'it closed the connection' } : networkFailure(code));
    });
    try {
      await stream.connect({ autoReconnect: false, keepAliveTimeout: 'disable' });
    } catch (error) {
      end(failureOf(error, idle.code()));
    }
    // stopped while it connected
    if (over) release();
  }

  run().catch((error: unknown) => end(failureOf(error)));
  return { ended, close: (why) => end({ kind: 'ended', why }) };
}
