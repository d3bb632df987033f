// A member of a consumer group: joins, keeps its place by heartbeats, and tells what it is dealt. It reads and commits
// nothing. Our own loop on Kafka's group protocol, because kafkajs's consumer can wait for ever for an answer that a lost
// connection took with it, and then neither works nor leaves.
import { deal, decodeClaim, decodeHand, encodeClaim, encodeHand } from './assigner.ts';
import { isPassing, typeOf } from './kafka-error.ts';
import type { Link } from './link.ts';

const sessionTimeoutMs = 10_000;
const heartbeatEveryMs = 1_000;
/** Members here answer within a second, whatever they work at: the runners go on meanwhile. */
const rebalanceTimeoutMs = 30_000;
/** Joining waits for the others, as long as the cluster lets them take. */
const joinAnswerMs = rebalanceTimeoutMs + 10_000;
const againMs = 200;

export interface MemberDeps {
  readonly link: Link;
  readonly group: string;
  /** The input's name on the cluster. */
  readonly place: string;
  readonly partitions: readonly number[];
  /** One member gets all. */
  readonly whole: boolean;
  /** What this member works at now. */
  readonly owned: () => readonly number[];
  /** What it is to work at from now on. */
  readonly dealt: (partitions: readonly number[]) => void;
  /** After each heartbeat that the group answered: it counts us in, and nobody else has what we were dealt. */
  readonly beat: () => void;
  /** Trouble that trying again does not mend. */
  readonly failed: (error: unknown) => void;
}

export interface Member {
  /** Resolves when the first hand is dealt, or when that has failed or takes long. */
  readonly joined: Promise<void>;
  /** Leaves the group at once. Idempotent. */
  leave(): Promise<void>;
}

interface Seat {
  readonly memberId: string;
  readonly groupGenerationId: number;
}

export function joinGroup(deps: MemberDeps): Member {
  const { link, group, place } = deps;
  const coordinator = () => link.coordinator('group', group);
  let memberId = '';
  let stopped = false;
  let wake = () => {};
  let settleJoined = () => {};
  const joined = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, joinAnswerMs);
    settleJoined = () => {
      clearTimeout(timer);
      resolve();
    };
  });

  function sleep(ms: number): Promise<void> {
    if (stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async function takeSeat(): Promise<Seat> {
    const protocol = deps.whole ? 'outcry-one' : 'outcry-sticky';
    const join = await (await coordinator()).joinGroup({
      groupId: group, memberId, sessionTimeout: sessionTimeoutMs, rebalanceTimeout: rebalanceTimeoutMs, groupProtocols: [{ name: protocol, metadata: encodeClaim(place, deps.owned()) }],
    }, joinAnswerMs);
    memberId = join.memberId;
    const hands = join.leaderId === memberId ? deal(join.members.map((one) => decodeClaim(one.memberId, one.memberMetadata)), deps.partitions, deps.whole) : new Map<string, number[]>();
    const { memberAssignment } = await (await coordinator()).syncGroup({
      groupId: group, generationId: join.generationId, memberId, groupAssignment: [...hands].map(([member, hand]) => ({ memberId: member, memberAssignment: encodeHand(place, hand) })),
    }, joinAnswerMs);
    if (!stopped) deps.dealt(decodeHand(place, memberAssignment));
    return { memberId, groupGenerationId: join.generationId };
  }

  /** Keeps the seat until the group deals anew or has forgotten us, which the error tells. */
  async function keep(seat: Seat): Promise<void> {
    while (!stopped) {
      await sleep(heartbeatEveryMs);
      if (stopped) return;
      // a heartbeat that is lost with its connection says nothing of our seat: ask again
      await link.again(async () => (await coordinator()).heartbeat({ groupId: group, ...seat }), { gaveUp: () => stopped });
      deps.beat();
    }
  }

  const done = (async () => {
    while (!stopped) {
      try {
        const seat = await takeSeat();
        settleJoined();
        await keep(seat);
      } catch (error) {
        if (stopped) break;
        const type = typeOf(error);
        if (type === 'REBALANCE_IN_PROGRESS' || type === 'ILLEGAL_GENERATION') continue;
        if (type === 'UNKNOWN_MEMBER_ID') {
          memberId = '';
          continue;
        }
        if (!isPassing(error)) {
          deps.failed(error);
          break;
        }
        await sleep(againMs);
        await link.mend(error);
      }
    }
    settleJoined();
  })();

  return {
    joined,
    async leave() {
      if (!stopped) {
        stopped = true;
        wake();
        const left = memberId === '' ? undefined : coordinator().then((broker) => broker.leaveGroup({ groupId: group, memberId }));
        // a group that can't be told finds out by itself
        await left?.catch(() => {});
        await link.close();
      }
      await done;
    },
  };
}
