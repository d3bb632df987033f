import { expect, test } from 'vitest';
import type { Bus, InRecord } from '../../shared/bus.ts';
import { evidenceKey, type Evidence } from '../../shared/evidence.ts';
import { topics } from '../../shared/topics.ts';
import { createEvidenceSearch } from './evidence-search.ts';

/** A log of evidence that counts how often it is read from its start, each read in a later turn. */
function aLog(): { tail: Bus['tail']; put: (incident: string, id: string, text: string | null) => void; reads: () => number } {
  const records: InRecord[] = [];
  let reads = 0;
  return {
    reads: () => reads,
    put(incident, id, text) {
      const evidence: Evidence = {
        v: 1, incident, service: 'alpha', source: 'lines', id, ts: 1_000, author: 'hash', lang: 'en', symptom: 'down', reason: 'outage-phrase', weight: 1, late: false,
        text, url: null, region: null,
      };
      records.push({ topic: topics.evidence.name, partition: 0, offset: records.length, key: evidenceKey(incident, 'lines', id), value: new TextEncoder().encode(JSON.stringify(evidence)), headers: {} });
    },
    tail(_topic, _from, each, caughtUp) {
      reads += 1;
      setImmediate(() => {
        void each(records);
        caughtUp?.();
      });
      return { stop: async () => {} };
    },
  };
}

test('a text that its author took back is gone from the next answer', async () => {
  const log = aLog();
  const search = createEvidenceSearch(log);
  log.put('one', 'a', 'alpha is down');
  log.put('two', 'b', 'another');
  expect((await search('one')).map(({ text }) => text)).toEqual(['alpha is down']);
  log.put('one', 'a', null);
  expect((await search('one')).map(({ text }) => text)).toEqual([null]);
});

test('all who ask while a search is under way share it', async () => {
  const log = aLog();
  const search = createEvidenceSearch(log);
  log.put('one', 'a', 'alpha is down');
  const answers = await Promise.all([search('one'), search('two'), search('one')]);
  expect(answers.map((items) => items.length)).toEqual([1, 0, 1]);
  expect(log.reads()).toBe(2);
});

test('a search that fails is not remembered', async () => {
  const log = aLog();
  let broken = true;
  const search = createEvidenceSearch({
    tail(...args) {
      if (broken) throw new Error('the log is away');
      return log.tail(...args);
    },
  });
  log.put('one', 'a', 'alpha is down');
  await expect(search('one')).rejects.toThrow('away');
  broken = false;
  expect(await search('one')).toHaveLength(1);
});
