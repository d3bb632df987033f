// The Store: what can be made again or may be forgotten. Wiping it costs speed, never an alert.

export interface Store {
  /** The value, or undefined when it is missing or past its time. */
  get(key: string): Promise<string | undefined>;
  /** Sets a value that may be forgotten after `ttlMs`. */
  set(key: string, value: string, ttlMs: number): Promise<void>;
  delete(key: string): Promise<void>;
  /** All living entries whose key starts with `prefix`, by key. */
  entries(prefix: string): Promise<Map<string, string>>;
  /** Adds one to a counter that starts at 0 and ends `ttlMs` after its first step; returns the new count. For rate limits. */
  increment(key: string, ttlMs: number): Promise<number>;
  /**
   * Takes the lease `name` for `ttlMs`, or renews it where `holder` has it; false while another holds it. It spares two
   * workers doing the same; that they can't both write is Bus.writer's part, because a wiped Store forgets its leases.
   */
  lease(name: string, holder: string, ttlMs: number): Promise<boolean>;
  /** Gives a lease back; nothing happens where `holder` does not have it. */
  release(name: string, holder: string): Promise<void>;
}
