// `npm run eval`: measures the whole, prints one table and writes docs/quality.md with docs/quality.json. The page shows the
// chain: tasks, rows, ledger, page. What is measured is the parts'.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { changesOf, enter, type Ledger, ledgerSchema, partOf, type PartRun, writeLedger } from './ledger.ts';
import { plainTable, writePage } from './page.ts';
import { parts } from './parts.ts';
import { runTasks, type Task } from './pool.ts';
import { misjudgedOfSeen } from './show-seen.ts';

const ledgerFile = new URL('../../docs/quality.json', import.meta.url);
const pageFile = new URL('../../docs/quality.md', import.meta.url);
const threads = 2;

const usage = `npm run eval -- [--part NAME]... [--quick] [--posts FILE] [--years N] [--date YYYY-MM-DD] [--dry]
       npm run eval -- --show-seen [--lang XX]...
  --part   one of ${parts.map(({ name }) => name).join(', ')}; again for more; without it all
  --quick  the parts that npm test runs
  --posts  NDJSON of labelled posts for the part "labelled"
  --years  at most so many service-years a simulated stream: sooner, less sure
  --date   the date of figures that changed; today without it
  --dry    prints, writes nothing
  --show-seen  lists the misjudged rows of test/eval/posts that may be learnt from, measures nothing; --lang picks languages`;

const { values } = parseArgs({
  options: { part: { type: 'string', multiple: true }, quick: { type: 'boolean' }, posts: { type: 'string' }, years: { type: 'string' }, date: { type: 'string' }, dry: { type: 'boolean' }, 'show-seen': { type: 'boolean' }, lang: { type: 'string', multiple: true }, help: { type: 'boolean' } },
});
const problems = [
  ...(values.part ?? []).filter((name) => !parts.some((part) => part.name === name)).map((name) => `no part ${name}`),
  ...(values.years !== undefined && !(Number(values.years) > 0) ? [`--years takes a number above 0, not ${values.years}`] : []),
  ...(values.date !== undefined && !/^\d{4}-\d\d-\d\d$/.test(values.date) ? [`--date takes YYYY-MM-DD, not ${values.date}`] : []),
];
if (values.help === true || problems.length > 0) {
  console.error([...problems, usage].join('\n'));
  process.exit(problems.length > 0 ? 2 : 0);
}

if (values['show-seen'] === true) {
  for (const line of misjudgedOfSeen(values.lang)) console.log(line);
  process.exit(0);
}

const options = { posts: values.posts ?? null, mostYears: Number(values.years ?? Infinity) };
const named = values.part ?? [];
const chosen = parts.filter(({ name, quick }) => named.includes(name) || (quick && values.quick === true) || (named.length === 0 && values.quick !== true));
const date = values.date ?? new Date().toISOString().slice(0, 10);
const began = performance.now();

function readLedger(): Ledger {
  return existsSync(ledgerFile) ? ledgerSchema.parse(JSON.parse(readFileSync(ledgerFile, 'utf8'))) : { parts: {}, rows: [] };
}

/** The ledger with its parts in the order of the page. */
function inOrder({ parts: runs, rows }: Ledger): Ledger {
  const order = parts.map(({ name }) => name);
  return {
    parts: Object.fromEntries(order.flatMap((name) => (runs[name] === undefined ? [] : [[name, runs[name]]]))),
    rows: order.flatMap((name) => rows.filter(({ id }) => partOf(id) === name)),
  };
}

let ledger = readLedger();
for (const part of chosen) {
  const tasks: Task[] = part.tasks(options).map((task) => ({ part: part.name, task }));
  if (tasks.length === 0) continue;
  let ended = 0;
  const answers = await runTasks(tasks, options, threads, ({ task }, cpuMs) => {
    console.error(`${part.name} ${++ended}/${tasks.length}, ${Math.round((performance.now() - began) / 1_000)} s: ${task} took ${(cpuMs / 1_000).toFixed(1)} s`);
  });
  const run: PartRun = {
    part: part.name,
    rows: part.rows(new Map(tasks.map((task) => [task.task, answers.get(task)!.result]))),
    minutes: Number((tasks.reduce((sum, task) => sum + answers.get(task)!.cpuMs, 0) / 60_000).toFixed(1)),
    machine: `${process.version}, ${cpus()[0]?.model.trim() ?? 'unknown processor'}`,
  };
  // read again: another run may have written other parts meanwhile
  if (values.dry !== true) ledger = readLedger();
  for (const { id, before, now, fell } of changesOf(ledger, run)) {
    if (before !== null) console.error(`${fell ? 'FELL' : 'rose'} ${id}: ${before} -> ${now ?? 'gone'}`);
  }
  ledger = inOrder(enter(ledger, run, date));
  if (values.dry === true) continue;
  writeFileSync(ledgerFile, writeLedger(ledger));
  writeFileSync(pageFile, writePage(ledger));
}
console.log(plainTable(ledger.rows));
console.error(`${Math.round((performance.now() - began) / 1_000)} s`);
