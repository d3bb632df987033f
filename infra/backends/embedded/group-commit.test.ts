import { expect, test } from 'vitest';
import { openDatabase } from './database.ts';
import { createGroupCommit } from './group-commit.ts';

function openRows() {
  const db = openDatabase({ file: ':memory:', partitions: 1, mode: 'own', maxBytes: null });
  db.sql.exec('CREATE TABLE rows (value INTEGER)');
  const insert = db.sql.prepare('INSERT INTO rows VALUES (?)');
  const rows = () => db.sql.prepare('SELECT value FROM rows ORDER BY rowid').all().map((row) => row['value']);
  return { db, insert, rows };
}

test('what is asked for in one turn is one transaction, in order', async () => {
  const { db, insert, rows } = openRows();
  let transactions = 0;
  const commits = createGroupCommit({
    transaction(body) {
      transactions++;
      return db.transaction(body);
    },
  });
  await Promise.all([1, 2, 3].map((value) => commits.add(() => void insert.run(value))));
  expect([rows(), transactions]).toEqual([[1, 2, 3], 1]);
  db.close();
});

test('a piece that fails is kept out whole, and the others are kept', async () => {
  const { db, insert, rows } = openRows();
  const commits = createGroupCommit(db);
  const outcomes = await Promise.allSettled([
    commits.add(() => void insert.run(1)),
    commits.add(() => {
      insert.run(2);
      throw new Error('no');
    }),
    commits.add(() => void insert.run(3)),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(rows()).toEqual([1, 3]);
  db.close();
});

test('a flush makes durable at once what waits', async () => {
  const { db, insert, rows } = openRows();
  const commits = createGroupCommit(db);
  const added = commits.add(() => void insert.run(1));
  commits.flush();
  expect(rows()).toEqual([1]);
  await added;
  db.close();
});
