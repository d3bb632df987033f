// `lines`: posts as NDJSON from a file or from standard input, matched in place on the bytes. The cursor of a file is
// the byte after the last line taken; standard input has none.
import { createReadStream } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { createNap } from '../nap.ts';
import type { Intake, Source, SourceDefinition, SourceDeps } from '../source.ts';

const options = z.strictObject({
  file: z.string().min(1).describe('NDJSON file, or `-` for standard input'),
  speed: z
    .union([z.literal('max'), z.number().positive()])
    .default('max')
    .describe("how fast to play: `max`, or a factor of the posts' own time (1 as it was, 60 a minute a second)"),
});

const lineBreak = 10;
/** A line longer than this is no post: it is dropped without being held. */
const maxLineBytes = 12 << 20;

/** Feeds chunks of bytes to an intake line by line; keeps the open end of a line between chunks. */
export function createLineFeed(intake: Intake): { take(chunk: Uint8Array): void; end(): void; taken(): number } {
  let rest: Uint8Array = new Uint8Array(0);
  let skipping = false;
  let taken = 0;

  function one(bytes: Uint8Array, start: number, end: number): void {
    if (skipping) {
      skipping = false;
      intake.dropped('too-long');
      return;
    }
    if (end > start && bytes[end - 1] === 13) end--;
    if (end > start) intake.line(bytes, start, end);
  }

  return {
    take(chunk) {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let start = 0;
      for (let end = bytes.indexOf(lineBreak); end !== -1; end = bytes.indexOf(lineBreak, start)) {
        one(bytes, start, end);
        start = end + 1;
      }
      taken += start;
      rest = bytes.subarray(start);
      if (rest.length > maxLineBytes) {
        taken += rest.length;
        rest = new Uint8Array(0);
        skipping = true;
      }
    },
    end() {
      if (rest.length > 0 || skipping) one(rest, 0, rest.length);
      taken += rest.length;
      rest = new Uint8Array(0);
    },
    taken: () => taken,
  };
}

function createLines({ file, speed }: z.infer<typeof options>, deps: SourceDeps): Source {
  const { intake, clock } = deps;
  const fromStart = file === '-' ? 0 : Number(deps.cursor ?? 0);
  let stream: Readable | undefined;
  let reading: Promise<void> | undefined;
  const nap = createNap();
  let stopped = false;

  async function read(): Promise<void> {
    const input: Readable = file === '-' ? process.stdin : createReadStream(file, { start: fromStart, highWaterMark: 256 << 10 });
    stream = input;
    const feed = createLineFeed(speed === 'max' ? intake : paced(intake));
    intake.state('live', file === '-' ? 'reading standard input' : `reading ${file}`);
    for await (const chunk of input as AsyncIterable<Uint8Array>) {
      if (stopped) return;
      if (speed === 'max') {
        feed.take(chunk);
        intake.cursor(String(fromStart + feed.taken()));
      } else {
        await playSlowly(chunk, feed);
      }
      await intake.ready();
    }
    feed.end();
    intake.cursor(String(fromStart + feed.taken()));
    if (!stopped) deps.ended();
  }

  let firstTs: number | undefined;
  let startedAt = 0;
  let dueAt = 0;

  /** The same intake, noting when the post just taken was due by its own time. */
  function paced(inner: Intake): Intake {
    return {
      ...inner,
      line(bytes, start, end) {
        const ts = timeIn(bytes, start, end);
        if (ts !== undefined) {
          if (firstTs === undefined) {
            firstTs = ts;
            startedAt = clock();
          }
          dueAt = Math.max(dueAt, startedAt + (ts - firstTs) / (speed as number));
        }
        return inner.line(bytes, start, end);
      },
    };
  }

  async function playSlowly(chunk: Uint8Array, feed: ReturnType<typeof createLineFeed>): Promise<void> {
    let start = 0;
    while (start < chunk.length && !stopped) {
      const found = chunk.indexOf(lineBreak, start);
      const end = found === -1 ? chunk.length : found + 1;
      feed.take(chunk.subarray(start, end));
      intake.cursor(String(fromStart + feed.taken()));
      start = end;
      const waitMs = dueAt - clock();
      if (waitMs > 5) await nap.sleep(waitMs);
    }
  }

  return {
    async start() {
      reading ??= read().catch((error: unknown) => {
        if (!stopped) intake.state('blind', `can't read ${file}: ${(error as Error).message}`);
      });
    },
    async stop() {
      stopped = true;
      nap.wake();
      stream?.destroy();
      await reading;
    },
  };
}

const timeField = /"ts"\s*:\s*(?:"([^"\\]{10,40})"|(\d{1,16}))/;

function timeIn(bytes: Uint8Array, start: number, end: number): number | undefined {
  const found = timeField.exec(new TextDecoder('latin1').decode(bytes.subarray(start, end)));
  if (found === null) return undefined;
  const ms = found[1] === undefined ? Number(found[2]) : Date.parse(found[1]);
  return Number.isNaN(ms) ? undefined : ms;
}

export default {
  type: 'lines',
  summary: 'Posts as NDJSON from a file or standard input.',
  options,
  silenceNormal: true,
  filtered: true,
  latenessMs: 2_000,
  create: createLines,
  async check({ file }) {
    if (file === '-') return { ok: true, detail: 'reads standard input' };
    try {
      await access(file, constants.R_OK);
      return { ok: true, detail: `${file} can be read` };
    } catch (error) {
      return { ok: false, detail: `${file} can't be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'}): check its path and rights` };
    }
  },
} satisfies SourceDefinition<typeof options>;
