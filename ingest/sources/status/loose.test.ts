import { expect, test } from 'vitest';
import { componentLines, pageJson, lineOf, linkOf, listOf, timeOf } from './loose.ts';

const ten = Date.UTC(2026, 4, 3, 10);

test('times are read as pages write them, without a zone as UTC, and what is no time is none', () => {
  const written = [ten, ten / 1000, String(ten), String(ten / 1000), '2026-05-03T10:00:00Z', '2026-05-03T12:00:00.000+02:00', '2026-05-03T03:00:00-0700', '2026-05-03 10:00:00', '2026-05-03T10:00:00.000', 'Sun, 03 May 2026 10:00:00 GMT', 'Sun, 03 May 2026 10:00:00 Z', 'Sun, 03 May 2026 10:00:00', '05/03/2026 03:00 PDT', '05/03/2026 10:00 AM'];
  expect(written.map((t) => timeOf({ t }, 't'))).toEqual(written.map(() => ten));
  for (const t of [undefined, null, true, '', 'soon', '5', 5, -1, Number.NaN, 1e300, '1970-01-01T00:00:00Z', '3026-05-03T10:00:00Z', 'x'.repeat(1_000), {}, []]) expect(timeOf({ t }, 't')).toBeUndefined();
});

test('a link is one that may be shown', () => {
  const link = (url: unknown, base?: string) => linkOf({ url }, 'url', base);
  expect(link('https://stspg.io/x')).toBe('https://stspg.io/x');
  expect(link('incidents/x', 'https://status.example.com/')).toBe('https://status.example.com/incidents/x');
  for (const url of ['javascript:alert(1)', 'data:text/html,x', 'https://user:word@example.com/', 'incidents/x', `https://example.com/${'x'.repeat(600)}`, 5, null]) expect(link(url)).toBeUndefined();
});

test('a line is one line, cut between characters, and components are few and each once', () => {
  expect(lineOf('  a\r\n\tb\u0000\u200b c ', 20)).toBe('a b c');
  expect(lineOf('😀😀😀', 4)).toBe('😀…');
  expect(componentLines(['API', ' API ', '', 'Web'])).toEqual(['API', 'Web']);
  expect(componentLines(Array.from({ length: 99 }, (_, i) => `c${i}`))).toHaveLength(20);
});

test('JSON comes in UTF-8, in UTF-16 with its mark, or as the argument of a call', () => {
  const value = { a: ['ü'] };
  const text = JSON.stringify(value);
  for (const bytes of [Buffer.from(text), Buffer.from(`\ufeff${text}`), Buffer.from(`\ufeff${text}`, 'utf16le'), Buffer.from(`\ufeff${text}`, 'utf16le').swap16(), Buffer.from(`callback(${text});`)]) expect(pageJson(bytes)).toEqual(value);
  for (const bytes of [Buffer.from('<html>'), Buffer.alloc(0), Buffer.from('alert(1'), Buffer.from([0xff, 0xfe, 1])]) expect(pageJson(bytes)).toBeUndefined();
});

test('a list holds its objects only, and what is no list is none', () => {
  expect(listOf({ l: [1, {}, null, [], { a: 1 }] }, 'l')).toEqual([{}, { a: 1 }]);
  expect([listOf({}, 'l'), listOf({ l: {} }, 'l'), listOf({ l: [] }, 'l')]).toEqual([undefined, undefined, []]);
});
