// Which faults a run has, in which order and how long: the long form that `npm run faults` plays, and the short one of
// the tests, with a tenth of the posts and each fault once.
import {
  brokerFrozen, brokerKilled, detectorComesAndGoes, frozenFormerOwner, killOf, networkClosesLate, networkCut, networkSlow, redisEvicting, redisFlushed, redisFull, redisKilled,
} from './harm.ts';
import type { Plan } from './play.ts';

const victims = ['in-1', 'det-1', 'note-1', 'in-1', 'det-2', 'note-1'] as const;
const killsOf = (count: number, thenMs: number) => Array.from({ length: count }, (_, i) => killOf(victims[i % victims.length]!, thenMs));

/** Over a million posts while the faults are done. */
export const longPlan: Plan = {
  posts: 2_400_000, postsPerSecond: 4_000, eventPerSecond: 50, outageEveryMs: 120_000,
  harms: [
    ...killsOf(30, 2_000), brokerKilled, brokerFrozen(20_000), redisKilled(8_000), redisFlushed(5), redisFull(10_000), redisEvicting(10_000),
    detectorComesAndGoes(10), networkSlow(300, 15_000), networkCut(3, 5_000), networkClosesLate(5_000, 10_000),
    frozenFormerOwner('ingest'), frozenFormerOwner('detector'), frozenFormerOwner('notifier'),
  ],
};

/** Its posts last for more than twice the time that all of it takes on a busy machine: 190 s. */
export const shortPlan: Plan = {
  posts: 200_000, postsPerSecond: 450, eventPerSecond: 20, outageEveryMs: 60_000,
  harms: [
    ...killsOf(3, 1_500), brokerKilled, brokerFrozen(12_000), redisKilled(3_000), redisFlushed(1), redisFull(3_000), redisEvicting(3_000),
    detectorComesAndGoes(1), networkSlow(200, 4_000), networkCut(1, 2_000), networkClosesLate(2_000, 2_000), frozenFormerOwner('detector'),
  ],
};
