import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { serviceSchema } from '../shared/service.ts';
import { readLinePlainly } from './line-plain.ts';
import { createSift } from './line-sift.ts';
import { createLineScanner } from './line.ts';
import { createMatcher } from './match.ts';

const matcher = createMatcher(
  [
    { id: 'whatsapp', name: 'WhatsApp', names: ['ватсап', '왓츠앱'], hashtags: ['#WhatsAppDown'], handles: ['@WhatsApp'] },
    { id: 'messenger', name: 'Facebook Messenger' },
    { id: 'signal', name: 'Signal', ordinary: ['Signal'], exclude: ['signal strength', 'no signal'] },
    { id: 'line', name: 'LINE', names: ['ライン'], exclude: ['ラインナップ'] },
    { id: 'att', name: 'AT&T' },
    { id: 'weibo', name: 'Weibo', names: ['微博'] },
    { id: 'company', name: '㍿' },
    { id: 'butterfly', name: '🦋' },
    { id: 'quote', name: 'a"b\\c/d' },
  ].map((service) => serviceSchema.parse(service)),
);
const scanner = createLineScanner(matcher);

function scan(line: string | Uint8Array): unknown {
  const bytes = Buffer.from(line);
  // Inside a larger buffer, between bytes that must not matter.
  const buf = Buffer.concat([Buffer.from('"\\whatsapp '), bytes, Buffer.from(' whatsapp"}')]);
  scanner.scan(buf, 11, 11 + bytes.length);
  const { outcome, reason, tsMs, hasService } = scanner;
  return { outcome, reason, tsMs, hasService };
}

const plainLine = (bytes: Uint8Array): unknown => readLinePlainly(new TextDecoder().decode(bytes), matcher);

const post = (text: string): string => JSON.stringify({ id: '1', ts: 5, text, author: 'a' });

test('a post that names a service is named, another is not', () => {
  expect(scan(post('whatsapp is down'))).toEqual({ outcome: 'named', reason: '', tsMs: 5, hasService: false });
  expect(scan(post('lunch is down'))).toEqual({ outcome: 'unnamed', reason: '', tsMs: 5, hasService: false });
});

test('only the text at the top names a service', () => {
  expect(scan('{"id":"whatsapp","author":"@whatsapp","x":{"text":"whatsapp","ts":1},"y":["text","}",{"text":"whatsapp"}],"ts":7,"text":"a"}')).toMatchObject({
    outcome: 'unnamed', tsMs: 7,
  });
  expect(scan('{"x\\"text":"whatsapp","ts":7,"text":"a","z":"\\"text\\":\\"whatsapp\\""}')).toMatchObject({ outcome: 'unnamed' });
});

test('keys come in any order with any space', () => {
  expect(scan(' { "text" :\t"whatsapp" , "service": "x" ,\r\n "ts" : "2021-10-04T15:40:00.000Z" } \r')).toEqual({
    outcome: 'named', reason: '', tsMs: Date.UTC(2021, 9, 4, 15, 40), hasService: true,
  });
});

test('a service counts as given when it is a word', () => {
  for (const [service, given] of [['"x"', true], ['""', false], ['null', false], ['3', false], ['["x"]', false]]) {
    expect(scan(`{"service":${service},"ts":1,"text":""}`)).toMatchObject({ outcome: 'unnamed', hasService: given });
  }
});

test('a name is found behind escapes and in any script', () => {
  for (const text of ['\\u0077hatsapp', 'what\\u200bsapp', '\\nwhatsapp\\t', '\\ud83e\\udd8b', '\\u5fae\\u535a', 'at\\u0026t', 'a\\"b\\\\c\\/d', '\\ud83dwhatsapp', 'facebook\\r\\n messenger', '왓츠앱이', '株式会社', 'ВАТСАП?', '\\ud835\\udc30hatsapp']) {
    expect([text, scan(`{"ts":1,"text":"${text}"}`)]).toEqual([text, { outcome: 'named', reason: '', tsMs: 1, hasService: false }]);
  }
});

