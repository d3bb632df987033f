// Which services the posts read lately named, so that "same here" below one of them can be counted for its service. Only
// answers to such a post itself: what is said further down a thread is about anything.
import { LRUCache } from 'lru-cache';

/** Posts kept; with names and ids of usual length about 10 MB. The oldest go first. */
const mostPosts = 50_000;

export interface Threads {
  /** A post of this network named these services. */
  remember(network: string, id: string, services: readonly string[]): void;
  /** The post is not to be known as one that named this service. */
  forget(network: string, id: string, service: string): void;
  /** The services that the post with this id named; empty when it is not known. */
  servicesOf(network: string, id: string): readonly string[];
}

export function createThreads(): Threads {
  const kept = new LRUCache<string, readonly string[]>({ max: mostPosts });
  return {
    remember: (network, id, services) => void kept.set(`${network}\n${id}`, services),
    forget(network, id, service) {
      const key = `${network}\n${id}`;
      const services = kept.get(key);
      if (services !== undefined) kept.set(key, services.filter((one) => one !== service));
    },
    servicesOf: (network, id) => kept.get(`${network}\n${id}`) ?? [],
  };
}
