// One entry of a Reddit listing as a value: a post or comment, something that was taken back, or nothing that can be read.
// Pure.
import type { Post } from '../../../shared/post.ts';
import { maxTextLength } from '../../../shared/post.ts';

/** t3: a post. t1: a comment. */
export type ThingKind = 't3' | 't1';

/** `number`: its place in the order in which Reddit gave ids out. */
export type RedditThing =
  | { kind: 'post'; number: number; subreddit: string; post: Post }
  /** `reason`: deleted (by its author), removed (by moderators or Reddit). */
  | { kind: 'gone'; number: number; id: string; tsMs: number; reason: string }
  | { kind: 'bad'; reason: string };

const bad = (reason: string): RedditThing => ({ kind: 'bad', reason });
const idForm = /^[0-9a-z]{1,10}$/;
const fullnameForm = /^t[1-5]_[0-9a-z]{1,13}$/;
/** Not those of profiles, which hold their author's name. */
const permalinkForm = /^\/r\/(?!u_)\w{2,21}\/comments\/[\w%/.~-]{1,400}$/;

const fieldsOf = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {});
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const nameOf = (value: unknown): string | undefined => (typeof value === 'string' && fullnameForm.test(value) ? value : undefined);

/** Reads one entry of a listing of `kind`. Never throws. Reasons of `bad`: other-kind, no-id, no-time, bad-author, no-text. */
export function readRedditThing(kind: ThingKind, value: unknown): RedditThing {
  const thing = fieldsOf(value);
  if (thing['kind'] !== kind) return bad('other-kind');
  const data = fieldsOf(thing['data']);
  const { id, created_utc: created, author, author_fullname: authorId, permalink } = data;
  if (typeof id !== 'string' || !idForm.test(id)) return bad('no-id');
  if (typeof created !== 'number' || !(created > 0 && created < 8.64e12)) return bad('no-time');
  const number = Number.parseInt(id, 36);
  const ts = Math.floor(created * 1000);
  const body = textOf(data[kind === 't3' ? 'selftext' : 'body']);
  if (author === '[deleted]' || body === '[deleted]') return { kind: 'gone', number, id: `${kind}_${id}`, tsMs: ts, reason: 'deleted' };
  if (body === '[removed]' || typeof data['removed_by_category'] === 'string') return { kind: 'gone', number, id: `${kind}_${id}`, tsMs: ts, reason: 'removed' };
  const by = nameOf(authorId) ?? author;
  if (typeof by !== 'string' || by === '' || by.length > 64) return bad('bad-author');
  const text = [kind === 't3' ? textOf(data['title']) : '', body].filter((one) => one.trim() !== '').join('\n');
  if (text === '') return bad('no-text');
  const repostOf = nameOf(data['crosspost_parent']);
  const replyTo = kind === 't1' ? nameOf(data['parent_id']) : undefined;
  return {
    kind: 'post', number, subreddit: textOf(data['subreddit']).toLowerCase().slice(0, 21),
    post: {
      id: `${kind}_${id}`, ts, text: text.slice(0, maxTextLength), author: by,
      ...(typeof permalink === 'string' && permalinkForm.test(permalink) ? { url: `https://www.reddit.com${permalink}` } : {}),
      ...(repostOf === undefined ? {} : { repostOf }),
      ...(replyTo === undefined ? {} : { replyTo }),
    },
  };
}
