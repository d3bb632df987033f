// A service of whom more is said than one core can judge is read in part: of its authors one in n, the same ones in every
// post, and what they say stands for n. How great n is follows from the posts alone, in their order: neither from a clock
// nor from where a frame ends. Nobody else is lost but to the count: an outage at that rate is seen in a sample as in all.
const windowMs = 10_000;
/** Posts about one service that a source hands on in a window, about: 1,000 a second. */
const mostAWindow = 10_000;
/** Within a window n doubles after this share of them again: a flood that breaks loose shall not bring so many at each step. */
const stepShare = 0.25;

/** What a restart needs of each service that is read in part: its id, the window (counted from 1970), the posts in it, those since n changed, n. */
export type StoredSampling = readonly (readonly [service: string, window: number, posts: number, since: number, n: number])[];

export interface Sampling {
  /** By the service's index: 1 while it is read in part. */
  readonly inPart: Uint8Array;
  /** n for a post about this service (by index) dated `tsMs`, were it counted now: a power of two. */
  peek(service: number, tsMs: number): number;
  /** The same, and counts the post. */
  count(service: number, tsMs: number): number;
  /** Undefined while all are read in full. */
  stored(): StoredSampling | undefined;
}

/** Whether an author of this hash (`authorHash`) is one of the one in n; who is for 2n is for n. */
export function isTaken(hash: number, n: number): boolean {
  return (hash & (n - 1)) === 0;
}

/** Makes the sampling of one source over services by their ids. */
export function createSampling(ids: readonly string[], saved: StoredSampling = []): Sampling {
  const windows = new Float64Array(ids.length).fill(-Infinity);
  const posts = new Float64Array(ids.length);
  const since = new Float64Array(ids.length);
  const strides = new Float64Array(ids.length).fill(1);
  const inPart = new Uint8Array(ids.length);
  for (const [id, window, all, lately, n] of saved) {
    const service = ids.indexOf(id);
    if (service < 0) continue;
    windows[service] = window;
    posts[service] = all;
    since[service] = lately;
    strides[service] = n;
    inPart[service] = 1;
  }

  // A late post counts among those with which it came.
  function peek(service: number, tsMs: number): number {
    const n = strides[service]!;
    const passed = Math.floor(tsMs / windowMs) - windows[service]!;
    if (n === 1 || passed <= 0) return n;
    // n falls by half a window, so that few who were stood for come again in person
    const next = posts[service]! <= (mostAWindow * n) / 2 ? n / 2 : n;
    return Math.max(1, next / 2 ** (passed - 1));
  }

  return {
    inPart,
    peek,
    count(service, tsMs) {
      const n = peek(service, tsMs);
      const window = Math.floor(tsMs / windowMs);
      if (window > windows[service]!) {
        windows[service] = window;
        strides[service] = n;
        posts[service] = since[service] = 0;
      }
      posts[service]! += 1;
      since[service]! += 1;
      if (since[service]! >= mostAWindow * n) {
        strides[service] = 2 * n;
        since[service] = (1 - stepShare) * mostAWindow * 2 * n;
      }
      inPart[service] = strides[service]! > 1 ? 1 : 0;
      return n;
    },
    stored() {
      let stored: [string, number, number, number, number][] | undefined;
      for (let service = inPart.indexOf(1); service >= 0; service = inPart.indexOf(1, service + 1)) {
        (stored ??= []).push([ids[service]!, windows[service]!, posts[service]!, since[service]!, strides[service]!]);
      }
      return stored;
    },
  };
}

/** 32 bits of an author's name in UTF-8, buf[start, end), under a secret `seed`. Source: FNV-1a with the end of MurmurHash3. */
export function authorHash(buf: Uint8Array, start: number, end: number, seed: number): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ buf[i]!, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
