// The sections of docs/quality.md: what a stranger has to know of each table before its figures mean anything. Words only.
import { learntDays } from './stand-figures.ts';

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
    title: 'Judging: sentences of our own that nobody who mends the judge has read',
    about: `For each language somebody who had not seen the lexicons wrote reports and tricky others (test/eval/posts). Rows at even places of
each list may be read and learnt from in general ways (\`npm run eval -- --show-seen\` lists those that are misjudged); rows at odd
places are held out: nobody who touches lexicons or rules reads them, and all figures here but one column are of them. Each text goes
through the product's own chain: the matcher names services, the judge judges the mention of the service asked about; a report whose
service the catalogue does not find counts as missed. The language is told, as most sources do; one column leaves it out. Weak: some
twenty held-out sentences a language, so that a single language's figure may be off by 0.1; written, not collected.`,
    name: 'Language', figure: 'F1', cells: ['precision', 'recall', 'reports / others', 'service not found', 'F1, language not told', 'F1 on the half that was seen', "F1 on the lexicon's own cases"],
  },
  {
    id: 'kinds',
    title: 'Judging: which others are taken for reports',
    about: `The held-out others by what they are; all languages together. The figure is the share that is rightly refused. Weak: most files list
the kinds in one order, so that some of them stand in the seen half alone and have no figure.`,
    name: 'Kind', figure: 'refused', cells: ['rows', 'where it fails', 'of the half that was seen'],
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
    title: 'False reports per 1,000 everyday posts: held-out sentences of our own',
    about: `Posts that name a service with which nothing is wrong, twenty a language, from the same hand and held out in the same way. The bar is
1 in 200. Weak: twenty can show that it is missed, never that it is kept: the interval (95 %, Wilson) says how little is known of a
single language; the line for all is the one to read.`,
    name: 'Language', figure: 'per 1,000', cells: ['false reports', '95 % interval', 'of the half that was seen'],
  },
  {
    id: 'chatter',
    title: "False reports per 1,000 everyday posts: the demonstration's chatter",
    about: `Posts of the simulated evenings that name a service which works: praise, prices, adverts, headlines, support's voice, memories. Made
from phrases of our own, so many of them and not very many kinds. Languages as the post's source states them.`,
    name: 'Language', figure: 'per 1,000', cells: ['false reports', '95 % interval'],
  },
  {
    id: 'delay',
    title: 'Detecting: delay over the floor',
    about: `A simulated service with the usual rate named, whose reports follow a day curve with ten between night and day, is learnt for ${learntDays} days;
then the rate jumps, at any time of the day. The reports go one by one through the detector's own chain (each by a person of its
own; texts and frames are left out). The floor is what the best possible test (a CUSUM that knows rate and jump, one false alarm a
service-year, Page 1954) would have needed on the very same reports, waiting for five of them too, because the detector must hear five
different people. The figure is the mean delay over the mean floor, with two standard errors beside it; missed are jumps not found
within 40 hours, which are in neither mean, so that where some are missed the true ratio is worse than the one shown. Weak: reports come independently of one another here, people's do not; onsets are sudden.`,
    name: 'Usual rate and jump', figure: 'delay / floor', cells: ['floor', 'delay', '95 %', 'missed'],
  },
  {
    id: 'null',
    title: 'Detecting: false alarms against the budget',
    about: `Service-years in which nothing happens, simulated report by report through the detector's own chain, after ${learntDays} learnt days; every
suspicion and reopening counts. The figure is alarms over what the budget allows: 1 is as set, less is calmer than asked for (where
few reports come, the floor of five people holds back more than the budget does). Rates are means. The day curves have ten between night
and day; the clocks change as in Europe. Rates above five a minute are too many reports for so many years and stand, estimated, in a
table of their own where there is one.`,
    name: 'Stream', figure: 'alarms / budget', cells: ['budget a service-year', 'alarms in years', '95 % interval', 'by which rule'],
  },
  {
    id: 'busy',
    title: 'Detecting: false alarms of busy services, estimated',
    about: `A thousand reports a minute are half a thousand million a year, so here false alarms are estimated. The stream runs for weeks or
years on the stand, on which nothing opens; of each hour the greatest evidence above the threshold of 300 times the budget is kept. Such
excesses fall off exponentially (the maximum of a CUSUM over a long time, Siegmund 1985), and their mean carries the rate from 300 times
the budget down to the budget. The interval (90 %) is that of count and mean. The last column is what was counted at 300 times the
budget, over that. Weak: it takes the tail to go on as it begins; the first line stands in the plain table too, to compare.`,
    name: 'Stream', figure: 'alarms / budget', cells: ['90 % interval', 'hours above', 'days', 'counted over 300 times the budget'],
  },
  {
    id: 'calibration',
    title: 'Detecting: other budgets',
    about: `The one number that a user sets, against what it gives: alarms over the budget for budgets from 0.5 to 20 a service-year, measured as in
the plain table above. At 20 a few years hold many alarms, so these lines are the surest.`,
    name: 'Stream', figure: 'alarms / budget', cells: ['budget a service-year', 'alarms in years', '95 % interval', 'by which rule'],
  },
  {
    id: 'confidence',
    title: 'Detecting: what an alert\'s confidence is worth',
    about: `An alert says low, medium or high. Incidents on the test stand by the surest word that they reach while they stand, at one report a minute
with a day curve and a budget of 20 (which lets enough false ones through to count): false ones, of streams in which nothing happens,
and real ones within two hours of a jump. The figure is the share that reaches high: it should be small for false ones and large for
real ones. Weak: the stand has one source, and every author is a person.`,
    name: 'Incidents', figure: 'high', cells: ['at most low', 'at most medium', 'high', 'no incident'],
  },
  {
    id: 'guards',
    title: 'Detecting: what must be found and what must not',
    about: `Quiet days: a tenfold day curve of reports, once from a cold start, when the curve is not known yet, once learnt; the busiest of the
services has more than 300 reports a quarter-hour at its noon. Slow rises: five times the usual rate, reached evenly over an hour that
begins at any time of the day, found within twelve. Campaigns: 500
accounts that nobody has heard of write within ten minutes that a service is down, in one text, with trimmings, as reposts, in twelve
texts, from one template with a thousand outcomes; posts go through the whole chain, matcher, judge, detector and hold. Weak: 500
people who each find words of their own look like an outage, whoever they are.`,
    name: 'What', figure: 'figure', cells: ['of'],
  },
  {
    id: 'evenings',
    title: 'The whole chain: two evenings of the demonstration',
    about: `Two hours of 150,000 posts each in twelve languages, from other seeds than \`npm start\` plays: a large outage, a small one that concerns
logging in only, and everything that must not be taken for one: jokes, headlines, providers that are blamed, rivals that are praised,
bots, two waves of enthusiasm. Posts go in, alerts come out; a delay counts from the first minute of the story's outage, in which
nearly nobody has noticed yet. Weak: the world and what reads it come from the same project.`,
    name: 'What', figure: 'figure', cells: ['of'],
  },
  {
    id: 'nab',
    title: 'Detecting: five real count series',
    about: `The half of the Numenta Anomaly Benchmark's realTweets that is in test/nab: counts of posts about five companies every five minutes,
with labelled windows. Scored by the benchmark's own rules, 0 without an alert, 100 for an alert at the start of each window and no
other. \`outcry series\` with its one frozen setting and the threshold 0.5. The bar is the best published on these five. What chance
earns: the mean score of the same alerts turned round by a random number of rows, 200 times.`,
    name: 'Profile', figure: 'score', cells: ['best published', 'windows caught', 'alerts outside'],
  },
  {
    id: 'short',
    title: 'Detecting: the short form that npm test runs',
    about: `The same as the long tables, with few trials and few years: too little to judge by, enough to notice a fall.`,
    name: 'What', figure: 'figure', cells: ['of'],
  },
];
