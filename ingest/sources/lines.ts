// `lines`: posts as NDJSON from a file or from standard input, matched in place on the bytes. A file has a place to go on
// from; standard input has none.
import { createReadStream } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { createNap } from '../nap.ts';
import type { Intake, Source, SourceDefinition, SourceDeps } from '../source.ts';
import { createClockWatch } from '../steady-clock.ts';
import { findPlace, type LinesPlace } from './lines/place.ts';
import { createPulse, type Pulse } from './lines/pulse.ts';
import { readLineTime } from './lines/time.ts';

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

/** Feeds chunks of bytes to an intake line by line; keeps the open end of a line between chunks. A byte order mark at the start is no part of a line. */
export function createLineFeed(intake: Intake): { take(chunk: Uint8Array): void; end(): void; taken(): number } {
  let rest: Uint8Array = new Uint8Array(0);
  let skipping = false;
  let begun = false;
  let taken = 0;

  function one(bytes: Uint8Array, start: number, end: number): void {
    if (!begun && bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf) start += 3;
    begun = true;
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

const noPlace: LinesPlace = { from: 0, anew: undefined, cursorAt: () => '' };

function createLines({ file, speed }: z.infer<typeof options>, deps: SourceDeps): Source {
  const { intake, clock } = deps;
  let place = noPlace;
  let stream: Readable | undefined;
  let reading: Promise<void> | undefined;
  const nap = createNap();
  let stopped = false;

  async function readInput(): Promise<void> {
    // a live source that has said nothing yet would hold back the time of all others
    intake.state('blind', 'waiting for input');
    const pulse = createPulse(intake, clock, createClockWatch(clock, () => performance.now()));
    // posts that are played slowly have a time of their own
    if (speed === 'max') pulse.start();
    try {
      await take(process.stdin, pulse.intake, pulse);
    } finally {
      pulse.stop();
    }
  }

  async function readFile(): Promise<void> {
    place = await findPlace(file, deps.cursor);
    if (stopped) return;
    const { from, anew } = place;
    intake.state('live', anew === undefined ? `reading ${file}` : `reading ${file} from its start: ${anew}`);
    await take(createReadStream(file, { ...(from === 0 ? {} : { start: from }), highWaterMark: 256 << 10 }), intake);
  }

  async function take(input: Readable, to: Intake, pulse?: Pulse): Promise<void> {
    stream = input;
    const feed = createLineFeed(speed === 'max' ? to : paced(to));
    pulse?.idle();
    for await (const chunk of input as AsyncIterable<Uint8Array>) {
      if (stopped) return;
      pulse?.busy();
      if (speed === 'max') {
        feed.take(chunk);
        intake.cursor(place.cursorAt(place.from + feed.taken()));
      } else {
        await playSlowly(chunk, feed);
      }
      await intake.ready();
      pulse?.idle();
    }
    if (stopped) return;
    feed.end();
    intake.cursor(place.cursorAt(place.from + feed.taken()));
    deps.ended();
  }

  let firstTs: number | undefined;
  let startedAt = 0;
  let dueAt = 0;

  /** The same intake, noting when the post just taken was due by its own time. */
  function paced(inner: Intake): Intake {
    return {
      ...inner,
      line(bytes, start, end) {
        const ts = readLineTime(bytes, start, end);
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
      intake.cursor(place.cursorAt(place.from + feed.taken()));
      start = end;
      const waitMs = dueAt - clock();
      if (waitMs > 5) await nap.sleep(waitMs);
    }
  }

  return {
    async start() {
      reading ??= (file === '-' ? readInput() : readFile()).catch((error: unknown) => {
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

export default {
  type: 'lines',
  summary: 'Posts as NDJSON from a file or standard input.',
  options,
  silenceNormal: true,
  workers: 'one',
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
