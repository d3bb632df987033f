import { expect, test } from 'vitest';
import type { Status } from './event.ts';
import { fillMissed } from './fill.ts';
import type { Page, Trouble } from './rest.ts';

const status = (ms: number): Status => ({ localId: String(ms), uri: `u${ms}`, placeMs: ms, createdMs: ms, editedMs: undefined, author: 'a', text: '', lang: undefined, url: undefined, replyTo: undefined, repostOf: undefined });
const pages: Readonly<Record<string, readonly number[]>> = { a: [1, 4, 5, 9, 12], b: [2, 3, 10, 11], c: [] };

/** Two posts a page; `trouble` by timeline and id. */
async function fill(trouble: (timeline: string, minId: string) => Trouble | undefined, overlap = Infinity) {
  const taken: number[] = [];
  const asked: string[] = [];
  const filled = await fillMissed({
    timelines: ['a', 'b', 'c'], fromId: '0', fromMs: 0,
    async page(timeline, minId): Promise<Page | Trouble> {
      asked.push(`${timeline}${minId}`);
      const found = pages[timeline]!.filter((ms) => ms > Number(minId)).slice(0, 2);
      return trouble(timeline, minId) ?? { kind: 'page', statuses: found.map(status), dropped: [], next: found.length === 0 ? undefined : String(found.at(-1)) };
    },
    take(one) {
      taken.push(one.placeMs);
      return one.placeMs >= overlap;
    },
    dropped: () => {}, room: async () => {}, wait: async () => {}, leftMs: () => 10_000,
  });
  return { taken, asked, filled };
}

test('posts of all timelines come in the order of time', async () => {
  const { taken, filled } = await fill(() => undefined);
  expect(taken).toEqual([1, 2, 3, 4, 5, 9, 10, 11, 12]);
  expect(filled).toEqual({ toMs: undefined, posts: 9 });
});

test('where a timeline ends early, all before that is told as read, and what is here is taken nevertheless', async () => {
  const { taken, filled } = await fill((timeline, minId) => (timeline === 'a' && minId === '4' ? { kind: 'off', why: 'answered 403' } : undefined));
  expect(filled).toMatchObject({ toMs: 4, why: 'answered 403' });
  expect(taken).toEqual([1, 2, 3, 4, 10, 11]);
});

test('a page that fails is asked for again, but not for ever; one that is too far off is not waited for', async () => {
  let failures = 2;
  expect((await fill((timeline) => (timeline === 'b' && failures-- > 0 ? { kind: 'failed', why: 'broken' } : undefined))).filled).toEqual({ toMs: undefined, posts: 9 });
  expect((await fill((timeline) => (timeline === 'b' ? { kind: 'failed', why: 'broken' } : undefined))).filled).toMatchObject({ toMs: 0, why: 'broken' });
  expect((await fill((timeline) => (timeline === 'b' ? { kind: 'later', waitMs: 20_000, why: 'too many requests' } : undefined))).filled).toMatchObject({ why: 'too many requests' });
});

test('a timeline that has come to what the stream brought is asked no more', async () => {
  const { taken, asked } = await fill(() => undefined, 5);
  expect(taken).toEqual([1, 2, 3, 4, 5, 9, 10, 11]);
  expect(asked).not.toContain('a9');
});
