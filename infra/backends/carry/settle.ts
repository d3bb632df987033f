// Brings every role in a carried file to the end of what it has to read, so that each leaves a state that stands there.
// Nothing is sent: the deliveries that this makes wait until the installation runs again.
import type { Role } from '../../../shared/bus.ts';
import { openEmbedded } from '../embedded/embedded-bus.ts';

const lookMs = 50;

/** Runs `roles` on the file until none is behind. Rejects with what keeps one from reading. */
export async function settle(file: string, partitions: number, roles: readonly Role[]): Promise<void> {
  // joined, because retention by the age of rows does not hold for rows that came topic by topic
  const { bus } = openEmbedded({ file, partitions, mode: 'join', maxBytes: null });
  let broken: Error | null = null;
  try {
    for (const role of roles) {
      await bus.work(role, (error) => {
        broken ??= error;
      });
    }
    while (broken === null && bus.progress().some(({ live, lag }) => !live || lag > 0)) await new Promise((resolve) => setTimeout(resolve, lookMs));
  } finally {
    await bus.close();
  }
  if (broken !== null) throw broken as Error;
}
