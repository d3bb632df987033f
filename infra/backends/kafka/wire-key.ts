// Keys as they stand on the cluster. Where a topic has markers, which only the latest hour needs, compaction is to take
// the old ones and nothing else: so every other record there gets a key of its own, with ours in front.
import { topics, type TopicName, type TopicSpec } from '../../../shared/topics.ts';

const cut = '\u0000';
const marked: ReadonlyMap<string, string> = new Map(
  Object.values(topics).flatMap((spec: TopicSpec): [string, string][] => (spec.markerKey === undefined ? [] : [[spec.name, spec.markerKey]])),
);

/** A function that gives each record's key on the cluster. `tag` must be of this writer alone, among all that ever write. */
export function createWireKeys(tag: string): (topic: TopicName, key: string) => string {
  let count = 0;
  return (topic, key) => {
    const marker = marked.get(topic);
    return marker === undefined || key === marker ? key : `${key}${cut}${tag}${(count++).toString(36)}`;
  };
}

/** The key that its writer gave. */
export function plainKey(topic: TopicName, wireKey: string): string {
  if (!marked.has(topic)) return wireKey;
  const at = wireKey.lastIndexOf(cut);
  return at < 0 ? wireKey : wireKey.slice(0, at);
}
