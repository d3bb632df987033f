// One connection to a Jetstream: connects within a deadline, hands over messages, stops reading while there is no room,
// and ends when the server goes silent. What the messages say, and whether to connect again, is decided elsewhere.
import { WebSocket } from 'ws';

/** Past this the connection is broken off: a message that is merely too long must still be read to be counted. */
const maxPayloadBytes = 16 << 20;
/** Messages between two looks at whether there is room. */
const batchMessages = 64;

export interface JetstreamSocketOptions {
  readonly url: string;
  /** A connection that is not open by then is given up. */
  readonly connectMs: number;
  /** Dead after this time with neither ping nor message. */
  readonly silenceMs: number;
  readonly opened: () => void;
  readonly message: (data: Buffer, binary: boolean) => void;
  /** Waited for between batches; nothing is read meanwhile. */
  readonly room: () => Promise<void>;
}

export interface JetstreamSocket {
  /** Resolves once, with why it ended, for people. No callback comes after it. */
  readonly ended: Promise<string>;
  close(why: string): void;
}

/** Opens a connection. Trouble of any kind is how it ends, never a rejection. */
export function openJetstreamSocket(options: JetstreamSocketOptions): JetstreamSocket {
  const { connectMs, silenceMs } = options;
  let end: (why: string) => void = () => {};
  let over = false;
  let waiting = false;
  let unlooked = 0;
  const ended = new Promise<string>((resolve) => {
    end = (why) => {
      if (over) return;
      over = true;
      clearTimeout(watchdog);
      socket.terminate();
      resolve(why);
    };
  });

  // text frames of broken UTF-8 would end the connection again and again; here they are merely unreadable
  const socket = new WebSocket(options.url, { maxPayload: maxPayloadBytes, perMessageDeflate: false, skipUTF8Validation: true });
  let watchdog = setTimeout(() => end(`no answer within ${seconds(connectMs)}`), connectMs);
  const watch = (): NodeJS.Timeout =>
    setTimeout(() => {
      if (waiting) watchdog.refresh();
      else end(`silent for ${seconds(silenceMs)}`);
    }, silenceMs);

  async function lookForRoom(): Promise<void> {
    waiting = true;
    socket.pause();
    try {
      await options.room();
    } catch {
      end('the log refuses posts');
    }
    waiting = false;
    if (over) return;
    watchdog.refresh();
    socket.resume();
  }

  socket.on('open', () => {
    if (over) return;
    clearTimeout(watchdog);
    watchdog = watch();
    options.opened();
  });
  socket.on('ping', () => watchdog.refresh());
  socket.on('message', (data, binary) => {
    if (over) return;
    watchdog.refresh();
    options.message(Buffer.isBuffer(data) ? data : Buffer.concat(Array.isArray(data) ? data : [new Uint8Array(data)]), binary);
    if (++unlooked < batchMessages || waiting) return;
    unlooked = 0;
    void lookForRoom();
  });
  socket.on('unexpected-response', (_request, response) => end(`answered ${response.statusCode ?? 'nothing'} instead of a stream`));
  socket.on('error', (error) => end(reasonOf(error)));
  socket.on('close', (code) => end(`closed by the server (${code})`));
  return { ended, close: end };
}

const seconds = (ms: number): string => `${Math.ceil(ms / 1000)} s`;

function reasonOf(error: Error & { code?: string }): string {
  if (error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN') return 'its name was not found';
  if (error.code === 'ECONNREFUSED') return 'it refuses connections';
  // the message can hold what the server sent: only its first line, printable and short
  return error.message.replace(/[^\x20-\x7e].*$/s, '').slice(0, 120) || (error.code ?? 'connection failed');
}
