// The series scorer on the five real count series of the Numenta Anomaly Benchmark, with its one frozen setting and
// threshold. The benchmark's score is test/nab's; what the number of alerts alone earns is measured here.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { parseSeriesCsv } from '../../detector/series-csv.ts';
import { createSeriesScorer } from '../../detector/series.ts';
import { createChance } from '../../ingest/demo/chance.ts';
import { type NabFile, nabProfiles, nabScore } from '../nab/nab-score.ts';
import { definePart } from './part.ts';
import { type Row, rounded } from './row.ts';

const folder = new URL('../nab/', import.meta.url);
const threshold = 0.5;
const shifts = 200;
/** Published best on these five, standard / low-FP / low-FN, and what DETECTION.md hopes for on all ten. */
const profiles = [
  { profile: 'standard', name: 'standard', published: 84.3, moonshot: 90 },
  { profile: 'lowFalsePositives', name: 'low false positives', published: 75.8, moonshot: 86 },
  { profile: 'lowFalseNegatives', name: 'low false negatives', published: 89.5, moonshot: 93 },
] as const;

type Scored = { score: number; chance: number; caught: number; windows: number; falseAlarms: number };
type NabFigures = Record<(typeof profiles)[number]['profile'], Scored>;

function readFiles(): NabFile[] {
  const labels = z.record(z.string(), z.array(z.tuple([z.string(), z.string()]))).parse(JSON.parse(readFileSync(new URL('windows.json', folder), 'utf8')));
  return Object.entries(labels).map(([name, windows]) => {
    const { rows } = parseSeriesCsv(gunzipSync(readFileSync(new URL(`${name}.gz`, folder))).toString('utf8'));
    const scorer = createSeriesScorer();
    const row = (timestamp: string): number => rows.findIndex((each) => each.timestamp === timestamp);
    return { alerts: rows.map(({ tsMs, value }) => scorer.next(tsMs, value) >= threshold), windows: windows.map(([first, last]) => [row(first), row(last)]) };
  });
}

/** The same alerts, each file's scored rows turned round by a random number of rows. */
function shifted(files: readonly NabFile[], seed: number): NabFile[] {
  const chance = createChance(`nab-${seed}`);
  return files.map(({ alerts, windows }) => {
    const start = Math.min(Math.floor(0.15 * alerts.length), 750);
    const span = alerts.length - start;
    const by = chance.below(span);
    return { alerts: alerts.map((_, row) => row >= start && alerts[start + ((row - start + by) % span)]!), windows };
  });
}

export const nab = definePart<NabFigures>({
  name: 'nab',
  quick: true,
  tasks: () => ['all'],
  run() {
    const files = readFiles();
    const turned = Array.from({ length: shifts }, (_, seed) => shifted(files, seed));
    const scored = (profile: (typeof profiles)[number]['profile']): Scored => ({
      ...nabScore(files, nabProfiles[profile]),
      chance: turned.reduce((sum, each) => sum + nabScore(each, nabProfiles[profile]).score, 0) / shifts,
    });
    return { standard: scored('standard'), lowFalsePositives: scored('lowFalsePositives'), lowFalseNegatives: scored('lowFalseNegatives') };
  },
  rows(results) {
    const figures = results.get('all')!;
    return [
      ...profiles.map(({ profile, name, published, moonshot }): Row => {
        const { score, caught, windows, falseAlarms } = figures[profile];
        return {
          id: `nab/${profile}`, section: 'nab', name, figure: rounded(score), better: 'more', bar: { least: published }, moonshot: { least: moonshot },
          cells: [String(published), `${caught} of ${windows}`, String(falseAlarms)], headline: `five NAB series, ${name}`,
        };
      }),
      ...profiles.map(({ profile, name }): Row => ({
        id: `nab/chance/${profile}`, section: 'nab', name: `${name}, the same alerts at random places (mean of ${shifts})`, figure: rounded(figures[profile].chance), better: 'less',
        ...(profile === 'standard' ? { bar: { most: 10 }, headline: 'five NAB series, what chance earns' } : {}), cells: ['-', '-', '-'],
      })),
    ];
  },
});
