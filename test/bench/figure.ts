// What every part of the bench shares: how a figure is told, and how CPU time is taken.

export interface Bar {
  readonly least?: number;
  readonly most?: number;
}

/** One figure as a line of JSON; bench.ts adds what it ran on. With a bar it says whether it is met. */
export function tell(bench: string, value: number, unit: string, bar?: Bar): void {
  const rounded = Number(value.toPrecision(4));
  const met = bar === undefined ? {} : { bar, met: value >= (bar.least ?? -Infinity) && value <= (bar.most ?? Infinity) };
  console.log(JSON.stringify({ bench, value: rounded, unit, ...met }));
}

/** Runs it and says what it took: `cpuUs` of all threads of this process, `wallUs` by the clock. */
export async function timed(body: () => unknown): Promise<{ cpuUs: number; wallUs: number }> {
  const wall = performance.now();
  const before = process.cpuUsage();
  await body();
  const spent = process.cpuUsage(before);
  return { cpuUs: spent.user + spent.system, wallUs: (performance.now() - wall) * 1_000 };
}

/** The least CPU of several rounds, µs for each of `count`: what disturbs only adds. */
export async function leastUs(rounds: number, count: number, round: () => unknown): Promise<number> {
  let least = Infinity;
  for (let i = 0; i < rounds; i++) least = Math.min(least, (await timed(round)).cpuUs);
  return least / count;
}

/** The short form: fewer posts and rounds, the same figures, less sure. */
export const short: boolean = process.argv.includes('--short');
