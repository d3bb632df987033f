// The judge on sentences: those written for this, the lexicons' own cases, and everyday posts. One task; its rows go to
// several sections. Labelled posts of strangers are labelled.ts's.
import { createWorld } from '../../ingest/demo/world.ts';
import { type Case, createNameFinder, judgeCase, readCases } from '../../detector/judge.fixture.ts';
import { reasonCodes } from '../../detector/judge-reason.ts';
import { halfOf, otherKinds, type OwnPosts, readOwnPosts } from './own-posts.ts';
import { definePart } from './part.ts';
import { createReading, type Reading } from './reading.ts';
import { type Row, rounded } from './row.ts';
import { f1, newTally, note, precision, recall, type Tally, together, two, wilson } from './tally.ts';

/** The languages that the issue asks for, in its order. */
export const languages = 'en de es pt fr it nl pl cs sv ro hu el ru uk tr ar fa he hi bn id th vi zh ja ko'.split(' ');
const chatterSeeds = ['eval-1', 'eval-2', 'eval-3'];

type Count = [count: number, of: number];

interface OwnFigures {
  readonly lang: string;
  readonly told: Tally;
  /** the source does not say in which language the post is */
  readonly untold: Tally;
  /** reports whose service the catalogue did not find in the text */
  readonly unnamed: Count;
  readonly everyday: Count;
  readonly kinds: Readonly<Record<string, Count>>;
}

interface JudgingFigures {
  /** by language: the half that is held out, and the half that was learnt from */
  readonly own: readonly OwnFigures[];
  readonly seen: readonly OwnFigures[];
  readonly cases: readonly { lang: string; tally: Tally; symptoms: Count }[];
  /** by the reason that a case names: so many named it, were given it, and both */
  readonly reasons: Readonly<Record<string, { named: number; given: number; both: number }>>;
  readonly chatter: readonly { lang: string; count: Count }[];
}

function ownFigures(reading: Reading, { lang, report, not_report: others, everyday }: OwnPosts): OwnFigures {
  const told = newTally();
  const untold = newTally();
  const unnamed: Count = [0, report.length];
  const kinds: Record<string, Count> = {};
  for (const { service, text } of report) {
    const found = reading.mentions({ text, lang });
    if (!found.has(service)) unnamed[0]++;
    note(told, true, found.get(service)?.verdict === 'report');
    note(untold, true, reading.mentions({ text }).get(service)?.verdict === 'report');
  }
  for (const { service, text, kind } of others) {
    const said = reading.mentions({ text, lang }).get(service)?.verdict === 'report';
    note(told, false, said);
    note(untold, false, reading.mentions({ text }).get(service)?.verdict === 'report');
    const count = (kinds[kind] ??= [0, 0]);
    count[1]++;
    if (!said) count[0]++;
  }
  const falsely = everyday.filter((text) => [...reading.mentions({ text, lang }).values()].some(({ verdict }) => verdict === 'report'));
  return { lang, told, untold, unnamed, kinds, everyday: [falsely.length, everyday.length] };
}

function casesFigures({ judge, services }: Reading): Pick<JudgingFigures, 'cases' | 'reasons'> {
  const finder = createNameFinder(services);
  const reasons: Record<string, { named: number; given: number; both: number }> = Object.fromEntries(reasonCodes.map((code) => [code, { named: 0, given: 0, both: 0 }]));
  const one = (lang: string, list: readonly Case[]): JudgingFigures['cases'][number] => {
    const tally = newTally();
    const symptoms: Count = [0, 0];
    for (const each of list) {
      const got = judgeCase(judge, finder, each);
      note(tally, each.verdict === 'report', got.verdict === 'report');
      if (each.symptom !== undefined && got.verdict === 'report') {
        symptoms[1]++;
        if (each.symptom === got.symptom) symptoms[0]++;
      }
      if (each.reason === undefined) continue;
      reasons[each.reason]!.named++;
      reasons[got.reason]!.given++;
      if (got.reason === each.reason) reasons[got.reason]!.both++;
    }
    return { lang, tally, symptoms };
  };
  return { cases: [...readCases()].map(([lang, list]) => one(lang, list)), reasons };
}