test('a name that an exclude phrase covers names nothing', () => {
  expect(scan(post('no signal here'))).toMatchObject({ outcome: 'unnamed' });
  expect(scan(post('no signal here, signal!'))).toMatchObject({ outcome: 'named' });
});

test('of two texts the last counts, as in any JSON', () => {
  expect(scan('{"ts":1,"text":"whatsapp","text":"a"}')).toMatchObject({ outcome: 'unnamed' });
  expect(scan('{"ts":1,"te\\u0078t":"whatsapp"}')).toMatchObject({ outcome: 'named' });
  expect(scan('{"ts":1,"text":"a","t\\u0073":2}')).toMatchObject({ tsMs: 2 });
});

test('what is no post says why', () => {
  for (const [line, reason] of [
    ['', 'not-json'], ['{', 'not-json'], ['whatsapp', 'not-json'], ['{"ts":1,"text":"whatsapp', 'not-json'], ['{"ts":1,"text":"a"', 'not-json'],
    ['{"ts":1,"text":"a"}x', 'not-json'], ['[]', 'not-an-object'], ['null', 'not-an-object'], ['"whatsapp"', 'not-an-object'], ['{}', 'no-text'],
    ['{"ts":1}', 'no-text'], ['{"ts":1,"text":3}', 'no-text'], ['{"text":"whatsapp"}', 'no-ts'], ['{"ts":"now","text":"a"}', 'bad-ts'],
    ['{"ts":null,"text":"a"}', 'bad-ts'], ['{"ts":1.5,"text":"a"}', 'bad-ts'], ['{"ts":-1,"text":"a"}', 'bad-ts'], ['{"ts":1e99,"text":"a"}', 'bad-ts'],
    ['{"ts":"2021-10-04T15:40:00","text":"a"}', 'bad-ts'], ['{"ts":01,"text":"a"}', 'not-json'], ['{"ts":1,"text":"\\x"}', 'not-json'],
  ] as const) {
    expect([line, scan(line)]).toEqual([line, { outcome: 'bad', reason, tsMs: NaN, hasService: false }]);
  }
});

test('a letter written in more bytes than it needs is no letter', () => {
  for (const w of [[0xc1, 0xb7], [0xe0, 0x81, 0xb7], [0xf0, 0x80, 0x81, 0xb7], [0xf7, 0xbf, 0xbf, 0xbf]]) {
    const bytes = Buffer.concat([Buffer.from('{"ts":1,"text":"'), Buffer.from(w), Buffer.from('hatsapp"}')]);
    expect([scan(bytes), plainLine(bytes)]).toMatchObject([{ outcome: 'unnamed' }, { outcome: 'unnamed' }]);
  }
});

test('a byte order mark before the first post is no part of it', () => {
  expect(scan(`\ufeff${post('whatsapp')}`)).toMatchObject({ outcome: 'named' });
});

test('a line past the limit is refused unread', () => {
  const strict = createLineScanner(matcher, { maxLineBytes: 40 });
  const long = Buffer.from(post('whatsapp whatsapp whatsapp'));
  expect([strict.scan(long, 0, long.length), strict.reason]).toEqual(['bad', 'too-long']);
});

test('ten megabytes of text are one post', () => {
  const patient = createLineScanner(matcher, { maxLineBytes: 1 << 30 });
  for (const [text, outcome] of [['bla 微 \n'.repeat(1_100_000), 'unnamed'], [`${'ab'.repeat(5_000_000)} whatsapp`, 'named']] as const) {
    const buf = Buffer.from(post(text));
    expect(patient.scan(buf, 0, buf.length)).toBe(outcome);
  }
});

test('a hundred thousand brackets do no harm', () => {
  expect(scan(`{"x":${'['.repeat(100_000)}${']'.repeat(100_000)},"ts":1,"text":"whatsapp"}`)).toMatchObject({ outcome: 'named' });
  expect(scan(`{"x":${'['.repeat(100_000)}`)).toMatchObject({ outcome: 'bad' });
});

