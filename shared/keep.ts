// Keeping what is dear to make: lexicons read for their words, a catalogue laid out for matching. Says only what is asked of who
// keeps; where and how is infra/stored.ts's.

/**
 * Gives what `make` makes of `inputs`, perhaps as it was made before: by this code, of the same inputs, under the same name. It
 * is plain data that survives structured cloning, and is told apart by its inputs as JSON.
 * Inputs and what is given are not changed. `make` is pure.
 */
export type Keep = <T>(name: string, inputs: readonly unknown[], make: () => T) => T;

/** Keeps nothing. */
export const makeAnew: Keep = (_name, _inputs, make) => make();
