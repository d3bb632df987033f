import { expect, test } from 'vitest';
import { createRandom } from './detector.fixture.ts';
import { createVocabulary, use, type Vocabulary } from './vocabulary.ts';

const hourMs = 3_600_000;

/** The same vocabulary with all its bits laid out, as an older snapshot holds it. */
function laidOut(vocabulary: Vocabulary): Vocabulary {
  const filter = (): Uint8Array => new Uint8Array(512);
  return { ...vocabulary, now: filter(), before: filter() };
}

test('a short list of bits and the filter say the same of every word, over hours and floods', () => {
  const random = createRandom(3);
  const listed = createVocabulary(0);
  const filtered = laidOut(listed);
  let lists = 0;
  let filters = 0;
  for (let at = 0; at < 40 * hourMs; at += random() < 0.5 ? 60_000 : 15 * 60_000) {
    const words = Array.from({ length: Math.floor(random() * (at > 30 * hourMs ? 200 : 12)) }, () => Math.floor(random() * 2 ** 32));
    expect(use(listed, words, at)).toBe(use(filtered, words, at));
    if (Array.isArray(listed.now)) lists += 1;
    else filters += 1;
    if (Array.isArray(listed.now)) expect(listed.now.length).toBeLessThanOrEqual(64);
    expect(listed.words).toBe(filtered.words);
    // an older snapshot goes on as a list from its next hour on
    if (random() < 0.2) Object.assign(filtered, { before: asFilter(filtered.before), now: asFilter(filtered.now) });
  }
  expect(lists).toBeGreaterThan(10);
  expect(filters).toBeGreaterThan(10);
});

function asFilter(bits: Vocabulary['now']): Uint8Array {
  if (!Array.isArray(bits)) return bits;
  const filter = new Uint8Array(512);
  for (const bit of bits) filter[bit >>> 3]! |= 1 << (bit & 7);
  return filter;
}
