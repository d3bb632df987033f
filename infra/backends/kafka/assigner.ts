// Which member of a consumer group works at which partitions: evenly, and each keeps what it has as long as that is even,
// because a partition that moves has its state restored elsewhere. A role with one owner gives everything to one member.
import kafkajs from 'kafkajs';

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

const version = 1;

/** What a member says when it joins: the topic it wants, and what it works at. In the form of Kafka's consumer protocol. */
export function encodeClaim(topic: string, owned: readonly number[]): Buffer {
  return AssignerProtocol.MemberMetadata.encode({ version, topics: [topic], userData: Buffer.from(owned.join(',')) });
}

/** What a member said that it works at; nothing where its words are another's or unreadable. */
export function decodeClaim(member: string, metadata: Buffer): Claim {
  try {
    const said = AssignerProtocol.MemberMetadata.decode(metadata)?.userData.toString() ?? '';
    return { member, owned: said === '' ? [] : said.split(',').map(Number).filter(Number.isInteger) };
  } catch {
    return { member, owned: [] };
  }
}

/** What the leader of a group tells a member. */
export function encodeHand(topic: string, partitions: readonly number[]): Buffer {
  return AssignerProtocol.MemberAssignment.encode({ version, assignment: partitions.length === 0 ? {} : { [topic]: [...partitions] }, userData: Buffer.alloc(0) });
}

export function decodeHand(topic: string, assignment: Buffer): number[] {
  const hand = assignment.length === 0 ? [] : (AssignerProtocol.MemberAssignment.decode(assignment)?.assignment[topic] ?? []);
  return [...hand].sort((a, b) => a - b);
}
