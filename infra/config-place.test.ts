import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { nearest, problemsOf, readYaml } from './config-place.ts';

const text = `# a comment
data: ./here
listen:
  host: 127.0.0.1
routes:
  - to: [console]
  - services:
      - whatsapp
      - telegram
    to: [slack]
`;

test('a path has the line of its key, of its list entry, or of the nearest parent that exists', () => {
  const { place } = readYaml(text);
  expect(place.lineOf(['data'])).toBe(2);
  expect(place.lineOf(['listen', 'host'])).toBe(4);
  expect(place.lineOf(['listen', 'port'])).toBe(3);
  expect(place.lineOf(['routes', 1, 'services', 1])).toBe(9);
  expect(place.lineOf(['routes', 7])).toBe(5);
  expect(place.lineOf(['nothing', 'of', 'this'])).toBe(1);
});

test('every syntax error is told with its line', () => {
  const { problems } = readYaml('data: a\ndata: b\nlisten: "x" y\n');
  expect(problems.map(({ line }) => line)).toEqual(expect.arrayContaining([2, 3]));
  expect(problems.every(({ message }) => message !== '')).toBe(true);
});

test('an empty file is a value of nothing and no problem', () => {
  for (const empty of ['', '\n', '# only a comment\n']) {
    const { place, problems } = readYaml(empty);
    expect(problems).toEqual([]);
    expect(place.value).toBeNull();
  }
});

test('aliases that would grow without end are a problem and not a full memory', () => {
  const row = (name: string, of: string) => `${name}: &${name} [${Array.from({ length: 9 }, () => of).join(', ')}]`;
  const bomb = [row('a', 'x'), row('b', '*a'), row('c', '*b'), row('d', '*c'), row('e', '*d'), row('f', '*e')].join('\n');
  const { place, problems } = readYaml(bomb);
  expect(problems).toHaveLength(1);
  expect(place.value).toBeNull();
});

test('a misspelt name gets the nearest known one, a wild one the list of what is known', () => {
  expect(nearest('chanels', ['sources', 'channels'])).toBe('; did you mean `channels`?');
  expect(nearest('xyzzy', ['sources', 'channels'])).toBe('; known: sources, channels');
  expect(nearest('anything', [])).toBe('');
});

test('each unknown key is a problem of its own at its own line', () => {
  const { place } = readYaml('hots: a\nprot: 1\n');
  const parsed = z.strictObject({ host: z.string().optional(), port: z.number().optional() }).safeParse(place.value);
  expect(problemsOf(parsed.error!, place, [], () => ['host', 'port'])).toEqual([
    { line: 1, path: 'hots', message: 'unknown key `hots`; did you mean `host`?' },
    { line: 2, path: 'prot', message: 'unknown key `prot`; did you mean `port`?' },
  ]);
});

const fragment = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('- ', ': ', '\n', '  ', '\t', '[', ']', '{', '}', '&a ', '*a', '!!binary ', '!!set ', '? ', '|\n', '>-\n', "'", '"', '#', '%YAML 1.1\n', '---\n', '...\n', '<<: ', '~', '\0', '\ufeff', '\u2028'),
);

test('whatever the text, reading it gives a value or problems with lines', () => {
  fc.assert(
    fc.property(fc.array(fragment, { maxLength: 40 }), (parts) => {
      const { place, problems } = readYaml(parts.join(''));
      for (const { line, message } of problems) {
        expect(line).toBeGreaterThan(0);
        expect(message).not.toBe('');
      }
      expect(place.lineOf(['sources', 0, 'type'])).toBeGreaterThan(0);
    }),
    { numRuns: 2_000 },
  );
});
