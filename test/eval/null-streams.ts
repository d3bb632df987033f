// False alarms on streams in which nothing happens, against the budget that was set: plain simulation of service-years on
// the test stand. Three parts: the baselines of the table of delays, all other shapes, and other budgets (calibration).
import { poissonInterval } from './counting.ts';
import { definePart, type EvalOptions } from './part.ts';
import { type Row, rounded } from './row.ts';
import { shapeNames } from './shape-names.ts';
import { falseAlarms } from './stand-figures.ts';
import { type Shape, shapes } from './streams.ts';

interface Plan {
  readonly shape: Shape;
  readonly perMinute: number;
  readonly budget: number;
  readonly years: number;
}

/** So many service-years a task, so that two threads share the long ones. */
const yearsATask = 25;

const plansOf = (shape: Shape, list: readonly (readonly [perMinute: number, years: number])[]): Plan[] => list.map(([perMinute, years]) => ({ shape, perMinute, budget: 1, years }));

/** The baselines of the table of delays: what they cost in false alarms. */
const alarmPlans = plansOf('day', [[0.05, 100], [0.2, 100], [1, 100], [5, 100]]);

const nullPlans: readonly Plan[] = [
  ...plansOf('flat', [[0.05, 100], [0.2, 100], [1, 100], [5, 25]]),
  ...plansOf('overdispersed', [[1, 50], [5, 25]]),
  ...plansOf('busy-day', [[1, 50], [5, 25]]),
  ...plansOf('drift', [[0.2, 100], [1, 50], [5, 10]]),
  ...plansOf('week', [[0.2, 100], [1, 50]]),
  ...plansOf('weekend', [[0.2, 100], [1, 50], [5, 10]]),
  ...plansOf('clock-change', [[0.2, 100], [1, 50], [5, 10]]),
];

/** Every shape at a large budget, where a few years hold many alarms; some at small ones too. */
const calibrationPlans: readonly Plan[] = [
  ...shapes.map((shape): Plan => ({ shape, perMinute: 1, budget: 20, years: 10 })),
  { shape: 'day', perMinute: 1, budget: 5, years: 25 },
  { shape: 'day', perMinute: 1, budget: 0.5, years: 50 },
  { shape: 'day', perMinute: 0.2, budget: 20, years: 10 },
  { shape: 'day', perMinute: 0.2, budget: 5, years: 25 },
  { shape: 'day', perMinute: 0.2, budget: 0.5, years: 100 },
  { shape: 'busy-day', perMinute: 5, budget: 20, years: 5 },
  { shape: 'busy-day', perMinute: 5, budget: 5, years: 10 },
];

interface Counted {
  readonly years: number;
  readonly alarms: number;
  readonly byRule: Readonly<Record<string, number>>;
}

const idOf = ({ shape, perMinute, budget }: Plan): string => `${shape}/${perMinute}/${budget}`;

/** `shape/rate/budget/number`, each of at most yearsATask. */
function tasksOf(plans: readonly Plan[], { mostYears }: EvalOptions): string[] {
  const cost = ({ perMinute, years }: Plan): number => Math.min(years, yearsATask) * (0.06 + perMinute);
  return plans
    .toSorted((a, b) => cost(b) - cost(a))
    .flatMap((plan) => Array.from({ length: Math.ceil(Math.min(plan.years, mostYears) / yearsATask) }, (_, i) => `${idOf(plan)}/${i + 1}`));
}

function runTask(plans: readonly Plan[], task: string, { mostYears }: EvalOptions): Counted {
  const plan = plans.find((one) => task.startsWith(`${idOf(one)}/`))!;
  const seed = Number(task.slice(idOf(plan).length + 1));
  const years = Math.min(plan.years, yearsATask, mostYears);
  const { alarms: count, byRule } = falseAlarms(plan.shape, plan.perMinute, plan.budget, years, seed);
  return { years, alarms: count, byRule };
}

function rowOf(part: string, section: string, plan: Plan, results: ReadonlyMap<string, Counted>): Row {
  const own = [...results].filter(([task]) => task.startsWith(`${idOf(plan)}/`)).map(([, counted]) => counted);
  const count = own.reduce((sum, one) => sum + one.alarms, 0);
  const inYears = own.reduce((sum, one) => sum + one.years, 0);
  const rules = new Map<string, number>();
  for (const { byRule } of own) for (const [rule, some] of Object.entries(byRule)) rules.set(rule, (rules.get(rule) ?? 0) + some);
  const [low, high] = poissonInterval(count).map((end) => (end / inYears / plan.budget).toFixed(2));
  return {
    id: `${part}/${idOf(plan)}`, section, name: `${shapeNames[plan.shape]}, ${plan.perMinute} a minute`,
    figure: rounded(count / inYears / plan.budget), better: 'less', bar: { most: 1.5 }, moonshot: { most: 1.2 },
    cells: [String(plan.budget), `${count} in ${Number(inYears.toPrecision(3))}`, `${low} to ${high}`, [...rules].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, 3).map(([rule, some]) => `${rule} ${some}`).join(', ')],
  };
}

const worst = (rows: readonly Row[]): Row => rows.toSorted((a, b) => (b.figure ?? 0) - (a.figure ?? 0))[0]!;

/** All rows, the worst of each shape to the first table. */
function rowsByShape(part: string, plans: readonly Plan[], results: ReadonlyMap<string, Counted>): Row[] {
  const rows = plans.map((plan) => ({ plan, row: rowOf(part, 'null', plan, results) }));
  return [...new Set(plans.map(({ shape }) => shape))].flatMap((shape) => {
    const own = rows.filter(({ plan }) => plan.shape === shape).map(({ row }) => row);
    const most = worst(own);
    return own.map((row) => (row === most ? { ...row, headline: `alarms over the budget, ${row.name} (the worst of ${own.length} rates)` } : row));
  });
}

export const alarms = definePart<Counted>({
  name: 'alarms',
  quick: false,
  tasks: (options) => tasksOf(alarmPlans, options),
  run: (task, options) => runTask(alarmPlans, task, options),
  rows: (results) => rowsByShape('alarms', alarmPlans, results),
});

export const nullStreams = definePart<Counted>({
  name: 'null',
  quick: false,
  tasks: (options) => tasksOf(nullPlans, options),
  run: (task, options) => runTask(nullPlans, task, options),
  rows: (results) => rowsByShape('null', nullPlans, results),
});

export const calibration = definePart<Counted>({
  name: 'calibration',
  quick: false,
  tasks: (options) => tasksOf(calibrationPlans, options),
  run: (task, options) => runTask(calibrationPlans, task, options),
  rows(results) {
    const rows = calibrationPlans.map((plan) => rowOf('calibration', 'calibration', plan, results));
    const most = worst(rows);
    return rows.map((row) => (row === most ? { ...row, headline: `alarms over the budget, budgets from 0.5 to 20 (the worst: ${row.name}, ${row.cells[0]})` } : row));
  },
});
