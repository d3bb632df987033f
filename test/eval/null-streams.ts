// False alarms on streams in which nothing happens, against the budget that was set: plain simulation of service-years on
// the test stand. Two parts: every shape at the default budget, and other budgets (calibration).
import { poissonInterval } from './counting.ts';
import { definePart } from './part.ts';
import { type Row, rounded } from './row.ts';
import { shapeNames } from './shape-names.ts';
import { falseAlarms } from './stand-figures.ts';
import type { Shape } from './streams.ts';

interface Plan {
  readonly shape: Shape;
  readonly perMinute: number;
  readonly budget: number;
  readonly years: number;
}

/** So many service-years a task: two threads share the long ones. */
const yearsATask = 25;

const years = (shape: Shape, list: readonly (readonly [perMinute: number, years: number])[]): Plan[] => list.map(([perMinute, some]) => ({ shape, perMinute, budget: 1, years: some }));

const nullPlans: readonly Plan[] = [
  ...years('day', [[0.05, 100], [0.2, 100], [1, 100], [5, 100]]),
  ...years('flat', [[0.05, 100], [0.2, 100], [1, 100], [5, 25]]),
  ...years('overdispersed', [[1, 100], [5, 25]]),
  ...years('busy-day', [[1, 100], [5, 25]]),
  ...years('drift', [[0.2, 100], [1, 100], [5, 25]]),
  ...years('week', [[0.2, 100], [1, 100]]),
  ...years('weekend', [[0.2, 100], [1, 100], [5, 25]]),
  ...years('clock-change', [[0.2, 100], [1, 100], [5, 25]]),
];

const calibrationPlans: readonly Plan[] = ([['flat', 1], ['day', 0.2], ['day', 1], ['busy-day', 5]] as const).flatMap(([shape, perMinute]): Plan[] => [
  { shape, perMinute, budget: 0.5, years: perMinute > 1 ? 25 : 100 },
  { shape, perMinute, budget: 5, years: 25 },
  { shape, perMinute, budget: 20, years: 10 },
]);

interface Counted {
  readonly years: number;
  readonly alarms: number;
  readonly byRule: Readonly<Record<string, number>>;
}

const idOf = ({ shape, perMinute, budget }: Plan): string => `${shape}/${perMinute}/${budget}`;

function tasksOf(plans: readonly Plan[]): string[] {
  const cost = ({ perMinute, years: some }: Plan): number => Math.min(some, yearsATask) * (0.06 + perMinute);
  return plans
    .toSorted((a, b) => cost(b) - cost(a))
    .flatMap((plan) => Array.from({ length: Math.ceil(plan.years / yearsATask) }, (_, i) => `${idOf(plan)}/${i + 1}`));
}

function runTask(plans: readonly Plan[], task: string): Counted {
  const plan = plans.find((one) => task.startsWith(`${idOf(one)}/`))!;
  const seed = Number(task.slice(idOf(plan).length + 1));
  const some = Math.min(plan.years, yearsATask);
  const { alarms, byRule } = falseAlarms(plan.shape, plan.perMinute, plan.budget, some, seed);
  return { years: some, alarms, byRule };
}

function rowOf(part: string, section: string, plan: Plan, results: ReadonlyMap<string, Counted>): Row {
  const own = [...results].filter(([task]) => task.startsWith(`${idOf(plan)}/`)).map(([, counted]) => counted);
  const alarms = own.reduce((sum, one) => sum + one.alarms, 0);
  const inYears = own.reduce((sum, one) => sum + one.years, 0);
  const rules = new Map<string, number>();
  for (const { byRule } of own) for (const [rule, count] of Object.entries(byRule)) rules.set(rule, (rules.get(rule) ?? 0) + count);
  const [low, high] = poissonInterval(alarms).map((end) => (end / inYears / plan.budget).toFixed(2));
  return {
    id: `${part}/${idOf(plan)}`, section, name: `${shapeNames[plan.shape]}, ${plan.perMinute} a minute`,
    figure: rounded(alarms / inYears / plan.budget), better: 'less', bar: { most: 1.5 }, moonshot: { most: 1.2 },
    cells: [String(plan.budget), `${alarms} in ${inYears}`, `${low} to ${high}`, [...rules].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, 3).map(([rule, count]) => `${rule} ${count}`).join(', ')],
  };
}

const worst = (rows: readonly Row[]): Row => rows.toSorted((a, b) => (b.figure ?? 0) - (a.figure ?? 0))[0]!;

export const nullStreams = definePart<Counted>({
  name: 'null',
  quick: false,
  tasks: () => tasksOf(nullPlans),
  run: (task) => runTask(nullPlans, task),
  rows(results) {
    const rows = nullPlans.map((plan) => ({ plan, row: rowOf('null', 'null', plan, results) }));
    return [...new Set(nullPlans.map(({ shape }) => shape))].flatMap((shape) => {
      const own = rows.filter(({ plan }) => plan.shape === shape).map(({ row }) => row);
      const most = worst(own);
      return own.map((row) => (row === most ? { ...row, headline: `alarms over the budget, ${row.name} (the worst of its rates)` } : row));
    });
  },
});

export const calibration = definePart<Counted>({
  name: 'calibration',
  quick: false,
  tasks: () => tasksOf(calibrationPlans),
  run: (task) => runTask(calibrationPlans, task),
  rows(results) {
    const rows = calibrationPlans.map((plan) => rowOf('calibration', 'calibration', plan, results));
    const most = worst(rows);
    return rows.map((row) => (row === most ? { ...row, headline: `alarms over the budget, budgets from 0.5 to 20 (the worst: ${row.name}, ${row.cells[0]})` } : row));
  },
});
