// What compaction may take and what it may not, by the keys that it sees.
import { expect, test } from 'vitest';
import { topics } from '../../../shared/topics.ts';
import { createWireKeys, plainKey } from './wire-key.ts';

const { incidents, alerts } = topics;

test('two events of a service never share a key, so that compaction keeps both, and each comes back under its own', () => {
  const keyOf = createWireKeys('a');
  const keys = [keyOf(incidents.name, 'whatsapp'), keyOf(incidents.name, 'whatsapp'), createWireKeys('b')(incidents.name, 'whatsapp')];
  expect(new Set(keys).size).toBe(3);
  expect(keys.map((key) => plainKey(incidents.name, key))).toEqual(['whatsapp', 'whatsapp', 'whatsapp']);
});

test('markers share theirs, so that only the latest lasts', () => {
  const keyOf = createWireKeys('a');
  expect([keyOf(incidents.name, 'progress'), keyOf(incidents.name, 'progress')]).toEqual(['progress', 'progress']);
  expect(plainKey(incidents.name, 'progress')).toBe('progress');
});

test('keys of topics without markers stand as they are: others read them too', () => {
  expect(createWireKeys('a')(alerts.name, 'whatsapp-1')).toBe('whatsapp-1');
  expect(plainKey(alerts.name, 'odd\u0000key')).toBe('odd\u0000key');
});
