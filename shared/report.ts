// The verdict on a mention, in words that cross the wire: rollups, incidents and alerts carry symptoms and languages.
import { z } from 'zod';

export const verdictSchema = z.enum(['report', 'recovery', 'none']);
export type Verdict = z.infer<typeof verdictSchema>;

/** What fails, as people say it. A closed list; `other` where the text does not say. */
export const symptoms = [
  'down', // does not work at all, no more said
  'login', // can't sign in, logged out, no code
  'connection', // no network, no signal, disconnects, no internet
  'sending', // messages, calls, mail, uploads don't go or don't come
  'loading', // pages, feeds, videos, pictures don't load
  'app', // the app crashes or won't open
  'payment', // cards, transfers, checkout, cash machines
  'slow', // so slow that it can't be used
  'error', // error messages and codes
  'other',
] as const;
export const symptomSchema = z.enum(symptoms);
export type Symptom = z.infer<typeof symptomSchema>;