/** The demonstration's chatter: posts that name a service which works, by what their source says of their language. */
function chatterFigures(reading: Reading): JudgingFigures['chatter'] {
  const counts = new Map<string, Count>();
  for (const seed of chatterSeeds) {
    for (const { post, role } of createWorld({ seed }).told()) {
      if (role !== 'chatter') continue;
      const lang = post.lang ?? 'not said';
      const count = counts.get(lang) ?? counts.set(lang, [0, 0]).get(lang)!;
      count[1]++;
      if ([...reading.mentions(post).values()].some(({ verdict }) => verdict === 'report')) count[0]++;
    }
  }
  return [...counts].map(([lang, count]) => ({ lang, count })).toSorted((a, b) => (a.lang < b.lang ? -1 : 1));
}

const perThousand = ([count, of]: Count): number | null => rounded(of === 0 ? NaN : (1_000 * count) / of);
const interval = ([count, of]: Count): string => wilson(count, of).map((share) => (1_000 * share).toFixed(1)).join(' to ');
const sum = (counts: readonly Count[]): Count => [counts.reduce((all, [count]) => all + count, 0), counts.reduce((all, [, of]) => all + of, 0)];
const place = (lang: string): number => (languages.includes(lang) ? languages.indexOf(lang) : languages.length);
const inOrder = (a: { lang: string }, b: { lang: string }): number => place(a.lang) - place(b.lang);

function ownRows({ own, seen, cases }: JudgingFigures): Row[] {
  const casesOf = new Map(cases.map(({ lang, tally }) => [lang, tally]));
  const seenOf = new Map(seen.map(({ lang, told }) => [lang, told]));
  const f1Of = (tally: Tally | undefined): string => (tally === undefined ? '-' : two(f1(tally)));
  const row = (id: string, name: string, { told, untold, unnamed }: Pick<OwnFigures, 'told' | 'untold' | 'unnamed'>, seenTold: Tally | undefined, caseTally: Tally | undefined): Row => ({
    id: `judging/own/${id}`, section: 'own-posts', name, figure: rounded(f1(told)), better: 'more',
    cells: [two(precision(told)), two(recall(told)), `${told.heard + told.missed} / ${told.imagined + told.refused}`, String(unnamed[0]), f1Of(untold), f1Of(seenTold), f1Of(caseTally)],
  });
  const list = own.toSorted(inOrder);
  const sums = { told: together(list.map(({ told }) => told)), untold: together(list.map(({ untold }) => untold)), unnamed: sum(list.map(({ unnamed }) => unnamed)) };
  const least = list.toSorted((a, b) => f1(a.told) - f1(b.told))[0]!;
  return [
    { ...row('all', 'all', sums, together(seenOf.values()), together(cases.map(({ tally }) => tally))), bar: { least: 0.85 }, headline: 'judging, our own held-out sentences, F1 in all' },
    { ...row('least', `the least (${least.lang})`, least, seenOf.get(least.lang), casesOf.get(least.lang)), bar: { least: 0.75 }, headline: `judging, our own held-out sentences, least F1 of ${list.length} languages (${least.lang})` },
    ...list.map((one) => row(one.lang, one.lang, one, seenOf.get(one.lang), casesOf.get(one.lang))),
  ];
}

