// The posts that were written for the evaluation, test/eval/posts/XX.yaml, by someone who had not seen the lexicons.
// Owns their form and reading. Nobody tunes to single rows of them.
import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

export const otherKinds = [
  'past', 'recovered', 'headline', 'operator', 'bot', 'own-device', 'own-account', 'one-place', 'other-sense', 'advert', 'wish', 'slow', 'praised', 'blamed', 'planned', 'negated',
] as const;
export type OtherKind = (typeof otherKinds)[number];

const ownPostsSchema = z.strictObject({
  lang: z.string().regex(/^[a-z]{2}$/),
  report: z.array(z.strictObject({ service: z.string(), text: z.string() })),
  not_report: z.array(z.strictObject({ service: z.string(), text: z.string(), kind: z.enum(otherKinds) })),
  everyday: z.array(z.string()),
});
export type OwnPosts = z.infer<typeof ownPostsSchema>;

/** All of them, in the order of the languages' codes. Throws with the file's name where one is broken. */
export function readOwnPosts(folder: URL = new URL('./posts/', import.meta.url)): OwnPosts[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .toSorted()
    .map((file) => {
      const read = ownPostsSchema.safeParse(parse(readFileSync(new URL(file, folder), 'utf8')));
      if (!read.success) throw new Error(`${file}: ${z.prettifyError(read.error)}`);
      return read.data;
    });
}
