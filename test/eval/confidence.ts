// What an alert's stated confidence is worth: which of its three words false incidents reach, and which real ones, on the
// test stand. How confidence is told is the notifier's.
import { dayMs, hourMs } from '../../detector/detector.fixture.ts';
import { confidence } from '../../notifier/words.ts';
import { definePart } from './part.ts';
import { type Row, rounded } from './row.ts';
import { createStand, type Stand } from './stand.ts';
import { learntDays, learnt } from './stand-figures.ts';
import { createStream, epoch, type StreamPlan } from './streams.ts';
import { two } from './tally.ts';

const words = ['low', 'medium', 'high'] as const;
type Words = Record<(typeof words)[number], number>;

// A large budget, so that a few years hold enough false ones; the same for real ones, to be fair.
const budget = 20;
const falseYears = 8;
const perMinute = 1;
const jumps = [2, 3, 5, 10, 30] as const;
const trials = 40;
const lookMs = 2 * hourMs;

interface Reached {
  readonly of: Words;
  /** no incident at all */
  readonly none: number;
}

/** Feeds a stream and keeps the surest word that each incident reached while it stood. */
function reached(stand: Stand, plan: StreamPlan, from: number, until: number): Map<string, number> {
  const best = new Map<string, number>();
  const stream = createStream(plan);
  for (let at = stream.next(); at < until; at = stream.next()) {
    stand.report(at);
    const incident = stand.watch.open?.incident;
    if (incident === undefined || incident.openedAt < from) continue;
    best.set(incident.id, Math.max(best.get(incident.id) ?? 0, words.indexOf(confidence(incident))));
  }
  return best;
}

const counted = (list: readonly number[]): Words => ({ low: list.filter((word) => word === 0).length, medium: list.filter((word) => word === 1).length, high: list.filter((word) => word === 2).length });

function falseOnes(years: number): Reached {
  const plan: StreamPlan = { shape: 'day', perMinute, seed: 501 };
  const from = epoch + learntDays * dayMs;
  const best = reached(createStand({ budgetPerServiceYear: budget }, learnt(plan, budget).freeze()), { ...plan, seed: 502, from }, from, from + years * 365.25 * dayMs);
  return { of: counted([...best.values()]), none: 0 };
}

function realOnes(times: number): Reached {
  const history: StreamPlan = { shape: 'day', perMinute, seed: 601 };
  const frozen = learnt(history, budget).freeze();
  const from = epoch + learntDays * dayMs;
  const best: number[] = [];
  for (let trial = 0; trial < trials; trial++) {
    const onset = from + Math.floor(((trial + 0.5) / trials) * 24 * hourMs);
    const all = reached(createStand({ budgetPerServiceYear: budget }, frozen), { ...history, seed: 700 + trial, from, change: { at: onset, times } }, onset, onset + lookMs);
    if (all.size > 0) best.push(Math.max(...all.values()));
  }
  return { of: counted(best), none: trials - best.length };
}

export const confidences = definePart<Reached>({
  name: 'confidence',
  quick: false,
  tasks: () => ['false', ...jumps.map((times) => `x${times}`)],
  run: (task, { mostYears }) => (task === 'false' ? falseOnes(Math.min(falseYears, mostYears)) : realOnes(Number(task.slice(1)))),
  rows(results) {
    const cells = ({ of, none }: Reached): string[] => [String(of.low), String(of.medium), String(of.high), String(none)];
    const share = ({ of, none }: Reached): number => of.high / (of.low + of.medium + of.high + none);
    const falsely = results.get('false')!;
    const rows = jumps.map((times): Row => {
      const real = results.get(`x${times}`)!;
      return { id: `confidence/x${times}`, section: 'confidence', name: `real, x${times}`, figure: rounded(share(real)), better: 'more', cells: cells(real) };
    });
    return [{ id: 'confidence/false', section: 'confidence', name: 'false', figure: rounded(share(falsely)), better: 'less', cells: cells(falsely), headline: `false incidents that are ever told with high confidence (real threefold ones: ${two(share(results.get('x3')!))})` }, ...rows];
  },
});