const piece = fc.oneof(
  fc.constantFrom('WhatsApp', '#whatsapp', '#WhatsAppDown', '@', 'ватсап', 'Facebook', ' Messenger', 'no ', 'signal', ' strength', ' ', '\n', 'ライン', 'ナップ', 'AT&', 'T', '微', '博', '왓츠앱', '㍿', '株式会社', '🦋', '\ufe0f', '\u0301', '\u200b', '"', '\\', '/', 'a"b', '\\c/d'),
  fc.string({ unit: 'binary', maxLength: 3 }),
  fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
);
const anyText = fc.array(piece, { maxLength: 10 }).map((pieces) => pieces.join(''));

/** JSON of a string, each unit escaped or not as the dice say; surrogates are always escaped, as JSON.stringify does alone. */
function written(text: string, dice: readonly boolean[]): string {
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const escape = dice[i % dice.length] ?? false;
    out += escape ? `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}` : JSON.stringify(text[i]).slice(1, -1);
  }
  return `"${out}"`;
}

test('a text that names something never passes for one that names nothing, and one that is passed over is passed to its end', () => {
  const sift = createSift(matcher);
  fc.assert(
    fc.property(anyText, fc.array(fc.boolean(), { maxLength: 7 }), fc.boolean(), (text, dice, whole) => {
      const json = whole ? JSON.stringify(text) : written(text, dice);
      const buf = Buffer.from(`${json}}`);
      const named = matcher.matchText(JSON.parse(json) as string).length > 0;
      const at = sift.read(buf, new DataView(buf.buffer, buf.byteOffset, buf.length), 1, buf.length);
      if (named) expect(at).toBe(-1);
      else expect([-1, buf.length - 1]).toContain(at);
    }),
    { numRuns: 10_000 },
  );
});

const oddPiece = fc.constantFrom('e', 'E', 'no', 'é', 'ß', 'я', 'Я', 'ש', 'क', 'ि', '#', '@', '&', '+', '!', '(', '\'', ' ', '  ', '-', '微', '博', 'カ', 'ガ', 'か', 'が', 'ー', '가', '각', '\u0301', '\u3099', '\u200b', '㍿', '🦋', '１', '4', '_', '"', '\\', '\n');
const oddName = fc.array(oddPiece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join(''));

test('names of any make-up are found in any text, whatever they begin with', () => {
  fc.assert(
    fc.property(fc.array(oddName, { minLength: 1, maxLength: 8 }), fc.array(fc.oneof(oddName, oddName, fc.nat(7)), { maxLength: 8 }), fc.array(fc.boolean(), { maxLength: 7 }), (names, parts, dice) => {
      const odd = createMatcher(names.map((name, i) => serviceSchema.parse({ id: `s${i}`, name: `${name}zz`, names: name.trim() === '' ? [] : [name], hashtags: i % 2 === 0 ? [`#${name.replace(/[\s#]/g, '') || 'a'}`] : [] })));
      const text = parts.map((part) => (typeof part === 'number' ? (names[part] ?? ' ') : part)).join('');
      const bytes = Buffer.from(`{"ts":1,"text":${written(text, dice)}}`);
      const named = odd.matchText(text).length > 0;
      const oddScanner = createLineScanner(odd);
      expect([oddScanner.scan(bytes, 0, bytes.length), oddScanner.tsMs]).toEqual([named ? 'named' : 'unnamed', 1]);
    }),
    { numRuns: 1_500 },
  );
});

test('a name that a phrase covers, or a beginning that no name follows, is passed over in place', () => {
  const sift = createSift(matcher);
  const read = (text: string): number => {
    const buf = Buffer.from(`${JSON.stringify(text)}}`);
    return sift.read(buf, new DataView(buf.buffer, buf.byteOffset, buf.length), 1, buf.length) - buf.length;
  };
  for (const text of ['there is no signal here', 'no signal', 'the signal strength is fine', 'facebook of everything', '新ラインナップを見る', 'a disney world']) expect([text, read(text)]).toEqual([text, -1]);
  for (const text of ['no signal, signal', 'is signal down', 'whatsapp: no signal']) expect([text, read(text)]).toEqual([text, -1 - Buffer.byteLength(JSON.stringify(text)) - 1]);
});

