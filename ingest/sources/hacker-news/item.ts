// One item of Hacker News as a value: a post, something that was taken back, something that is read past, not there yet,
// or nothing that can be read. Pure.
import type { Post } from '../../../shared/post.ts';
import { maxTextLength } from '../../../shared/post.ts';
import { htmlWords } from '../../html-words.ts';
import { jsonOf } from '../../json.ts';

export type HackerNewsItem =
  | { kind: 'post'; post: Post }
  /** `reason`: deleted (by its author), dead (by the site). */
  | { kind: 'gone'; reason: string }
  | { kind: 'past'; reason: string; tsMs: number }
  /** Its number is given out, the item is not to be read yet. */
  | { kind: 'absent' }
  | { kind: 'bad'; reason: string };

const bad = (reason: string): HackerNewsItem => ({ kind: 'bad', reason });
const authorForm = /^[\w-]{1,64}$/;

/** The id under which item `n` comes. */
export const hackerNewsId = (n: number): string => `hn-${n}`;

/**
 * Reads the answer to a question for item `n`. Never throws. Reasons of `bad`: not-json, not-an-item, no-time, bad-author,
 * no-text. Reasons of `past`: the item's kind where it is no story, comment or poll.
 */
export function readHackerNewsItem(n: number, bytes: Uint8Array): HackerNewsItem {
  const value = jsonOf(bytes);
  if (value === undefined) return bad('not-json');
  if (value === null) return { kind: 'absent' };
  if (typeof value !== 'object' || Array.isArray(value)) return bad('not-an-item');
  const { id, type, by, time, text, title, parent, deleted, dead } = value as Record<string, unknown>;
  if (id !== n) return bad('not-an-item');
  if (deleted === true) return { kind: 'gone', reason: 'deleted' };
  if (dead === true) return { kind: 'gone', reason: 'dead' };
  if (typeof time !== 'number' || !Number.isSafeInteger(time) || time <= 0 || time > 8.64e12) return bad('no-time');
  const ts = time * 1000;
  if (type !== 'story' && type !== 'comment' && type !== 'poll') return { kind: 'past', reason: type === 'job' || type === 'pollopt' ? type : 'other-kind', tsMs: ts };
  if (typeof by !== 'string' || !authorForm.test(by)) return bad('bad-author');
  const words = [title, text].filter((one): one is string => typeof one === 'string').map(htmlWords).filter((one) => one !== '').join('\n');
  if (words === '') return bad('no-text');
  return {
    kind: 'post',
    post: {
      id: hackerNewsId(n), ts, text: words.slice(0, maxTextLength), author: by, url: `https://news.ycombinator.com/item?id=${n}`,
      ...(typeof parent === 'number' && Number.isSafeInteger(parent) && parent > 0 ? { replyTo: hackerNewsId(parent) } : {}),
    },
  };
}
