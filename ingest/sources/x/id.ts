// Ids of X's posts: numbers of 64 bits as text, which grow with time and hold it. Pure.

/** ms since 1970 at which X's ids begin to count. */
const epochMs = 1_288_834_974_657;
const idForm = /^[1-9]\d{0,18}$/;

/** Whether it has the form of an id: safe in an address and in a query. */
export function isXId(value: unknown): value is string {
  return typeof value === 'string' && idForm.test(value);
}

/** Below 0 where `a` is the older id, above where it is the newer, 0 where they are the same. */
export function compareXIds(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** When the post was made, ms since 1970, by its id. Ids from before November 2010 hold no time and give that month. */
export function xIdTimeMs(id: string): number {
  return Number(BigInt(id) >> 22n) + epochMs;
}

/** The id that every post made before `tsMs` (since 1970) is older than. */
export function xIdAt(tsMs: number): string {
  return String((BigInt(Math.max(1, Math.floor(tsMs) - epochMs)) << 22n));
}
