// Bad input as strangers send it: lines of NDJSON, values, texts and whole configurations, for fast-check.
import * as fc from 'fast-check';

/** Texts that some medium obeys when it should only show them. */
export const attacks = [
  '<!channel> <!here> <@U123|you>',
  '<script>alert(1)</script><img src=x onerror=alert(2)>',
  '\u001b[2J\u001b[31mred\u001b]0;title\u0007\u009b31m',
  '\u202egnp.exe\u202c \u2066hidden\u2069',
  'line one\r\n{"level":60,"msg":"forged"}\nline three',
  '${jndi:ldap://example.com/a} {{7*7}} %s%n $(reboot) `id`',
  "'; DROP TABLE log; --",
  '[click](javascript:alert(1)) https://example.com/?a=<b>&c="d"',
  '\u0000\ud800 lone \udfff surrogates \ufeff\u200b',
  '@everyone @channel :boom: *bold* _it_ ~no~',
];

const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'then', 'valueOf', '', ' ', '\u0000', 'id', 'ts', 'text', 'author', 'service', 'lang', 'region', 'url', 'source', 'repostOf'];

const strange = fc.oneof(
  fc.constantFrom(...attacks, ...names, 'whatsapp is down', 'WHATSAPP', '#whatsapp', '@whatsapp', 'down', '\u{1f4a9}'),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ maxLength: 60 }),
);
const numbers = fc.oneof(fc.constantFrom(-0, 0, -1, 1e308, -1e308, 2 ** 53, 2 ** 63, 8.64e15, 8.64e15 + 1, 1.5, 1_777_836_600_000), fc.double(), fc.integer());

/** Any JSON value, with keys that mean something to JavaScript and to us. */
export const hostileValue: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, fc.constantFrom(null, true, false), strange, numbers, tie('list'), tie('object')),
  list: fc.array(tie('value'), { maxLength: 5 }),
  object: fc.array(fc.tuple(fc.oneof(fc.constantFrom(...names), strange), tie('value')), { maxLength: 6 }).map((entries) => Object.fromEntries(entries)),
})).value;

const maybe = (good: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> => fc.oneof({ weight: 6, arbitrary: good }, { weight: 1, arbitrary: hostileValue });

/** An object with the fields of a post, most of them nearly right; now and then without one of them. */
export const hostilePost: fc.Arbitrary<Record<string, unknown>> = fc
  .record(
    {
      id: maybe(fc.uuid()),
      // the last of the fixed ones is an hour after the tests' clock
      ts: maybe(fc.oneof(fc.integer({ min: 1_777_836_600_000, max: 1_777_836_660_000 }), fc.constantFrom('2026-05-03T19:30:00Z', '2026-05-03 19:30:00+02:00', '2026-13-45T99:99:99Z', 'yesterday', 1_777_840_260_000))),
      text: maybe(fc.tuple(fc.constantFrom('WhatsApp is down ', 'whatsapp works again ', 'a quiet evening ', '#whatsapp '), strange).map((parts) => parts.join(''))),
      author: maybe(strange),
      lang: maybe(fc.constantFrom('en', 'de', 'xx', 'constructor', '__proto__')),
      region: maybe(fc.constantFrom('DE', 'US', 'constructor', '__proto__', '<b>')),
      service: maybe(fc.constantFrom('whatsapp', 'constructor', '__proto__', 'nosuch')),
      url: maybe(fc.constantFrom('https://example.com/1', 'javascript:alert(1)', 'data:text/html,x')),
      repostOf: strange,
    },
    { requiredKeys: ['id', 'ts', 'text'] },
  )
  .map((record) => record as Record<string, unknown>);

const depth = 3_000;
const prefix = '{"id":"deep","ts":1777836600000,"author":"a","text":"WhatsApp is down","x":';

/** Bytes of one line, without a line break: a bad post, JSON that was broken on its way, or no JSON at all. */
export const hostileLine: fc.Arbitrary<Buffer> = fc
  .oneof(
    { weight: 8, arbitrary: hostilePost.map((post) => Buffer.from(JSON.stringify(post))) },
    {
      weight: 5,
      arbitrary: fc.tuple(hostilePost, fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 })).map(([post, hits]) => {
        const bytes = Buffer.from(JSON.stringify(post));
        for (const [at, byte] of hits) bytes[at % bytes.length] = byte;
        return bytes;
      }),
    },
    { weight: 3, arbitrary: fc.tuple(hostilePost, fc.nat()).map(([post, cut]) => { const bytes = Buffer.from(JSON.stringify(post)); return bytes.subarray(0, cut % bytes.length); }) },
    { weight: 2, arbitrary: hostileValue.map((value) => Buffer.from(JSON.stringify(value) ?? 'undefined')) },
    { weight: 2, arbitrary: fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes)) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        `${prefix}${'['.repeat(depth)}${']'.repeat(depth)}}`, `${prefix}${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`, `${prefix}${'['.repeat(depth)}`,
        '{"id":1,"id":2,"ts":1777836600000,"text":"WhatsApp is down","text":"twice"}', '{"id":"n","ts":1e400,"text":"WhatsApp is down"}',
        '{"id":"p","ts":1777836600000,"text":"WhatsApp is down","__proto__":{"author":"x","region":"DE"}}', '\ufeff{}', '[]', 'null', '"x"', '{}', 'NaN',
      ).map((text) => Buffer.from(text)),
    },
  )
  .map((bytes) => Buffer.from(bytes.map((byte) => (byte === 10 ? 32 : byte))));
