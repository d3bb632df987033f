// The judge on a file of labelled posts that is named at the command line. Such posts belong to their authors: only
// figures leave this file, never a text or an id.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { z } from 'zod';
import { definePart } from './part.ts';
import { createReading } from './reading.ts';
import { type Row, rounded } from './row.ts';
import { f1, newTally, note, precision, recall, type Tally, together, two } from './tally.ts';

const labelledSchema = z.looseObject({
  text: z.string(),
  lang: z.string(),
  label: z.enum(['report', 'not_report']),
  service: z.string().nullish(),
  source: z.string().default('not said'),
  kind: z.string().default('post'),
});

type Tallies = Record<string, Tally>;
interface LabelledFigures {
  readonly file: string;
  readonly langs: Tallies;
  readonly kinds: Tallies;
}

/** In languages with fewer rows than this a figure says little, and the issue sets no bar. */
const enoughRows = 50;

function read(file: string): z.infer<typeof labelledSchema>[] {
  return readFileSync(file, 'utf8').split('\n').filter((line) => line.trim() !== '').map((line, i) => {
    const row = labelledSchema.safeParse(JSON.parse(line));
    // the reason without the value: it is a stranger's
    if (!row.success) throw new Error(`line ${i + 1} is no labelled post: ${row.error.issues.map(({ path, code }) => `${path.join('.')} ${code}`).join(', ')}`);
    return row.data;
  });
}

function rowOf(file: string, id: string, name: string, tally: Tally): Row {
  return {
    id: `labelled/${id}`, section: 'labelled', name: `${name}, ${file}`, figure: rounded(f1(tally)), better: 'more',
    cells: [two(precision(tally)), two(recall(tally)), `${tally.heard + tally.missed} / ${tally.imagined + tally.refused}`, `${tally.missed} / ${tally.imagined}`],
  };
}

export const labelled = definePart<LabelledFigures>({
  name: 'labelled',
  quick: false,
  tasks: ({ posts }) => (posts === null ? [] : ['all']),
  run(_task, { posts }) {
    const reading = createReading();
    const langs: Tallies = {};
    const kinds: Tallies = {};
    for (const { text, lang, label, service, kind } of read(posts!)) {
      const said = reading.verdict({ text, lang, service: service ?? undefined }).verdict === 'report';
      for (const tally of [(langs[lang] ??= newTally()), (kinds[`${kind}${service == null ? ', no service stated' : ''}`] ??= newTally())]) note(tally, label === 'report', said);
    }
    return { file: basename(posts!), langs, kinds };
  },
  rows(results) {
    const { file, langs, kinds } = results.get('all')!;
    const size = ({ heard, missed, imagined, refused }: Tally): number => heard + missed + imagined + refused;
    const sorted = (tallies: Tallies): [string, Tally][] => Object.entries(tallies).toSorted(([a, x], [b, y]) => size(y) - size(x) || (a < b ? -1 : 1));
    const large = sorted(langs).filter(([, tally]) => size(tally) >= enoughRows);
    const least = large.toSorted(([, a], [, b]) => f1(a) - f1(b))[0];
    return [
      { ...rowOf(file, 'all', 'all', together(Object.values(langs))), bar: { least: 0.85 }, headline: `judging, ${file}, F1 in all` },
      ...(least === undefined ? [] : [{ ...rowOf(file, 'least', `the least of those with ${enoughRows} rows (${least[0]})`, least[1]), bar: { least: 0.75 }, headline: `judging, ${file}, least F1 of the languages with ${enoughRows} rows (${least[0]})` }]),
      ...sorted(langs).map(([lang, tally]) => rowOf(file, `lang/${lang}`, lang, tally)),
      ...sorted(kinds).map(([kind, tally]) => rowOf(file, `kind/${kind.replaceAll(/[^a-z]+/g, '-')}`, kind, tally)),
    ];
  },
});
