import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findPlace } from './place.ts';

const folder = mkdtempSync(join(tmpdir(), 'outcry-lines-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function aFile(text: string): string {
  const file = join(folder, `posts-${files++}.ndjson`);
  writeFileSync(file, text);
  return file;
}
const fresh = async (file: string) => findPlace(file, undefined);
const back = async (file: string, cursor: string) => {
  const { from, anew } = await findPlace(file, cursor);
  return { from, anew };
};

test('a first start is at the start, and says nothing of it', async () => {
  expect(await fresh(aFile('a\n'))).toMatchObject({ from: 0, anew: undefined });
  expect(await findPlace(aFile('a\n'), '')).toMatchObject({ from: 0, anew: undefined });
});

test('the same file, as it was or grown, is gone on with, by whatever path it is called', async () => {
  for (const text of ['one\ntwo\n', 'x'.repeat(5_000)]) {
    const file = aFile(text);
    const cursor = (await fresh(file)).cursorAt(text.length);
    expect(await back(file, cursor)).toEqual({ from: text.length, anew: undefined });
    appendFileSync(file, 'more\n');
    expect(await back(relative(process.cwd(), file), cursor)).toEqual({ from: text.length, anew: undefined });
  }
});

test('a file that grew while it was read is gone on with', async () => {
  const file = aFile('one\n');
  const place = await fresh(file);
  appendFileSync(file, 'two\n');
  expect(await back(file, place.cursorAt(8))).toEqual({ from: 8, anew: undefined });
});

test('another file under the same name of a source is read from its start', async () => {
  const cursor = (await fresh(aFile('one\ntwo\n'))).cursorAt(8);
  expect(await back(aFile('one\ntwo\nthree\n'), cursor)).toEqual({ from: 0, anew: 'it is another file than before' });
});

test('a file that was cut is read from its start', async () => {
  const file = aFile('one\ntwo\n');
  const cursor = (await fresh(file)).cursorAt(8);
  writeFileSync(file, 'one\n');
  expect(await back(file, cursor)).toEqual({ from: 0, anew: 'it is shorter than what was read of it before' });
});

test('a file that was rotated away is read from its start, also when the new one is already longer', async () => {
  const file = aFile('one\ntwo\n');
  const cursor = (await fresh(file)).cursorAt(8);
  renameSync(file, `${file}.1`);
  writeFileSync(file, 'three\nfour\nfive\n');
  expect(await back(file, cursor)).toEqual({ from: 0, anew: 'it begins otherwise than before' });
});

test('a cursor of another type of source, or none at all, is no place', async () => {
  const file = aFile('one\ntwo\n');
  for (const cursor of ['1700000000000000 jetstream1 abc', '4', 'NaN', '{', 'null', '[]', '{"file":1}', JSON.stringify({ file, offset: -1, head: [0, ''] }), JSON.stringify({ file, offset: 1.5, head: [0, ''] }), JSON.stringify({ file, offset: 4 })]) {
    expect([cursor, await back(file, cursor)]).toEqual([cursor, { from: 0, anew: 'the place kept under this name is none in a file' }]);
  }
});

test('a file that is not there is a rejection with its reason', async () => {
  await expect(findPlace(join(folder, 'nowhere'), undefined)).rejects.toThrow('ENOENT');
});
