import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { postSchema } from '../../../shared/post.ts';
import { readPostsBody, readReportBody } from './body.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

test('a post without time is of now, one without id gets the same id for the same words', () => {
  const read = (value: unknown) => readPostsBody(bytes(JSON.stringify(value)), false, 1_000, undefined)!.entries[0]!;
  const first = read({ text: 'a is down', author: 'x' });
  expect(first).toMatchObject({ line: 1, post: { ts: 1_000, text: 'a is down', id: expect.stringMatching(/^http-[\w-]{20}$/) as string } });
  expect(read({ text: 'a is down', author: 'x' })).toEqual(first);
  expect(read({ text: 'a is down', author: 'y' })).not.toEqual(first);
  expect(read({ text: 'a', ts: '2026-05-03T19:30:00Z', id: 'own' })).toMatchObject({ post: { id: 'own', ts: Date.UTC(2026, 4, 3, 19, 30) } });
});

test('a time in seconds is refused as one, rather than heard as a day in 1970', () => {
  const body = bytes('{"text":"a","ts":1777836600}\n{"text":"a","ts":1777836600.5}\n{"text":"a","ts":1777836600000}');
  expect(readPostsBody(body, true, 1_000, undefined)!.entries.map((entry) => ('post' in entry ? entry.post.ts : entry.reason))).toEqual(['ts-in-seconds', 'ts-in-seconds', 1_777_836_600_000]);
});

test('the key of a request names the posts that have no name', () => {
  const ids = readPostsBody(bytes('{"text":"a"}\n\n{"text":"a"}\n{"id":"own","text":"a"}'), true, 1, 'key')!.entries.map((entry) => ('post' in entry ? entry.post.id : entry.reason));
  expect(ids).toEqual(['http-key-1', 'http-key-3', 'own']);
});

test('any bytes are posts that hold to the schema, or reasons', () => {
  fc.assert(fc.property(fc.oneof(fc.uint8Array(), fc.json().map(bytes), fc.string({ unit: 'binary' }).map(bytes)), fc.boolean(), (body, ndjson) => {
    const read = readPostsBody(body, ndjson, 1, undefined);
    for (const entry of read?.entries ?? []) {
      if ('post' in entry) expect(postSchema.safeParse(entry.post).success).toBe(true);
      else expect(entry.reason).toMatch(/^[a-z-]+$/);
    }
  }), { seed: 1, numRuns: 2_000 });
});

test('a report says its note, else its kind, else nothing', () => {
  const text = (value: object) => readReportBody(bytes(JSON.stringify({ service: 'a', ...value })));
  expect(text({ kind: 'slow', note: 'very' })).toEqual({ report: { service: 'a', text: 'very', region: undefined } });
  expect(text({ kind: 'slow', note: '  ', region: 'at' })).toEqual({ report: { service: 'a', text: 'slow', region: 'AT' } });
  expect(text({ kind: null })).toEqual({ report: { service: 'a', text: '', region: undefined } });
});

test('any other body is no report, in words', () => {
  fc.assert(fc.property(fc.oneof(fc.uint8Array(), fc.json().map(bytes)), (body) => {
    expect(readReportBody(body)).toHaveProperty('problem');
  }), { seed: 1, numRuns: 2_000 });
});

test('a text that is nested without end is no text, and breaks nothing', () => {
  const deep = `{"text":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
  expect(readPostsBody(bytes(deep), false, 1, undefined)?.entries).toEqual([{ line: 1, reason: 'no-text' }]);
});
