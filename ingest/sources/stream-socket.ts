// One WebSocket that a source reads from: connects within a deadline, hands over messages, stops reading while there is no
// room, asks now and then whether the other side still answers, and ends when it does not. What the messages say, and
// whether to connect again, is decided elsewhere.
import { WebSocket } from 'ws';
import { retryAfterMs } from '../web.ts';

/** Past this the connection is broken off: a message that is merely too long must still be read to be counted. */
const maxPayloadBytes = 16 << 20;
/** Messages between two looks at whether there is room. */
const batchMessages = 64;
/** How much of a refusal is read: enough for the name of its reason. */
const refusalBytes = 2_048;

export interface StreamSocketOptions {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly protocol?: string;
  /** Offers permessage-deflate. */
  readonly deflate?: boolean;
  /** A connection that is not open by then is given up. */
  readonly connectMs: number;
  /** Dead after this time with neither ping, pong nor message. */
  readonly silenceMs: number;
  /** Between two questions of ours whether the other side is there. */
  readonly askEveryMs: number;
  readonly clock: () => number;
  readonly opened: () => void;
  readonly message: (data: Buffer, binary: boolean) => void;
  /** The answer to what we asked at `askedAt` (by the clock, ms): all that was sent before it has been handed over. */
  readonly answered: (askedAt: number) => void;
  /** Waited for between batches; nothing is read meanwhile. */
  readonly room: () => Promise<void>;
}

export interface SocketEnd {
  /** For people. */
  readonly why: string;
  /** Answered with this status instead of a stream, with the beginning of what it said. */
  readonly refusal?: { readonly status: number; readonly text: string; readonly retryAfterMs: number | undefined };
}

export interface StreamSocket {
  /** Resolves once, with why it ended. No callback comes after it. */
  readonly ended: Promise<SocketEnd>;
  /** Says something to the server; nothing happens once it is over. */
  send(text: string): void;
  close(why: string): void;
}

/** Opens a connection. Trouble of any kind is how it ends, never a rejection. */
export function openStreamSocket(options: StreamSocketOptions): StreamSocket {
  const { connectMs, silenceMs, clock } = options;
  let end: (ended: SocketEnd) => void = () => {};
  let over = false;
  let waiting = false;
  let unlooked = 0;
  let asking: NodeJS.Timeout | undefined;
  let asked: { readonly word: string; readonly at: number } | undefined;
  let questions = 0;
  const ended = new Promise<SocketEnd>((resolve) => {
    end = (how) => {
      if (over) return;
      over = true;
      clearTimeout(watchdog);
      clearInterval(asking);
      socket.terminate();
      resolve(how);
    };
  });

  // text frames of broken UTF-8 would end the connection again and again; here they are merely unreadable
  const socket = new WebSocket(options.url, options.protocol === undefined ? [] : [options.protocol], {
    maxPayload: maxPayloadBytes, perMessageDeflate: options.deflate === true, skipUTF8Validation: true,
    ...(options.headers === undefined ? {} : { headers: options.headers }),
  });
  let watchdog = setTimeout(() => end({ why: `no answer within ${seconds(connectMs)}` }), connectMs);
  const watch = (): NodeJS.Timeout =>
    setTimeout(() => {
      if (waiting) watchdog.refresh();
      else end({ why: `silent for ${seconds(silenceMs)}` });
    }, silenceMs);

  async function lookForRoom(): Promise<void> {
    waiting = true;
    socket.pause();
    try {
      await options.room();
    } catch {
      end({ why: 'the log refuses posts' });
    }
    waiting = false;
    if (over) return;
    watchdog.refresh();
    socket.resume();
  }

  function ask(): void {
    // one question at a time: what has no answer yet is answered late, or never, and then the watchdog ends it
    if (asked !== undefined || socket.readyState !== WebSocket.OPEN) return;
    asked = { word: String(questions++), at: clock() };
    socket.ping(asked.word);
  }

  socket.on('open', () => {
    if (over) return;
    clearTimeout(watchdog);
    watchdog = watch();
    asking = setInterval(ask, options.askEveryMs);
    options.opened();
    ask();
  });
  socket.on('ping', () => watchdog.refresh());
  socket.on('pong', (word) => {
    if (over) return;
    watchdog.refresh();
    if (asked === undefined || word.toString() !== asked.word) return;
    const { at } = asked;
    asked = undefined;
    options.answered(at);
  });
  socket.on('message', (data, binary) => {
    if (over) return;
    watchdog.refresh();
    options.message(Buffer.isBuffer(data) ? data : Buffer.concat(Array.isArray(data) ? data : [new Uint8Array(data)]), binary);
    if (++unlooked < batchMessages || waiting) return;
    unlooked = 0;
    void lookForRoom();
  });
  socket.on('unexpected-response', (_request, response) => {
    const status = response.statusCode ?? 0;
    let text = '';
    const tell = () => end({ why: `answered ${status} instead of a stream`, refusal: { status, text, retryAfterMs: retryAfterMs(response.headers['retry-after'] ?? null, clock()) } });
    response.setEncoding('utf8');
    response.on('data', (part: string) => {
      text = (text + part).slice(0, refusalBytes);
      if (text.length === refusalBytes) tell();
    });
    response.on('end', tell);
    response.on('error', tell);
  });
  socket.on('error', (error) => end({ why: reasonOf(error) }));
  socket.on('close', (code) => end({ why: `closed by the server (${code})` }));
  return {
    ended,
    send(text) {
      if (!over && socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    close: (why) => end({ why }),
  };
}

const seconds = (ms: number): string => `${Math.ceil(ms / 1000)} s`;

function reasonOf(error: Error & { code?: string }): string {
  if (error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN') return 'its name was not found';
  if (error.code === 'ECONNREFUSED') return 'it refuses connections';
  // the message can hold what the server sent: only its first line, printable and short
  return error.message.replace(/[^\x20-\x7e].*$/s, '').slice(0, 120) || (error.code ?? 'connection failed');
}
