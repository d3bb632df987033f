import * as fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { officialStateSchema } from '../../../shared/observation.ts';
import { loadParseFeed } from './feed-words.ts';
import { formNames, forms, placeAs } from './forms.ts';
import type { Reader } from './page-word.ts';
import { createTold } from './told.ts';
import { feedLinkIn } from './which-form.ts';

const now = Date.UTC(2026, 4, 3, 20);
let readers: Reader[];
beforeAll(async () => {
  const parse = await loadParseFeed();
  readers = formNames.map((form) => forms[form].reader(placeAs(form, 'https://status.example.com'), parse));
});

/** Objects with the fields that readers look for, and anything in them. */
const fields = ['id', 'page', 'status', 'incidents', 'components', 'scheduled_maintenances', 'incident_updates', 'name', 'title', 'impact', 'created_at', 'display_at', 'updates', 'when', 'begin', 'end', 'event_log', 'arn', 'date', 'timestamp', 'active_incidents', 'notes', 'services', 'events', 'messageId', 'serviceName', 'epochStartDate', 'datePosted', 'data', 'included', 'attributes', 'type', 'result', 'status_overall', 'messages', 'affected_components', 'new_status', 'shortlink', 'uri', 'text', 'body'];
const leaf = fc.oneof(fc.string(), fc.integer(), fc.double(), fc.boolean(), fc.constant(null), fc.constant('2026-05-03T19:00:00Z'), fc.constant('resolved'), fc.constant('UP'), fc.constant('status_page'), fc.constantFrom('constructor', '__proto__', 'toString'));
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof({ maxDepth: 6, withCrossShrink: true }, leaf, fc.array(tie('tree'), { maxLength: 4 }), fc.dictionary(fc.constantFrom(...fields), tie('tree'), { maxKeys: 8 })),
}));

test('no answer, however it is made, throws or gives a word that can not be told', () => {
  fc.assert(fc.property(tree, (value) => {
    const bytes = new TextEncoder().encode(JSON.stringify(value));
    for (const read of readers) {
      const answer = read(bytes, now);
      if ('why' in answer) continue;
      for (const word of answer.words) {
        expect(Number.isInteger(word.ts)).toBe(true);
        expect(officialStateSchema.options).toContain(word.state);
        expect(word.title.length <= 200 && (word.text?.length ?? 0) <= 500 && word.components.length <= 20).toBe(true);
      }
      const told = createTold(undefined);
      for (const news of told.news('p', answer, () => ['s'], now)) told.settle('p', news);
      createTold(told.encode(now)).news('p', answer, () => ['s'], now);
    }
  }), { numRuns: 400 });
});

test('no bytes throw either', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
    for (const read of readers) expect(read(bytes, now)).toBeDefined();
  }), { numRuns: 300 });
});

test('a page that is made to be slow is read in no time, and gives no flood', () => {
  const many = (n: number, of: (i: number) => unknown) => Array.from({ length: n }, (_, i) => of(i));
  const time = '2026-05-03T19:00:00Z';
  const bombs: unknown[] = [
    { page: {}, incidents: [{ id: 'x', components: many(15_000, () => ({ name: 'same' })), incident_updates: many(8_000, (i) => ({ id: i, display_at: time })) }] },
    { page: {}, incidents: many(15_000, (i) => ({ id: i, created_at: time })), components: many(15_000, (i) => ({ id: i, name: `n${i}`, status: 'major_outage', updated_at: time })) },
    { page: {}, incidents: [{ id: 'x'.repeat(1_000_000), created_at: time }] },
    many(15_000, (i) => ({ arn: `a/${i}`, date: time, event_log: [] })),
    many(15_000, () => ({})),
  ];
  for (const bomb of bombs) {
    const bytes = new TextEncoder().encode(JSON.stringify(bomb));
    for (const read of readers) {
      const answer = read(bytes, now);
      if ('why' in answer) continue;
      const told = createTold(undefined);
      expect(told.news('p', answer, () => ['s'], now).length).toBeLessThanOrEqual(20_000);
    }
  }
  expect(feedLinkIn('<link '.repeat(200_000), 'https://status.example.com/')).toBeUndefined();
});
