// The posts that were written for the evaluation, test/eval/posts/XX.yaml, by someone who had not seen the lexicons.
// Owns their form, reading and halves: rows at even places of each list may be read and learnt from in general ways, rows
// at odd places are held out, unread by whoever touches lexicons or rules, and the bars are held against them.
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

/** A half of the rows: those at even places (0, 2, 4 ...) of each list were seen, those at odd places are held out. */
export function halfOf(posts: OwnPosts, half: 'seen' | 'held-out'): OwnPosts {
  const take = <T>(list: readonly T[]): T[] => list.filter((_, place) => place % 2 === (half === 'seen' ? 0 : 1));
  return { lang: posts.lang, report: take(posts.report), not_report: take(posts.not_report), everyday: take(posts.everyday) };
}
