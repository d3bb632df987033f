// False alarms of busy services, which have too many reports for a hundred service-years: the stand's accelerated estimate
// (nearAlarms in stand-figures.ts states it), with one stream that stands in the plain table too, to compare.
import { definePart } from './part.ts';
import { type Row, rounded } from './row.ts';
import { shapeNames } from './shape-names.ts';
import { nearAlarms, type TailFigure } from './stand-figures.ts';
import type { Shape } from './streams.ts';

const budget = 1;
/** Excesses are kept from the threshold of so many times the budget on. */
const reach = 300;
const yearDays = 365.25;

interface Plan {
  readonly shape: Shape;
  readonly perMinute: number;
  readonly days: number;
}

const plans: readonly Plan[] = [
  { shape: 'day', perMinute: 5, days: 1_095 },
  { shape: 'flat', perMinute: 50, days: 240 },
  { shape: 'day', perMinute: 50, days: 240 },
  { shape: 'overdispersed', perMinute: 50, days: 240 },
  { shape: 'busy-day', perMinute: 50, days: 240 },
  { shape: 'day', perMinute: 1_000, days: 20 },
  { shape: 'busy-day', perMinute: 1_000, days: 20 },
];

const idOf = ({ shape, perMinute }: Plan): string => `${shape}/${perMinute}`;

export const busy = definePart<TailFigure>({
  name: 'busy',
  quick: false,
  tasks: () => plans.map(idOf).toReversed(),
  run(task, { mostYears }) {
    const { shape, perMinute, days } = plans.find((plan) => idOf(plan) === task)!;
    return nearAlarms(shape, perMinute, budget, Math.min(days, Math.ceil(mostYears * yearDays)), reach);
  },
  rows(results) {
    const rows = plans.map((plan): Row => {
      const { serviceDays, near, perServiceYear, least, most } = results.get(idOf(plan))!;
      return {
        id: `busy/${idOf(plan)}`, section: 'busy', name: `${shapeNames[plan.shape]}, ${plan.perMinute} a minute`, figure: rounded(perServiceYear / budget), better: 'less', bar: { most: 1.5 }, moonshot: { most: 1.2 },
        cells: [`${least.toFixed(2)} to ${Number.isFinite(most) ? most.toFixed(2) : 'unknown'}`, String(near), String(serviceDays), ((near / serviceDays) * (yearDays / (budget * reach))).toFixed(2)],
      };
    });
    const worst = rows.toSorted((a, b) => (b.figure ?? 0) - (a.figure ?? 0))[0]!;
    return rows.map((row) => (row === worst ? { ...row, headline: `alarms over the budget, busy services, estimated (the worst: ${row.name})` } : row));
  },
});
