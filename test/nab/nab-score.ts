// Owns the score of the Numenta Anomaly Benchmark: window sigmoid, probation, cost profiles and
// the scale from 0 (no alert) to 100 (perfect). It runs no detector and reads no files.
// Source: Lavin and Ahmad, "Evaluating real-time anomaly detection algorithms" (2015).

export type NabProfile = { falseAlarm: number; miss: number };

/** The benchmark's three cost profiles; a caught window counts 1 in each. */
export const nabProfiles = {
  standard: { falseAlarm: 0.11, miss: 1 },
  lowFalsePositives: { falseAlarm: 0.22, miss: 1 },
  lowFalseNegatives: { falseAlarm: 0.11, miss: 2 },
} satisfies Record<string, NabProfile>;

/** One scored file: whether each row alerts, and the labelled windows as first and last row. */
export type NabFile = { alerts: boolean[]; windows: [number, number][] };

export type NabResult = { score: number; caught: number; windows: number; falseAlarms: number };

/** The normalised score of all files together under one profile. */
export function nabScore(files: NabFile[], profile: NabProfile): NabResult {
  let raw = 0;
  const result = { score: 0, caught: 0, windows: 0, falseAlarms: 0 };
  for (const { alerts, windows } of files) {
    const rows = alerts.length;
    const probation = Math.min(Math.floor(0.15 * rows), 750);
    const best = new Map<number, number>();
    for (let row = probation; row < rows; row++) {
      if (!alerts[row]) continue;
      const at = windows.findIndex(([first, last]) => row >= first && row <= last);
      if (at >= 0) {
        const [first, last] = windows[at]!;
        const worth = sigmoid(-(last - row + 1) / (last - first + 1)) / sigmoid(-1);
        best.set(at, Math.max(worth, best.get(at) ?? -profile.miss));
      } else {
        const before = windows.findLast(([, last]) => last < row);
        raw += profile.falseAlarm * (before === undefined ? -1 : sigmoid((row - before[1]) / (before[1] - before[0])));
        result.falseAlarms += 1;
      }
    }
    const live = windows.flatMap(([, last], at) => (last >= probation ? [at] : []));
    for (const at of live) raw += best.get(at) ?? -profile.miss;
    result.caught += best.size;
    result.windows += live.length;
  }
  const windows = files.reduce((sum, file) => sum + file.windows.length, 0);
  result.score = (100 * (raw + profile.miss * windows)) / ((1 + profile.miss) * windows);
  return result;
}

function sigmoid(x: number): number {
  return x > 3 ? -1 : 2 / (1 + Math.exp(5 * x)) - 1;
}
