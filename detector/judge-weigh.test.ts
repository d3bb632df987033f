import { expect, test } from 'vitest';
import { readClauses } from './judge-clauses.ts';
import { createPhraseFinder, type Hit } from './judge-phrases.ts';
import { placesOf } from './judge-subject.ts';
import { createFlattener, nameMark, otherMark } from './judge-text.ts';
import { nothingSaid, saysNothing, weigh } from './judge-weigh.ts';
import { readCases } from './judge.fixture.ts';
import { readLexicons } from './lexicon.ts';

test('where no phrase speaks of an outage, weighing the text finds what is said without weighing it', () => {
  const lexicons = readLexicons();
  const flattener = createFlattener();
  const finder = createPhraseFinder(lexicons, flattener);
  let silent = 0;
  for (const [i, { text }] of [...readCases().values()].flat().entries()) {
    const flat = flattener.flatten(text);
    const words = flat.text.split(' ');
    const marked = words.with(1 % words.length, nameMark).with((5 + i) % words.length, i % 2 === 0 ? otherMark : nameMark).join(' ');
    const all = finder.find(marked);
    for (const lang of lexicons.map((lexicon) => lexicon.lang)) {
      const spoken = all.filter(({ phrase }) => (phrase.lang === lang || phrase.lang === 'any') && phrase.kind !== 'stopWords');
      // what is left of a text when all that speaks is taken out is silent too
      for (const hits of [spoken, spoken.filter((hit: Hit) => saysNothing([hit]))]) {
        if (!saysNothing(hits)) continue;
        silent++;
        const ordinary = i % 3 === 0;
        const scene = {
          flat: marked, hits, clauses: readClauses(marked, [], flattener.isDense), own: placesOf(marked, nameMark), other: placesOf(marked, otherMark), tail: marked.length,
          telling: null, addressed: true, ordinary, hasUrl: flat.hasUrl, titleCase: flat.titleCase, hashtag: null,
        };
        expect(weigh(scene)).toEqual(nothingSaid(ordinary));
      }
    }
  }
  expect(silent).toBeGreaterThan(1_000);
});
