// Delays after a jump, over the theoretical floor, by baseline and jump, on the test stand with a learnt seasonal baseline:
// the long table, and a few cells of it for `npm test`.
import { duration } from './counting.ts';
import { definePart } from './part.ts';
import { type Row, rounded } from './row.ts';
import { type DelayFigure, delay, falseAlarms } from './stand-figures.ts';
import type { Shape } from './streams.ts';

const rates = [0.05, 0.2, 1, 5, 50, 1_000] as const;
const jumps = [2, 3, 5, 10, 30] as const;
const shape: Shape = 'day';
const baselines = 12;
const trials = 600;

const cells = rates.flatMap((perMinute) => jumps.map((times) => ({ perMinute, times, id: `${perMinute}/x${times}` })));

const overFloor = { bar: { most: 1.35 }, moonshot: { most: 1.2 } } as const;

function cellsOf({ floorMinutes, meanMinutes, error, missed, trials: all }: DelayFigure): string[] {
  return [duration(floorMinutes), duration(meanMinutes), `± ${(1.96 * error).toFixed(2)}`, `${missed} of ${all}`];
}

export const delays = definePart<DelayFigure>({
  name: 'delay',
  quick: false,
  tasks: () => cells.map(({ id }) => id).toReversed(),
  run(task) {
    const { perMinute, times } = cells.find(({ id }) => id === task)!;
    return delay(shape, perMinute, times, trials, 1, 1, baselines);
  },
  rows(results) {
    const rows = cells.map(({ perMinute, times, id }): Row => {
      const figure = results.get(id)!;
      return { id: `delay/${id}`, section: 'delay', name: `${perMinute} a minute, x${times}`, figure: rounded(figure.overFloor), better: 'less', ...overFloor, cells: cellsOf(figure) };
    });
    const worst = rows.toSorted((a, b) => (b.figure ?? 0) - (a.figure ?? 0))[0]!;
    const missed = [...results.values()].reduce((sum, each) => sum + each.missed, 0);
    const kept = rows.filter(({ figure }) => figure !== null && figure <= overFloor.bar.most).length;
    return [
      { id: 'delay/worst', section: 'delay', name: `the worst (${worst.name})`, figure: worst.figure, better: 'less', ...overFloor, cells: worst.cells, headline: `delay over the floor, worst of ${rows.length} cells (${worst.name})` },
      { id: 'delay/kept', section: 'delay', name: 'cells that keep the bar', figure: kept, better: 'more', bar: { least: rows.length }, cells: ['', '', '', `${missed} of ${rows.length * trials}`], headline: `delay over the floor, cells of ${rows.length} within 1.35` },
      ...rows,
    ];
  },
});

const shortTrials = 20;
const shortRates = [0.05, 0.2, 1, 5, 50] as const;

/** Few trials a cell, all jumps of a rate as one figure; and the false alarms of some service-years at a large budget. */
export const short = definePart<number[]>({
  name: 'short',
  quick: true,
  tasks: () => [...shortRates.map((perMinute) => `delay/${perMinute}`), 'alarms/day/0.2', 'alarms/overdispersed/1'],
  run(task) {
    const [kind, ...rest] = task.split('/');
    if (kind === 'alarms') {
      const perMinute = Number(rest[1]);
      const years = 0.6 / perMinute;
      return [falseAlarms(rest[0] as Shape, perMinute, 20, years).alarms, years];
    }
    const found = jumps.map((times) => delay(shape, Number(rest[0]), times, shortTrials, 5, 1, 2));
    return [found.reduce((sum, each) => sum + Math.log(each.overFloor), 0) / found.length, found.reduce((sum, each) => sum + each.missed, 0)];
  },
  rows(results) {
    return [...results].map(([task, [first, second]]): Row => {
      const [kind, ...rest] = task.split('/');
      const name = kind === 'alarms' ? `alarms over a budget of 20, ${rest[0]}, ${rest[1]} a minute` : `delay over the floor, ${rest[0]} a minute, geometric mean of five jumps`;
      return {
        id: `short/${task}`, section: 'short', name, figure: rounded(kind === 'alarms' ? first! / second! / 20 : Math.exp(first!)), better: 'less',
        cells: [kind === 'alarms' ? `${first} alarms in ${second} service-years` : `${second} of ${shortTrials * jumps.length} missed`],
      };
    });
  },
});
