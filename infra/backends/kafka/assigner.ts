// Which member of a consumer group works at which partitions: evenly, and each keeps what it has as long as that is even,
// because a partition that moves has its state restored elsewhere. A role with one owner gives everything to one member.
import kafkajs, { type PartitionAssigner } from 'kafkajs';

const { AssignerProtocol } = kafkajs;

export interface Claim {
  readonly member: string;
  /** What it works at now. */
  readonly owned: readonly number[];
}

/**
 * Deals partitions to members. `whole`: all to the one that owns most of them now, else to the first by name. Pure:
 * the order of the members does not matter.
 */
export function deal(claims: readonly Claim[], partitions: readonly number[], whole: boolean): Map<string, number[]> {
  const members = [...claims].sort((a, b) => (a.member < b.member ? -1 : 1));
  const dealt = new Map(members.map(({ member }): [string, number[]] => [member, []]));
  if (members.length === 0) return dealt;
  if (whole) {
    const owner = members.reduce((best, one) => (one.owned.length > best.owned.length ? one : best));
    dealt.set(owner.member, [...partitions]);
    return dealt;
  }
  const least = Math.floor(partitions.length / members.length);
  let withOneMore = partitions.length % members.length;
  const left = new Set(partitions);
  // those that own most keep the odd ones, so that fewest move
  for (const { member, owned } of members.toSorted((a, b) => b.owned.length - a.owned.length)) {
    const wanted = owned.filter((partition) => left.has(partition));
    const most = wanted.length > least && withOneMore > 0 ? least + 1 : least;
    if (most > least) withOneMore--;
    for (const partition of wanted.slice(0, most)) {
      left.delete(partition);
      dealt.get(member)!.push(partition);
    }
  }
  for (const partition of left) {
    const [hand] = [...dealt.values()].toSorted((a, b) => a.length - b.length);
    hand!.push(partition);
  }
  return dealt;
}

/** `deal` as kafkajs wants it. `owned` tells what this member works at when it joins. */
export function createAssigner(whole: boolean, owned: () => readonly number[]): PartitionAssigner {
  const name = whole ? 'outcry-one' : 'outcry-sticky';
  const version = 1;
  return ({ cluster }) => ({
    name,
    version,
    protocol: ({ topics }) => ({ name, metadata: AssignerProtocol.MemberMetadata.encode({ version, topics, userData: Buffer.from(owned().join(',')) }) }),
    async assign({ members, topics }) {
      const claims = members.map(({ memberId, memberMetadata }) => ({ member: memberId, owned: claimOf(memberMetadata) }));
      const byMember = new Map(claims.map(({ member }): [string, Record<string, number[]>] => [member, {}]));
      for (const topic of topics) {
        const known = (cluster as unknown as { findTopicPartitionMetadata(topic: string): { partitionId: number }[] }).findTopicPartitionMetadata(topic);
        const partitions = known.map(({ partitionId }) => partitionId).sort((a, b) => a - b);
        for (const [member, own] of deal(claims, partitions, whole)) if (own.length > 0) byMember.get(member)![topic] = own;
      }
      return [...byMember].map(([memberId, assignment]) => ({ memberId, memberAssignment: AssignerProtocol.MemberAssignment.encode({ version, assignment, userData: Buffer.alloc(0) }) }));
    },
  });
}

/** What a member says that it owns; nothing where its metadata is another's or unreadable. */
function claimOf(metadata: Buffer): number[] {
  try {
    const said = AssignerProtocol.MemberMetadata.decode(metadata)?.userData.toString() ?? '';
    return said === '' ? [] : said.split(',').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}