test('a string of nothing but names that phrases cover is soon left to the plain way', () => {
  const sift = createSift(matcher);
  const buf = Buffer.from(`"${'no signal, none, '.repeat(1_000)}"}`);
  expect(sift.read(buf, new DataView(buf.buffer, buf.byteOffset, buf.length), 1, buf.length)).toBe(-1);
  expect(scan(post('no signal, none, '.repeat(1_000)))).toMatchObject({ outcome: 'unnamed' });
});

const anyTs = fc.oneof(
  fc.integer().map(String),
  fc.integer({ min: 0, max: 2 ** 53 }).map(String),
  fc.double().map((n) => JSON.stringify(n)),
  fc.date({ noInvalidDate: true }).map((date) => JSON.stringify(date)),
  fc.constantFrom('"2021-10-04T15:40:00.123456+05:30"', '"2021-10-04 15:40Z"', '"2021\\u002d10-04T15:40:00Z"', 'null', '"x"', '1e3', '[1]'),
);
const anyKey = fc.constantFrom('"text"', '"ts"', '"service"', '"id"', '"te\\u0078t"', '"xy"', '"repostOf"', '"t\\"s"', '""');
const anyMember = fc.oneof(
  { weight: 3, arbitrary: anyText.map((text) => `"text":${JSON.stringify(text)}`) },
  { weight: 3, arbitrary: anyTs.map((ts) => `"ts":${ts}`) },
  { weight: 2, arbitrary: fc.tuple(anyKey, fc.json()).map(([key, value]) => `${key}:${value}`) },
  { weight: 1, arbitrary: fc.constantFrom('"service":"x"', '"service" : ""', '"service":null', '"text":{"text":"whatsapp"}') },
);
const space = fc.constantFrom('', '', '', ' ', '\t', '\r\n');
const anyLine = fc
  .tuple(fc.array(fc.tuple(space, anyMember, space).map((parts) => parts.join('')), { maxLength: 5 }), space)
  .map(([members, after]) => `{${members.join(',')}}${after}`);

test('any line of JSON says in place what it says when parsed', () => {
  fc.assert(
    fc.property(anyLine, (line) => {
      const bytes = Buffer.from(line);
      expect(scan(bytes)).toEqual(plainLine(bytes));
    }),
    { numRuns: 5_000 },
  );
});

test('bytes that are no text in a whole line say in place what they say when decoded', () => {
  const pieces = fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 4 }), piece.map((text) => new TextEncoder().encode(text)));
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
      // Quotes, backslashes and control bytes would end or break the string; everything else may stand in it.
      const inside = Buffer.concat(parts).filter((byte) => byte >= 0x20 && byte !== 0x22 && byte !== 0x5c);
      const bytes = Buffer.concat([Buffer.from('{"ts":1,"text":"'), inside, Buffer.from('"}')]);
      expect(scan(bytes)).toEqual(plainLine(bytes));
    }),
    { numRuns: 5_000 },
  );
});

test('a line that is broken anywhere never throws, and is bad or else read as far as it is whole', () => {
  fc.assert(
    fc.property(anyLine, fc.nat(), fc.nat(255), fc.boolean(), (line, at, byte, cut) => {
      const bytes = Buffer.from(line);
      const where = at % bytes.length;
      bytes[where] = byte;
      const broken = cut ? bytes.subarray(0, where) : bytes;
      const said = scan(broken) as { outcome: string };
      const plainly = plainLine(broken) as { outcome: string; reason: string };
      if (plainly.reason !== 'not-json') expect(said).toEqual(plainly);
      else expect(['bad', 'named', 'unnamed']).toContain(said.outcome);
    }),
    { numRuns: 5_000 },
  );
});
