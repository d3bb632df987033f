// False alarms of busy services, which have too many reports for a hundred service-years: a stated, accelerated estimator.
//
// A stream without any change runs through the test stand, on which nothing opens. Whenever the alarm would stand at the
// largest budget (1,000 a service-year), the least budget b at which it still stands is searched. Excursions without
// half an hour between them are one alarm, with its least b. Were budgets exact, the number with b at most B would be
// B a service-year for every B: 1000/b has a Pareto tail of index 1. The index is estimated (Hill 1975) over all of them,
// and with it the rate at budget 1. An opened incident ends an excursion and tells the baseline nothing more, which
// this leaves out.
import { alarm } from '../../detector/alarm.ts';
import { dayMs, minuteMs } from '../../detector/detector.fixture.ts';
import { detectorSettingsSchema } from '../../detector/settings.ts';
import { definePart } from './part.ts';
import { type Row, rounded } from './row.ts';
import { createStand } from './stand.ts';
import { learntDays, learnt } from './stand-figures.ts';
import { createStream, epoch, type Shape } from './streams.ts';
import { shapeNames } from './shape-names.ts';

/** Above ten thousand expected reports between alarms the detector's thresholds follow the budget down to its last digit. */
const largestBudget = 1_000;
const smallestBudget = 0.001;
const yearDays = 365.25;
const apartMs = 30 * minuteMs;

interface Plan {
  readonly shape: Shape;
  readonly perMinute: number;
  readonly tasks: number;
  readonly daysATask: number;
}

const plans: readonly Plan[] = [
  // what is estimated against what is counted: the same stream stands in the plain table
  { shape: 'day', perMinute: 5, tasks: 2, daysATask: 1_095 },
  { shape: 'flat', perMinute: 50, tasks: 2, daysATask: 365 },
  { shape: 'day', perMinute: 50, tasks: 2, daysATask: 365 },
  { shape: 'overdispersed', perMinute: 50, tasks: 2, daysATask: 365 },
  { shape: 'busy-day', perMinute: 50, tasks: 2, daysATask: 365 },
  { shape: 'day', perMinute: 1_000, tasks: 2, daysATask: 30 },
  { shape: 'busy-day', perMinute: 1_000, tasks: 2, daysATask: 30 },
];

/** The least budgets of the excursions of a run, at most `largestBudget`. */
export function excursions(shape: Shape, perMinute: number, days: number, seed: number): number[] {
  const plan = { shape, perMinute, seed: 2 * seed };
  // so small a budget that nothing opens, and what is heard stays undisturbed
  const stand = createStand({ budgetPerServiceYear: smallestBudget }, learnt(plan, smallestBudget).freeze());
  const from = epoch + learntDays * dayMs;
  const until = from + days * dayMs;
  const settings = detectorSettingsSchema.parse({});
  const stands = (at: number, budgetPerServiceYear: number): boolean => alarm(stand.watch, at, { ...settings, budgetPerServiceYear }) !== null;
  const stream = createStream({ ...plan, seed: 2 * seed + 1, from });
  const found: number[] = [];
  let last = -Infinity;
  for (let at = stream.next(); at < until; at = stream.next()) {
    stand.report(at);
    // within an excursion only what is rarer than its rarest moment so far matters
    const apart = at - last > apartMs;
    if (!stands(at, largestBudget)) continue;
    last = at;
    const known = apart ? largestBudget : found.at(-1)!;
    if (!stands(at, known)) continue;
    const least = leastBudget((budget) => stands(at, budget), known);
    if (apart) found.push(least);
    else found[found.length - 1] = least;
  }
  return found;
}

/** To a hundredth, by halving its logarithm. */
function leastBudget(stands: (budget: number) => boolean, known: number): number {
  let low = Math.log(smallestBudget);
  let high = Math.log(known);
  while (high - low > 0.01) {
    const middle = (low + high) / 2;
    if (stands(Math.exp(middle))) high = middle;
    else low = middle;
  }
  return Math.exp(high);
}

/** Alarms a service-year at `budget` over that budget, with a 95 % interval, from the excursions of so many years. */
export function extrapolated(found: readonly number[], years: number, budget: number): { ratio: number; low: number; high: number; index: number } {
  const reach = Math.log(largestBudget / budget);
  const index = found.length / found.reduce((sum, least) => sum + Math.log(largestBudget / least), 0);
  const ratio = (found.length / years / budget) * Math.exp(-index * reach);
  const doubt = 1.96 * Math.sqrt(1 / found.length + (index * reach) ** 2 / found.length);
  return { ratio, low: ratio * Math.exp(-doubt), high: ratio * Math.exp(doubt), index };
}

export const busy = definePart<{ days: number; least: number[] }>({
  name: 'busy',
  quick: false,
  tasks: () => plans.toReversed().flatMap(({ shape, perMinute, tasks }) => Array.from({ length: tasks }, (_, i) => `${shape}/${perMinute}/${i + 1}`)),
  run(task, { mostYears }) {
    const { shape, perMinute, tasks, daysATask } = plans.find((plan) => task.startsWith(`${plan.shape}/${plan.perMinute}/`))!;
    const days = Math.min(daysATask, (mostYears * yearDays) / tasks);
    return { days, least: excursions(shape, perMinute, days, Number(task.slice(task.lastIndexOf('/') + 1))) };
  },
  rows(results) {
    const rows = plans.map(({ shape, perMinute }): Row => {
      const own = [...results].filter(([task]) => task.startsWith(`${shape}/${perMinute}/`)).map(([, result]) => result);
      const found = own.flatMap(({ least }) => least);
      const years = own.reduce((sum, { days }) => sum + days, 0) / yearDays;
      const { ratio, low, high, index } = extrapolated(found, years, 1);
      const at = (budget: number): string => (found.filter((least) => least <= budget).length / years / budget).toFixed(2);
      return {
        id: `busy/${shape}/${perMinute}`, section: 'busy', name: `${shapeNames[shape]}, ${perMinute} a minute`, figure: rounded(ratio), better: 'less', bar: { most: 1.5 }, moonshot: { most: 1.2 },
        cells: [`${low.toFixed(2)} to ${high.toFixed(2)}`, index.toFixed(2), String(found.length), years.toFixed(2), `${at(1_000)}, ${at(300)}, ${at(100)}, ${at(30)}`],
      };
    });
    const worst = rows.toSorted((a, b) => (b.figure ?? 0) - (a.figure ?? 0))[0]!;
    return rows.map((row) => (row === worst ? { ...row, headline: `alarms over the budget, busy services, estimated (the worst: ${row.name})` } : row));
  },
});
