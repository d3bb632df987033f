// Breaks a server's connection after so many bytes, wherever in a message that falls.
import type { Socket } from 'node:net';

/** Lets `left` bytes through and then breaks the connection, in the middle of a frame if it falls so. */
export function cutAfter(socket: Socket, left: number): void {
  const write = socket.write.bind(socket) as (chunk: Buffer, done?: () => void) => boolean;
  const limited = (chunk: string | Buffer, ...rest: unknown[]): boolean => {
    const bytes = Buffer.from(chunk);
    const done = rest.find((one): one is () => void => typeof one === 'function');
    if (left <= 0) return false;
    const part = bytes.subarray(0, left);
    left -= bytes.length;
    return left > 0 ? write(part, done) : write(part, () => socket.destroy());
  };
  socket.write = limited as typeof socket.write;
}

/** Sends every write in pieces of at most `size` bytes, so that characters and frames are split across chunks. */
export function dribble(socket: Socket, size: number): void {
  const write = socket.write.bind(socket) as (chunk: Buffer, done?: () => void) => boolean;
  socket.setNoDelay(true);
  const pieces = (chunk: string | Buffer, ...rest: unknown[]): boolean => {
    const bytes = Buffer.from(chunk);
    const done = rest.find((one): one is () => void => typeof one === 'function');
    let kept = true;
    for (let at = 0; at < bytes.length; at += size) {
      const last = at + size >= bytes.length;
      kept = write(bytes.subarray(at, at + size), last ? done : undefined);
    }
    return kept;
  };
  socket.write = pieces as typeof socket.write;
}
