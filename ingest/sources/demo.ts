// `demo`: plays the simulated evening of 3 May 2017, so that a first run shows everything without an account. The
// cursor is the number of posts played; the world is the same every time.
import { z } from 'zod';
import { pagesFrom } from '../demo/pages.ts';
import { createWorld } from '../demo/world.ts';
import { createNap } from '../nap.ts';
import type { Source, SourceDefinition, SourceDeps } from '../source.ts';

const options = z.strictObject({
  seed: z.number().int().default(2017).describe('another number, another evening'),
  speed: z.union([z.literal('max'), z.number().positive()]).default(60).describe('seconds of the evening per second; `max` as fast as it goes'),
});

export const demoStartMs = Date.UTC(2017, 4, 3, 19, 30);
const batchPosts = 250;
const tickMs = 50;

function createDemo({ seed, speed }: z.infer<typeof options>, deps: SourceDeps): Source {
  const { intake, clock } = deps;
  const nap = createNap();
  let stopped = false;
  let playing: Promise<void> | undefined;

  async function play(): Promise<void> {
    const world = createWorld({ seed, start: demoStartMs });
    const from = Number(deps.cursor ?? 0);
    const notices = pagesFrom(demoStartMs);
    let played = 0;
    let pending = 0;
    let begun: { at: number; ts: number } | undefined;
    intake.state('live', 'the simulated evening of 3 May 2017');
    for (const post of world.posts()) {
      // before the post that comes after it, so that the cursor covers both
      while (notices.length > 0 && notices[0]!.ts <= post.ts) {
        const notice = notices.shift()!;
        if (played >= from) intake.notice(notice);
      }
      if (played++ < from) continue;
      begun ??= { at: clock(), ts: post.ts };
      const dueMs = speed === 'max' ? 0 : begun.at + (post.ts - begun.ts) / speed - clock();
      if (pending > 0 && (pending >= batchPosts || dueMs > 0)) {
        intake.cursor(String(played - 1));
        pending = 0;
        await intake.ready();
        if (dueMs > 0) await nap.sleep(Math.max(tickMs, dueMs));
        else await new Promise(setImmediate);
        if (stopped) return;
      }
      intake.post(post);
      pending++;
    }
    intake.cursor(String(played));
    deps.ended();
  }

  return {
    async start() {
      playing ??= play();
    },
    async stop() {
      stopped = true;
      nap.wake();
      await playing;
    },
  };
}

export default {
  type: 'demo',
  summary: 'The simulated evening of 3 May 2017: two hours in two minutes, no account needed.',
  options,
  silenceNormal: false,
  workers: 'one',
  filtered: false,
  latenessMs: 2_000,
  create: createDemo,
  check: async () => ({ ok: true, detail: 'needs nothing' }),
} satisfies SourceDefinition<typeof options>;
