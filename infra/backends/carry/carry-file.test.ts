import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Fold, Role } from '../../../shared/bus.ts';
import { topics } from '../../../shared/topics.ts';
import { openEmbedded } from '../embedded/embedded-bus.ts';
import { copyStopped, openCarryFile, partitionsIn, removeCarryFile, type KeptRecord } from './carry-file.ts';
import { settle } from './settle.ts';

const folder = mkdtempSync(join(tmpdir(), 'outcry-carry-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const bytes = (text: string) => new TextEncoder().encode(text);
const textOf = (value: Uint8Array | null) => new TextDecoder().decode(value ?? new Uint8Array());
const kept = (over: Partial<KeptRecord>): KeptRecord => ({ topic: topics.incidents.name, partition: 0, key: 'k', value: bytes('v'), headers: {}, at: 5, ...over });

/** Joins what it reads into a text, which it tells at each record. */
function joining(): Fold {
  let text = '';
  return {
    restore: (parts) => void (text = textOf(parts[0]?.value ?? null)),
    fold(record, emit) {
      text += textOf(record.value);
      emit({ topic: topics.alerts.name, key: 'joined', value: bytes(text) });
    },
    live: () => {},
    snapshot: () => [{ key: 'text', value: bytes(text) }],
  };
}
const hold: Role = { name: 'hold', input: topics.incidents.name, scope: 'topic', output: topics.alerts.name, create: joining };

test('a role goes on in a carried file from where it stood: what it had told is not told again, what it had not read is', async () => {
  const path = join(folder, 'stood.db');
  const file = openCarryFile(path, 2);
  file.write([kept({ value: bytes('a'), headers: { ce_id: '1' }, at: 9 }), kept({ value: bytes('b'), partition: 1, at: 3 })]);
  const snapshot = file.end();
  file.write([kept({ value: bytes('c') })]);
  const position = file.end();
  file.write([kept({ value: bytes('d'), partition: 1 })]);
  file.stand('hold', 'all', topics.incidents.name, { position, snapshot }, [{ key: 'text', value: bytes('ab') }]);
  file.close();
  await settle(path, 2, [hold]);
  const after = openCarryFile(path, partitionsIn(path));
  expect(after.id).toBe(file.id);
  expect([...after.records(topics.incidents.name)]).toMatchObject([{ headers: { ce_id: '1' }, at: 9 }, { partition: 1, at: 3 }, {}, {}]);
  expect([...after.records(topics.alerts.name)].map(({ value }) => textOf(value))).toEqual(['abcd']);
  expect([...after.states('hold')].map(([part, parts]) => [part, parts.map(({ key, value }) => [key, textOf(value)])])).toEqual([['all', [['text', 'abcd']]]]);
  after.close();
  removeCarryFile(path);
  expect(existsSync(path)).toBe(false);
});

test('a role that breaks over what it reads ends the settling with its error', async () => {
  const path = join(folder, 'broken.db');
  const file = openCarryFile(path, 1);
  file.write([kept({})]);
  file.close();
  const broken: Role = { ...hold, create: () => ({ ...joining(), fold: () => { throw new Error('a state that is not whole'); } }) };
  await expect(settle(path, 1, [broken])).rejects.toThrow('a state that is not whole');
});

test('a copy is only made of an installation that stands still, and holds it still until it is let go', async () => {
  const path = join(folder, 'source.db');
  const options = { file: path, partitions: 3, mode: 'own', maxBytes: null } as const;
  const running = openEmbedded(options);
  await running.store.set('entry', 'word', 60_000);
  expect(() => copyStopped(path, `${path}.copy`)).toThrow(/another Outcry runs on/);
  await running.bus.close();
  const copy = copyStopped(path, `${path}.copy`);
  expect(() => openEmbedded(options)).toThrow(/another Outcry runs on/);
  copy.release();
  const file = openCarryFile(`${path}.copy`, partitionsIn(`${path}.copy`));
  expect(file.partitions).toBe(3);
  expect(file.entries(Date.now())).toMatchObject([{ key: 'entry', value: 'word' }]);
  file.close();
  expect(() => copyStopped(join(folder, 'none.db'), `${path}.copy`)).toThrow(/there is no/);
});
