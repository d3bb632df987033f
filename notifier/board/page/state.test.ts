import { expect, test } from 'vitest';
import { createState, placeOf, takeSummaries } from './state.ts';
import type { ServiceSummary, Standing } from '../views.ts';

function summary(id: string, standing: Standing, reports = 0): ServiceSummary {
  return {
    id, name: id, tags: [], standing, learning: false, blind: false, incident: null, since: null, until: null, reporters: null, windowMs: 900_000, reports, mentions: 0,
    expected: null, spark: [], topSymptom: null, tie: null, official: null, officialWord: null,
  };
}

test('a path names its place, and what is no path of ours names none', () => {
  expect(placeOf('/')).toEqual({ kind: 'front' });
  expect(placeOf('/s/whatsapp')).toEqual({ kind: 'service', id: 'whatsapp' });
  expect(placeOf('/i/a%20b')).toEqual({ kind: 'incident', id: 'a b' });
  expect(placeOf('/i/%')).toEqual({ kind: 'nowhere' });
  expect(placeOf('/x')).toEqual({ kind: 'nowhere' });
});

test('a service that gets into trouble moves to the front without a reload', () => {
  const state = createState({ kind: 'front' });
  state.services = [summary('alpha', 'active', 3), summary('beta', 'quiet')];
  takeSummaries(state, [summary('beta', 'confirmed', 30)]);
  expect(state.services.map(({ id }) => id)).toEqual(['beta', 'alpha']);
});

test('while the reader searches, changes do not add what was not found', () => {
  const state = createState({ kind: 'front' });
  state.query = 'alpha';
  state.services = [summary('alpha', 'quiet')];
  takeSummaries(state, [summary('beta', 'confirmed')]);
  expect(state.services.map(({ id }) => id)).toEqual(['alpha']);
});
