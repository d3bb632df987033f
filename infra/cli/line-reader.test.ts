import { expect, test } from 'vitest';
import { createLineReader } from './line-reader.ts';

function linesOf(text: string, chunkBytes: number, maxBytes = 100) {
  const bytes = Buffer.from(text);
  const reader = createLineReader(maxBytes);
  const lines = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) lines.push(...reader.take(bytes.subarray(at, at + chunkBytes)));
  return [...lines, ...reader.end()].map(({ number, text: line }) => [number, line]);
}

test('lines have their numbers wherever the chunks are cut, and blank ones are counted and left out, with CRLF too', () => {
  for (const chunk of [1, 2, 3, 100]) expect(linesOf('a\n\nb\r\n\r\n\r\nc\r', chunk)).toEqual([[1, 'a'], [3, 'b'], [6, 'c']]);
});

test('a byte order mark is taken off the start of the file and nowhere else', () => {
  for (const chunk of [1, 2, 3, 100]) {
    expect(linesOf('\ufeff{}\n\ufeffb\n', chunk)).toEqual([[1, '{}'], [2, '\ufeffb']]);
    expect(linesOf('\ufeff\r\n{}', chunk)).toEqual([[2, '{}']]);
  }
});

test('a line beyond the bound is let go under its number', () => {
  expect(linesOf(`a\n${'x'.repeat(101)}\nb`, 7)).toEqual([[1, 'a'], [2, null], [3, 'b']]);
});
