// One evening, told twice: by one process on the embedded backend, and by workers on a real Kafka and a real Redis that
// are killed in turn. Incidents, evidence and alerts are the same bytes, and the webhook receiver has every event. For posts
// of one's own: `npm run parity -- FILE`.
import { expect, test } from 'vitest';
import { tellTwice } from './parity/twice.ts';

const kills = 6;

test(`workers on Kafka and Redis, killed ${kills} times, tell the evening as one process does, byte for byte`, async () => {
  const { alone, together, aloneIds, togetherIds } = await tellTwice({ source: { type: 'demo', speed: 'max' }, services: [], kills });
  expect(alone.incidents.length).toBeGreaterThan(5);
  expect(together.incidents).toEqual(alone.incidents);
  expect(together.alerts).toEqual(alone.alerts);
  expect(together.evidence).toEqual(alone.evidence);
  expect(togetherIds).toEqual(aloneIds);
}, 1_800_000);
