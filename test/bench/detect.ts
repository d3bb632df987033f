// What the detector's promises cost and keep: false alarms a service-year on streams in which nothing happens, and
// delays over the theoretical floor for jumps. One JSON line a figure. Arguments: null YEARS | delay TRIALS.
import { alarmThreshold, jumps } from '../../detector/alarm-budget.ts';
import { arrivals, createRandom, dayMs, foldFrame, framesOf, hourMs, minuteMs, monday, newDetector, type Run } from '../../detector/detector.fixture.ts';

const [what = 'delay', amount = '20', ...only] = process.argv.slice(2);
const empty = (): Run => ({ events: [], evidence: [], rollups: [], records: [] });
const daily = (mean: number, swing: number) => (t: number): number => mean * (1 + swing * Math.sin((2 * Math.PI * t) / dayMs));

if (what === 'null') {
  const rates = only.length > 0 ? only.map(Number) : [0.05, 1, 10];
  for (const rate of rates) {
    for (const swing of [0, 0.8]) falseAlarms(rate, swing, Number(amount));
  }
} else {
  for (const base of [0.2, 1, 5]) for (const jump of [3, 10]) delays(base, jump, Number(amount));
}

/** Alarms in `years` service-years of a Poisson stream, in stretches of 60 days after 14 of learning. */
function falseAlarms(perMinute: number, swing: number, years: number): void {
  const days = 60;
  let alarms = 0;
  let early = 0;
  let seen = 0;
  const byRule: Record<string, number> = {};
  for (let seed = 1; seen < years; seed++) {
    const times = arrivals(createRandom(seed * 7_919), monday, monday + (14 + days) * dayMs, daily(perMinute, swing), perMinute * (1 + swing));
    const run = empty();
    const detector = newDetector();
    detector.restore([]);
    framesOf(times.map((ts) => ({ ts })), { size: 2_000, beatMs: hourMs }).forEach((frame, i) => {
      foldFrame(detector, frame, i, run);
      run.records = [];
      run.rollups = [];
    });
    for (const event of run.events) {
      if (event.change !== 'suspected' && event.change !== 'reopened') continue;
      if (event.at < monday + 14 * dayMs) early += 1;
      else {
        alarms += 1;
        byRule[event.incident.signal.rule] = (byRule[event.incident.signal.rule] ?? 0) + 1;
      }
    }
    seen += days / 365.25;
  }
  print({ figure: 'false-alarms', perMinute, swing, serviceYears: round(seen), alarms, perServiceYear: round(alarms / seen), firstFortnightPerYear: round(early / ((seen / days) * 14)), byRule });
}

/** Mean delay of the alarm after a jump, with three weeks learnt, against the same jump's CUSUM that knows the rate. */
function delays(base: number, jump: number, trials: number): void {
  const learnt = monday + 21 * dayMs;
  const warm = newDetector();
  warm.restore([]);
  const history = arrivals(createRandom(77), monday, learnt, () => base, base).map((ts, i) => ({ ts, id: `h${i}`, author: `h${i}` }));
  const frames = framesOf(history, { size: 2_000, end: learnt }).slice(0, -1);
  const scrap = empty();
  for (const frame of frames) {
    foldFrame(warm, frame, 0, scrap);
    scrap.records = [];
    scrap.rollups = [];
  }
  const parts = warm.snapshot();
  const found: number[] = [];
  const floors: number[] = [];
  let missed = 0;
  for (let seed = 1; seed <= trials; seed++) {
    const onset = learnt + 2 * hourMs;
    const times = arrivals(createRandom(seed * 104_729), learnt, onset + 6 * hourMs, (t) => base * (t < onset ? 1 : jump), base * jump);
    const detector = newDetector();
    detector.restore(parts);
    const run = empty();
    const posts = times.map((ts, i) => ({ ts, id: `s${seed}-${i}`, author: `s${seed}-${i}` }));
    for (const frame of framesOf(posts, { size: 20 })) {
      foldFrame(detector, { ...frame, epoch: 2 }, 0, run);
      if (run.events.some((e) => e.at >= onset)) break;
    }
    const first = run.events.find((e) => e.at >= onset);
    if (first === undefined) missed += 1;
    else found.push((first.at - onset) / minuteMs);
    floors.push(oracle(times.filter((t) => t >= onset).map((t) => (t - onset) / minuteMs), base, jump));
  }
  found.sort((a, b) => a - b);
  const mean = (list: number[]): number => list.reduce((sum, x) => sum + x, 0) / list.length;
  print({ figure: 'delay', base, jump, trials, missed, meanMinutes: round(mean(found)), medianMinutes: round(found[found.length >> 1] ?? NaN), floorMinutes: round(mean(floors)), overFloor: round(mean(found) / mean(floors)) });
}

/** The CUSUM that knows rate and jump, with the whole budget of one alarm a service-year. Source: Page 1954. */
function oracle(times: readonly number[], base: number, jump: number): number {
  const i = jumps.findIndex((k) => k === jump);
  const threshold = alarmThreshold(i, base, 1) - Math.log(jumps.length);
  let sum = 0;
  let last = 0;
  for (const t of times) {
    sum = Math.max(0, sum - (jump - 1) * base * (t - last)) + Math.log(jump);
    last = t;
    if (sum >= threshold) return t;
  }
  return NaN;
}

function round(x: number): number {
  return Math.round(x * 1_000) / 1_000;
}

function print(line: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
