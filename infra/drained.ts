// Whether all that was accepted has gone through every role and been told: what a run that ends by itself waits for.
import { decodeDelivery } from '../notifier/deliver.ts';
import type { Bus } from '../shared/bus.ts';
import { topics } from '../shared/topics.ts';

const lookMs = 50;

/** Resolves when no role is behind and no delivery is pending, or when `over` says that nobody waits for it any more. */
export async function drained(bus: Bus, over: () => boolean = () => false): Promise<void> {
  for (let calm = 0; calm < 3; ) {
    await new Promise((resolve) => setTimeout(resolve, lookMs));
    if (over()) return;
    const behind = bus.progress().some(({ live, lag }) => !live || lag > 0);
    calm = behind || (await pending(bus)) ? 0 : calm + 1;
  }
}

async function pending(bus: Bus): Promise<boolean> {
  for (const { value } of (await bus.latest(topics.deliveries.name)).values()) {
    const decoded = value === null ? { reason: 'erased' } : decodeDelivery(value);
    if ('delivery' in decoded && decoded.delivery.state === 'pending') return true;
  }
  return false;
}
