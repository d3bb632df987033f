// A file of its own, so that the command line knows this error without loading what reads lexicons.

/** A lexicon that can't be used, told to whoever edits it: with its file, and where that is known its line. */
export class LexiconError extends Error {}