function kindRows({ own, seen }: JudgingFigures): Row[] {
  return otherKinds.flatMap((kind): Row[] => {
    const countOf = (half: readonly OwnFigures[]): Count => sum(half.map(({ kinds }) => kinds[kind] ?? [0, 0]));
    const count = countOf(own);
    const learnt = countOf(seen);
    if (count[1] + learnt[1] === 0) return [];
    const wrong = own.map(({ lang, kinds }) => ({ lang, wrong: (kinds[kind]?.[1] ?? 0) - (kinds[kind]?.[0] ?? 0) })).filter((each) => each.wrong > 0);
    return [{
      id: `judging/kind/${kind}`, section: 'kinds', name: kind, figure: rounded(count[0] / count[1]), better: 'more',
      cells: [`${count[0]} of ${count[1]}`, wrong.toSorted((a, b) => b.wrong - a.wrong || inOrder(a, b)).map((each) => (each.wrong === 1 ? each.lang : `${each.lang} ${each.wrong}`)).join(', '), `${learnt[0]} of ${learnt[1]}`],
    }];
  });
}

function caseRows({ cases, reasons }: JudgingFigures): Row[] {
  const row = (lang: string, name: string, tally: Tally, symptoms: Count): Row => ({
    id: `judging/cases/${lang}`, section: 'cases', name, figure: rounded(f1(tally)), better: 'more',
    cells: [two(precision(tally)), two(recall(tally)), `${tally.heard + tally.missed} / ${tally.imagined + tally.refused}`, `${symptoms[0]} of ${symptoms[1]}`],
  });
  return [
    row('all', 'all', together(cases.map(({ tally }) => tally)), sum(cases.map(({ symptoms }) => symptoms))),
    ...cases.toSorted(inOrder).map(({ lang, tally, symptoms }) => row(lang, lang, tally, symptoms)),
    ...Object.entries(reasons).filter(([, { named, given }]) => named + given > 0).map(([code, { named, given, both }]): Row => ({
      id: `judging/reason/${code}`, section: 'reasons', name: `\`${code}\``, figure: rounded((2 * both) / (named + given)), better: 'more',
      cells: [two(both / given), two(both / named), String(named)],
    })),
  ];
}

function everydayRows({ own, seen, chatter }: JudgingFigures): Row[] {
  const row = (id: string, section: string, name: string, count: Count, learnt?: Count): Row => ({
    id: `judging/${id}`, section, name, figure: perThousand(count), better: 'less', bar: { most: 5 },
    cells: [`${count[0]} of ${count[1]}`, interval(count), ...(learnt === undefined ? [] : [`${learnt[0]} of ${learnt[1]}`])],
  });
  const seenOf = new Map(seen.map(({ lang, everyday }) => [lang, everyday]));
  const worst = chatter.filter(({ lang }) => lang !== 'not said').toSorted((a, b) => b.count[0] / b.count[1] - a.count[0] / a.count[1])[0]!;
  return [
    { ...row('everyday/all', 'everyday', 'all', sum(own.map(({ everyday }) => everyday)), sum([...seenOf.values()])), headline: 'false reports per 1,000 everyday posts, our own held-out ones, in all' },
    ...own.toSorted(inOrder).map(({ lang, everyday }) => row(`everyday/${lang}`, 'everyday', lang, everyday, seenOf.get(lang))),
    row('chatter/all', 'chatter', 'all', sum(chatter.map(({ count }) => count))),
    { ...row('chatter/worst', 'chatter', `the worst (${worst.lang})`, worst.count), headline: `false reports per 1,000 everyday posts, the demonstration's chatter, worst language (${worst.lang})` },
    ...chatter.map(({ lang, count }) => row(`chatter/${lang}`, 'chatter', lang, count)),
  ];
}

export const judging = definePart<JudgingFigures>({
  name: 'judging',
  quick: true,
  tasks: () => ['all'],
  run() {
    const reading = createReading();
    const half = (which: 'seen' | 'held-out'): OwnFigures[] => readOwnPosts().map((posts) => ownFigures(reading, halfOf(posts, which)));
    return { own: half('held-out'), seen: half('seen'), ...casesFigures(reading), chatter: chatterFigures(reading) };
  },
  rows(results) {
    const figures = results.get('all')!;
    return [...ownRows(figures), ...kindRows(figures), ...caseRows(figures), ...everydayRows(figures)];
  },
});
