// The judge on sentences of our own: how many reports it hears, how many it imagines, in each language and for each reason.
import { readFileSync } from 'node:fs';
import { assert, boolean, constantFrom, oneof, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { catalogPath, parseCatalog } from '../shared/catalog/catalog.ts';
import { type Case, createNameFinder, judgeCase, readCases } from './judge.fixture.ts';
import { judgedLength } from './judge-text.ts';
import { createJudge, type Judged } from './judge.ts';
import { reasons } from './judge-reason.ts';
import { readLexicons } from './lexicon.ts';

const parsed = parseCatalog(readFileSync(catalogPath, 'utf8'));
const services = 'services' in parsed ? parsed.services : [];
const judge = createJudge(readLexicons(), services);
const finder = createNameFinder(services);
const cases = readCases();

interface Score {
  heard: number;
  missed: number;
  imagined: number;
  wrong: string[];
  symptoms: number;
  rightSymptoms: number;
}

function score(list: readonly Case[], judged: readonly Judged[]): Score {
  const total: Score = { heard: 0, missed: 0, imagined: 0, wrong: [], symptoms: 0, rightSymptoms: 0 };
  list.forEach((one, i) => {
    const got = judged[i]!;
    if (one.verdict === 'report' && got.verdict === 'report') total.heard++;
    else if (one.verdict === 'report') total.missed++;
    else if (got.verdict === 'report') total.imagined++;
    if (one.verdict !== got.verdict) total.wrong.push(`${one.verdict}, not ${got.verdict}/${got.reason} [${got.lang}: ${got.phrases.join(' | ')}]: ${one.text}`);
    if (one.symptom === undefined || got.verdict !== 'report') return;
    total.symptoms++;
    if (one.symptom === got.symptom) total.rightSymptoms++;
    else if (process.env['OUTCRY_SHOW'] !== undefined) total.wrong.push(`${one.symptom}, not ${got.symptom} [${got.phrases.join(' | ')}]: ${one.text}`);
  });
  return total;
}

function f1({ heard, missed, imagined }: Score): number {
  return (2 * heard) / (2 * heard + missed + imagined);
}

function tell(name: string, s: Score): void {
  const precision = s.heard / (s.heard + s.imagined);
  const recall = s.heard / (s.heard + s.missed);
  process.stdout.write(`${name.padEnd(22)} precision ${precision.toFixed(2)}  recall ${recall.toFixed(2)}  F1 ${f1(s).toFixed(2)}  symptoms ${s.rightSymptoms}/${s.symptoms}\n`);
  for (const line of s.wrong) process.stdout.write(`    ${line}\n`);
}

const judgedOf = new Map([...cases].map(([file, list]) => [file, list.map((one) => judgeCase(judge, finder, one))]));

test.each([...cases.keys()])('most sentences of %s.cases.yaml are judged as their writers meant them', (file) => {
  const s = score(cases.get(file)!, judgedOf.get(file)!);
  tell(file, s);
  expect(f1(s), s.wrong.join('\n')).toBeGreaterThanOrEqual(0.8);
  expect(s.wrong.length / cases.get(file)!.length, s.wrong.join('\n')).toBeLessThanOrEqual(0.2);
});

test('over all languages, F1 of reports is 0.9 at least and four symptoms of five are right', () => {
  const all = score([...cases.values()].flat(), [...judgedOf.values()].flat());
  tell('all', { ...all, wrong: [] });
  expect(f1(all)).toBeGreaterThanOrEqual(0.9);
  expect(all.rightSymptoms / all.symptoms).toBeGreaterThanOrEqual(0.8);
});

test('where a name is an ordinary word, nine of ten reports are about the service', () => {
  const s = score(cases.get('ordinary') ?? [], judgedOf.get('ordinary') ?? []);
  expect(s.heard / (s.heard + s.imagined), s.wrong.join('\n')).toBeGreaterThanOrEqual(0.9);
});

test('a reason that a case names is found for three quarters of the cases that name one', () => {
  const list = [...cases.values()].flat();
  const judged = [...judgedOf.values()].flat();
  const table = new Map<string, { named: number; found: number; given: number }>(reasons.map(({ code }) => [code, { named: 0, found: 0, given: 0 }]));
  list.forEach((one, i) => {
    if (one.reason === undefined) return;
    table.get(one.reason)!.named++;
    table.get(judged[i]!.reason)!.given++;
    if (judged[i]!.reason === one.reason) table.get(one.reason)!.found++;
  });
  let named = 0;
  let found = 0;
  for (const [code, row] of table) {
    named += row.named;
    found += row.found;
    if (row.named + row.given > 0) process.stdout.write(`${code.padEnd(22)} precision ${(row.found / row.given).toFixed(2)}  recall ${(row.found / row.named).toFixed(2)}  of ${row.named}\n`);
  }
  expect(found / named).toBeGreaterThanOrEqual(0.75);
});

test('the button of the report form is a report, whatever the text says', () => {
  const pressed = (text: string): Judged => judge.judge({ text, lang: undefined, service: 'whatsapp', by: 'button', name: 'whatsapp', ordinary: false, others: [] });
  expect(pressed('works fine for me')).toMatchObject({ verdict: 'report', reason: 'button', symptom: 'down', weight: 1 });
  expect(pressed('').verdict).toBe('report');
  expect(pressed("can't log in").symptom).toBe('login');
});

test('any text at all gives a verdict, in a closed list of reasons, with a symptom where it is a report', () => {
  const codes = new Set<string>(reasons.map((r) => r.code));
  assert(
    property(oneof(string({ unit: 'binary', maxLength: 400 }), string({ unit: 'grapheme', maxLength: 400 })), boolean(), constantFrom('line', 'blackout', '', '😀', '%'), (text, ordinary, name) => {
      const mention = { text, lang: undefined, service: 'line', by: 'name' as const, name, ordinary, others: [{ service: 'x', name: 'x' }] };
      const got = judge.judge(mention);
      expect(codes).toContain(got.reason);
      expect(got.symptom === null).toBe(got.verdict !== 'report');
      expect(got.weight === 0).toBe(got.verdict === 'none');
      expect(judge.judge(mention)).toEqual(got);
    }),
    { numRuns: 300 },
  );
});

test('a text of ten megabytes is judged by its beginning alone', () => {
  for (const part of ['is down ', '@a #b ', 'ا', 'ー', "'", '&amp;', '? ! . ', 'whatsapp ', '\u0301', 'aaa ']) {
    const long = part.repeat(Math.ceil(10_000_000 / part.length));
    const mention = { lang: undefined, service: 'whatsapp', by: 'name' as const, name: 'whatsapp', ordinary: false, others: [] };
    expect(judge.judge({ text: long, ...mention })).toEqual(judge.judge({ text: long.slice(0, judgedLength), ...mention }));
  }
});
