// What one change of a Page's feed says: a visitor's comment or post, its end, or nothing that counts. Pure.
import { z } from 'zod';

export const deliverySchema = z.object({
  object: z.string(),
  entry: z.array(z.object({ id: z.coerce.string(), changes: z.array(z.unknown()).default([]) })).max(1_000),
});

const changeSchema = z.object({
  field: z.string(),
  value: z.object({
    item: z.string(),
    verb: z.string(),
    comment_id: z.string().optional(),
    post_id: z.string().optional(),
    parent_id: z.string().optional(),
    created_time: z.number().min(0).optional(),
    message: z.string().optional(),
    permalink_url: z.string().optional(),
    from: z.object({ id: z.coerce.string() }).optional(),
  }),
});

export type PageChange =
  | { readonly kind: 'post'; readonly id: string; readonly text: string; readonly author: string; readonly ts: number | undefined; readonly replyTo: string | undefined; readonly url: string | undefined }
  | { readonly kind: 'deletion'; readonly id: string }
  | { readonly kind: 'none'; readonly reason: string };

const none = (reason: string): PageChange => ({ kind: 'none', reason });
/** What visitors write; photos and shares come with a message too. */
const written: ReadonlySet<string> = new Set(['comment', 'status', 'post', 'photo', 'video', 'share']);

/** `page` is the id of the Page whose feed changed. */
export function readChange(change: unknown, page: string): PageChange {
  const read = changeSchema.safeParse(change);
  if (!read.success) return none('change-bad-shape');
  const { field, value } = read.data;
  if (field !== 'feed' || !written.has(value.item)) return none('not-a-comment');
  const id = value.item === 'comment' ? value.comment_id : value.post_id;
  if (id === undefined || id === '' || id.length > 200) return none('no-id');
  if (value.verb === 'remove' || value.verb === 'hide') return { kind: 'deletion', id };
  if (value.verb === 'edited' || value.verb === 'edit') return none('edited');
  if (value.verb !== 'add') return none('not-a-comment');
  if (value.from === undefined) return none('no-author');
  // what the Page itself says is the operator's voice
  if (value.from.id === page) return none('own-page');
  if (value.message === undefined || value.message.trim() === '') return none('no-text');
  return {
    kind: 'post', id, text: value.message, author: value.from.id,
    ts: value.created_time === undefined ? undefined : Math.floor(value.created_time * 1000),
    replyTo: value.item === 'comment' ? (value.parent_id ?? value.post_id) : undefined,
    url: value.permalink_url,
  };
}
