// The trial: whether a name really stands where the word filter says that one may begin, matched exactly, still in place on the
// bytes: from a blank before it, so that phrases around it are seen, to where nothing is begun any more.
import { codePointAt } from './line-letters.ts';
import type { Matcher, Standing } from './match.ts';

export type TrialReader = {
  /** Before the first question about a string whose inside begins at buf[start]. */
  begin(start: number): void;
  /**
   * Whether a name stands near buf[from, past), where one may begin at or behind `from`. True too where that can't be told
   * cheaply. Reads nothing at or past `end`.
   */
  isNamed(buf: Uint8Array, from: number, past: number, end: number): boolean;
  /** How far it read: no name that begins before this was missed. */
  readonly readTo: number;
  /** After `isNamed` said so: the services that stand there, for certain or perhaps, by index, if all of them may be passed; else null. */
  readonly passed: readonly number[] | null;
};

const quote = 0x22;
const backslash = 0x5c;
const space = 0x20;
/** So far before a name phrases that cover it are looked for; of a longer one the beginning is missed, and more let through. */
const reachBytes = 48;
/** Farther back no blank is looked for, and no more questions are answered of a string: a stranger writes it. */
const mostBack = 512;
const mostTrials = 64;

/** Makes the reader of one matcher. `passed`: by index, 1 for services that may be passed. */
export function createTrialReader({ trial }: Matcher, passed?: Uint8Array): TrialReader {
  const reader: { -readonly [K in keyof TrialReader]: TrialReader[K] } = { begin, isNamed, readTo: 0, passed: null };
  let start = 0;
  let trials = 0;

  function begin(inside: number): void {
    start = inside;
    trials = 0;
  }

  function isNamed(buf: Uint8Array, from: number, past: number, end: number): boolean {
    reader.passed = null;
    if (++trials > mostTrials) return true;
    let near = read(buf, from, past, end);
    if (near === 'doubtful' && !passes()) near = read(buf, from - reachBytes, past, end);
    if (near === 'certain' || near === 'doubtful') passes();
    return near !== 'none';
  }

  function passes(): boolean {
    if (passed === undefined) return false;
    for (const service of trial.named) if (passed[service] === 0) return false;
    reader.passed = trial.named;
    return true;
  }

  /** Reads from the blank before `from`. */
  function read(buf: Uint8Array, from: number, past: number, end: number): Standing | 'unread' {
    let i = Math.max(start, from);
    const least = Math.max(start, i - mostBack);
    while (i > least && buf[i - 1] !== space) i--;
    if (i === least && i > start) return 'unread';
    trial.begin();
    while (i < end) {
      const byte = buf[i]!;
      if (byte === quote || (i >= past && trial.rests() && !trial.inWord())) {
        reader.readTo = i;
        return trial.end();
      }
      if (byte < 0x80 && byte !== backslash) {
        trial.tell(byte);
        i++;
      } else {
        const odd = codePointAt(buf, i, end);
        if (odd < 0) return 'unread';
        trial.tell(odd >> 4);
        i += odd & 15;
      }
    }
    return 'unread';
  }

  return reader;
}
