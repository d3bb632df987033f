// Lines with their numbers out of chunks of bytes, with a bound on what one line may hold.

export interface NumberedLine {
  /** null: longer than the bound, and let go. */
  readonly text: string | null;
  readonly number: number;
}

/** Empty lines, with CRLF too, are counted and left out. A byte order mark at the start is no part of the first. */
export function createLineReader(maxBytes: number): { take(chunk: Buffer): NumberedLine[]; end(): NumberedLine[] } {
  let pieces: Buffer[] = [];
  let held = 0;
  let number = 0;

  function close(last: Buffer): NumberedLine[] {
    number++;
    const long = held + last.length > maxBytes;
    const whole = long ? null : Buffer.concat([...pieces, last]).toString('utf8').replace(/\r$/, '');
    const text = number === 1 && whole !== null ? whole.replace(/^\ufeff/, '') : whole;
    pieces = [];
    held = 0;
    return text === '' ? [] : [{ text, number }];
  }

  return {
    take(chunk) {
      const lines: NumberedLine[] = [];
      let start = 0;
      for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
        lines.push(...close(chunk.subarray(start, end)));
        start = end + 1;
      }
      held += chunk.length - start;
      if (held <= maxBytes) pieces.push(chunk.subarray(start));
      else pieces = [];
      return lines;
    },
    end: () => (held === 0 ? [] : close(Buffer.alloc(0))),
  };
}
