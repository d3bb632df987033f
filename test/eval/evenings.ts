// The demonstration's evenings through the whole chain, posts to alerts: which of the outages are found, how soon, and
// what else is alerted. Everything is in them at once: jokes, headlines, blame, praise, bots, enthusiasm.
import { createJudge } from '../../detector/judge.ts';
import { readLexicons } from '../../detector/lexicon.ts';
import { detectorSettingsSchema } from '../../detector/settings.ts';
import { backtest } from '../../infra/backtest.ts';
import { type Score, scoreAgainst } from '../../infra/truth.ts';
import { createWorld } from '../../ingest/demo/world.ts';
import { duration } from './counting.ts';
import { definePart } from './part.ts';
import { readCatalog } from './reading.ts';
import type { Row } from './row.ts';

const seeds = ['eval-1', 'eval-2'];

type Evening = Pick<Score, 'found' | 'missed' | 'falseAlarms' | 'delaysMinutes'> & { falseServices: string[]; services: string[] };

export const evenings = definePart<Evening>({
  name: 'evenings',
  quick: true,
  tasks: () => seeds,
  async run(seed) {
    const world = createWorld({ seed });
    const services = readCatalog();
    const lines = [...world.posts()].map((post) => JSON.stringify(post));
    const { incidents } = await backtest({
      services, settings: detectorSettingsSchema.parse({}), judge: createJudge(readLexicons(), services), settingsHash: 'eval', partitions: 4, framePosts: 1_000, reports: false,
      history: [], inputs: [Buffer.from(lines.join('\n'))], progress: () => {},
    });
    const { found, missed, falseAlarms, delaysMinutes } = scoreAgainst(world.truth, incidents);
    const down = new Set(world.truth.map(({ service }) => service));
    return { found, missed, falseAlarms, delaysMinutes, services: world.truth.map(({ service }) => service), falseServices: incidents.map(({ incident }) => incident.service).filter((service) => !down.has(service)) };
  },
  rows(results) {
    const all = [...results.values()];
    const total = (of: (one: Evening) => number): number => all.reduce((sum, one) => sum + of(one), 0);
    const delays = (service: string): number[] => all.flatMap(({ services, delaysMinutes }) => services.flatMap((one, i) => (one === service && delaysMinutes[i] != null ? [delaysMinutes[i]] : [])));
    const named = all[0]!.services;
    return [
      { id: 'evenings/missed', section: 'evenings', name: 'outages missed', figure: total(({ missed }) => missed), better: 'less', bar: { most: 0 }, cells: [`${total(({ found, missed }) => found + missed)} outages in ${all.length} evenings`], headline: 'outages of the demonstration\'s evenings that are missed' },
      { id: 'evenings/false', section: 'evenings', name: 'incidents that are none', figure: total(({ falseAlarms }) => falseAlarms), better: 'less', bar: { most: 0 }, cells: [all.flatMap(({ falseServices }) => falseServices).join(', ')], headline: 'incidents of the demonstration\'s evenings that are none' },
      ...named.map((service): Row => {
        const list = delays(service);
        return { id: `evenings/delay/${service}`, section: 'evenings', name: `minutes from the beginning to the alert, ${service}`, figure: list.length === 0 ? null : Number((list.reduce((sum, each) => sum + each, 0) / list.length).toPrecision(4)), better: 'less', cells: [list.map(duration).join(', ')] };
      }),
    ];
  },
});
