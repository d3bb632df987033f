// For tests of what stands before the log: an intake on a clock that the test holds, its frames and states as values.
import { decodeFrame, type Frame, type SourceState } from '../shared/frame.ts';
import type { OutRecord } from '../shared/bus.ts';
import { serviceSchema } from '../shared/service.ts';
import { topics } from '../shared/topics.ts';
import { createIntake, type OwnIntake, type SavedCursor } from './intake.ts';
import { createMatcher } from './match.ts';
import { createMentionMaker } from './mentions.ts';

export const start = Date.UTC(2026, 4, 3, 19, 30);
const services = [serviceSchema.parse({ id: 'acme', name: 'Acme' }), serviceSchema.parse({ id: 'globex', name: 'Globex' })];

export interface IntakeHouse {
  readonly intake: OwnIntake;
  readonly now: { ms: number };
  readonly frames: Frame[];
  readonly states: { readonly state: SourceState; readonly detail: string }[];
  readonly cursors: SavedCursor[];
}

export interface SlowLog {
  readonly frameMs: number;
  /** The log has kept what it was given, and answers when this resolves. */
  readonly answered: () => Promise<void>;
}

/** One partition; frames close only when asked to, and the log answers at once, unless `slow` says otherwise. */
export function createIntakeHouse(saved?: SavedCursor, slow?: SlowLog): IntakeHouse {
  const now = { ms: start };
  const frames: Frame[] = [];
  const states: { state: SourceState; detail: string }[] = [];
  const cursors: SavedCursor[] = [];
  const matcher = createMatcher(services);
  const intake = createIntake({
    head: { source: 'one', instance: 'a', epoch: start, filtered: true },
    latenessMs: 2_000, saved,
    bus: {
      partitions: () => 1,
      async publish(records: readonly OutRecord[]) {
        for (const { topic, value } of records) {
          if (topic === topics.cursors.name) cursors.push(JSON.parse(new TextDecoder().decode(value!)) as SavedCursor);
          else {
            const read = decodeFrame(value!, true);
            if ('reason' in read) throw new Error(read.reason);
            frames.push(read.frame);
          }
        }
        await slow?.answered();
      },
    },
    maker: createMentionMaker(services, matcher, (_kind, value) => value),
    matcher,
    clock: () => now.ms,
    frameMs: slow?.frameMs ?? 2 ** 31 - 1, frameBytes: Number.MAX_SAFE_INTEGER,
    stateChanged: (state, detail) => states.push({ state, detail }),
    trouble: () => {},
  });
  return { intake, now, frames, states, cursors };
}
