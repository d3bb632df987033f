// An HTTP client down to the bytes, for requests that no decent client sends. It reads answers one after another.
import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface RawConnection {
  readonly socket: Socket;
  /** The next answer, or null when the server closed without one. `bodyless` after HEAD. */
  answer(bodyless?: boolean): Promise<RawAnswer | null>;
}

export function openRaw(address: string): RawConnection {
  const { hostname, port } = new URL(address);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  let held = Buffer.alloc(0);
  let over = false;
  let wake = () => {};
  socket.on('data', (chunk: Buffer) => {
    held = Buffer.concat([held, chunk]);
    wake();
  });
  const close = () => {
    over = true;
    socket.destroy();
    wake();
  };
  socket.on('end', close);
  socket.on('error', close);
  socket.on('close', close);

  return {
    socket,
    async answer(bodyless = false) {
      for (;;) {
        const found = readAnswer(held, bodyless);
        if (found !== null) {
          held = held.subarray(found.length);
          return found.answer;
        }
        if (over) return null;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

/** A whole answer at the start of `bytes` and its length, or null while it is not whole. */
function readAnswer(bytes: Buffer, bodyless: boolean): { answer: RawAnswer; length: number } | null {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd === -1) return null;
  const [first = '', ...rest] = bytes.toString('latin1', 0, headEnd).split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(first)?.[1]);
  if (!Number.isInteger(status)) throw new Error(`no status line: ${first.slice(0, 100)}`);
  const headers = Object.fromEntries(rest.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
  const start = headEnd + 4;
  const body = bodyless || status === 204 || status === 304 ? { text: '', end: start } : bodyAt(bytes, start, headers);
  return body === null ? null : { answer: { status, headers, body: body.text }, length: body.end };
}

function bodyAt(bytes: Buffer, start: number, headers: Readonly<Record<string, string>>): { text: string; end: number } | null {
  if (headers['transfer-encoding'] !== 'chunked') {
    const end = start + Number(headers['content-length'] ?? 0);
    return bytes.length < end ? null : { text: bytes.toString('utf8', start, end), end };
  }
  let text = '';
  for (let at = start; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd === -1) return null;
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    const next = lineEnd + 2 + size + 2;
    if (bytes.length < next) return null;
    if (size === 0) return { text, end: next };
    text += bytes.toString('utf8', lineEnd + 2, lineEnd + 2 + size);
    at = next;
  }
}
