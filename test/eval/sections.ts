// The sections of docs/quality.md: what a stranger has to know of each table before its figures mean anything. Words only.

export interface Section {
  readonly id: string;
  readonly title: string;
  /** What was measured, how and on what, and what is weak about it. */
  readonly about: string;
  /** What a row is, and what its figure is. */
  readonly name: string;
  readonly figure: string;
  /** Heads of the cells beside the figure. */
  readonly cells: readonly string[];
}

export const sections: readonly Section[] = [
  {
    id: 'own-posts',
    title: 'Judging: sentences of our own that the lexicons have not seen',
    about: `For each language somebody who had not seen the lexicons wrote reports and tricky others (test/eval/posts). Each text goes
through the product's own chain: the matcher names services, the judge judges the mention of the service asked about; a report
whose service the catalogue does not find counts as missed. The language is told, as most sources do; one column leaves it out.
Weak: some forty sentences a language, so a figure may be off by 0.05 to 0.1; written, not collected; and nobody tunes to single
rows, but the phrases are mended generally after looking at which kinds fail.`,
    name: 'Language', figure: 'F1', cells: ['precision', 'recall', 'reports / others', 'service not found', 'F1, language not told', "F1 on the lexicon's own cases"],
  },
  {
    id: 'kinds',
    title: 'Judging: which others are taken for reports',
    about: `The others of the same sentences by what they are; all languages together. The figure is the share that is rightly refused.`,
    name: 'Kind', figure: 'refused', cells: ['rows', 'where it fails'],
  },
  {
    id: 'cases',
    title: "Judging: the lexicons' own cases",
    about: `Sentences that stand beside each lexicon (detector/lexicon/XX.cases.yaml), written by who wrote it: they show that it does what it
means to, not how it fares with strangers. A third of them are false friends. Names are found by plain comparison here.`,
    name: 'Language', figure: 'F1', cells: ['precision', 'recall', 'reports / others', 'symptom right'],
  },
  {
    id: 'reasons',
    title: 'Judging: is it right for the right reason',
    about: `The reason code that the judge gives against the one that a case names, over all lexicons' cases that name one.`,
    name: 'Reason', figure: 'F1', cells: ['precision', 'recall', 'cases that name it'],
  },
  {
    id: 'labelled',
    title: 'Judging: labelled posts of strangers',
    about: `Real posts under a rule of labelling that an outsider wrote, read with \`--posts FILE\`; they belong to their authors, are not in this
repository, and only figures of them are kept. The answer is that of \`outcry judge\`. These rows change only when the file is named.
Weak: the same file was at hand while the lexicons were mended, so it flatters; languages with few rows say nothing.`,
    name: 'Rows', figure: 'F1', cells: ['precision', 'recall', 'reports / others', 'missed / false'],
  },
  {
    id: 'everyday',
    title: 'False reports per 1,000 everyday posts: unseen sentences of our own',
    about: `Posts that name a service with which nothing is wrong, forty a language, from the same hand as the unseen sentences. The bar is 1
in 200. Weak: forty can show that it is missed, hardly that it is kept: the interval (95 %, Wilson) says how little is known of a
single language; the line for all is the one to read.`,
    name: 'Language', figure: 'per 1,000', cells: ['false reports', '95 % interval'],
  },
  {
    id: 'chatter',
    title: "False reports per 1,000 everyday posts: the demonstration's chatter",
    about: `Posts of the simulated evenings that name a service which works: praise, prices, adverts, headlines, support's voice, memories. Made
from phrases of our own, so many of them and not very many kinds. Languages as the post's source states them.`,
    name: 'Language', figure: 'per 1,000', cells: ['false reports', '95 % interval'],
  },
  {
    id: 'nab',
    title: 'Detecting: five real count series',
    about: `The half of the Numenta Anomaly Benchmark's realTweets that is in test/nab: counts of posts about five companies every five minutes,
with labelled windows. Scored by the benchmark's own rules, 0 without an alert, 100 for an alert at the start of each window and no
other. \`outcry series\` with its one frozen setting and the threshold 0.5. The bar is the best published on these five. What chance
earns: the mean score of the same alerts turned round by a random number of rows, ${200} times.`,
    name: 'Profile', figure: 'score', cells: ['best published', 'windows caught', 'alerts outside'],
  },
];
