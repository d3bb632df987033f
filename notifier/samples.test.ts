import { expect, test } from 'vitest';
import type { InRecord } from '../shared/bus.ts';
import { evidenceKey, type Evidence } from '../shared/evidence.ts';
import { aPost } from '../test/fakes/incidents.ts';
import { createSamples } from './samples.ts';

function record(post: Evidence | null, key = post === null ? '' : evidenceKey(post.incident, post.source, post.id)): InRecord {
  return { topic: 'outcry.evidence', partition: 0, offset: 0, key, value: post === null ? null : new TextEncoder().encode(JSON.stringify(post)), headers: {} };
}

const posts = Array.from({ length: 20 }, (_, i) => aPost(`post ${i}`, { id: `p${i}`, weight: i / 20, ts: i }));
const { incident } = posts[0]!;

test('the strongest posts of an incident, and none of another', () => {
  const samples = createSamples();
  samples.take(posts.map((post) => record(post)));
  expect(samples.strongest(incident, 2).map(({ id }) => id)).toEqual(['p19', 'p18']);
  expect(samples.strongest('other', 2)).toEqual([]);
});

test('a post that its author took back is quoted no more, erased or removed', () => {
  const samples = createSamples();
  samples.take(posts.map((post) => record(post)));
  samples.take([record({ ...posts[19]!, text: null }), record(null, evidenceKey(incident, 'bluesky', 'p18'))]);
  expect(samples.strongest(incident, 2).map(({ id }) => id)).toEqual(['p17', 'p16']);
});

test('late posts and broken records are not quoted', () => {
  const samples = createSamples();
  samples.take([record({ ...posts[1]!, late: true }), { ...record(posts[2]!), value: new TextEncoder().encode('{') }, record(posts[3]!)]);
  expect(samples.strongest(incident, 5).map(({ id }) => id)).toEqual(['p3']);
});
