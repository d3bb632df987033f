// What must never be an incident, and what must always be one: quiet days of a strong day curve, a rise that takes an
// hour, and a campaign of new accounts through the whole chain. Seconds; `npm test` runs it.
import { createRandom, dayMs, hourMs } from '../../detector/detector.fixture.ts';
import { createCampaign, campaignKinds } from './campaign.ts';
import { duration } from './counting.ts';
import { definePart } from './part.ts';
import { type Row, rounded } from './row.ts';
import { createStand } from './stand.ts';
import { feed, learntDays, learnt } from './stand-figures.ts';
import { createStream, epoch, type StreamPlan } from './streams.ts';

const quietRates = [0.05, 0.2, 1, 5, 13] as const;
const quietDays = 14;
const riseRates = [0.05, 0.2, 1, 5, 50] as const;
const rises = 40;
const riseTimes = 5;
/** A rise is found if it is within so long from its beginning: at one report in twenty minutes, people need hours to be many. */
const riseLookMs = 12 * hourMs;

/** Incidents in 14 days from a cold start, nothing being known of the service, and in 14 days after the learnt ones. */
function quiet(perMinute: number): [cold: number, learnt: number] {
  const cold = createStand();
  feed(cold, { shape: 'day', perMinute, seed: 1 }, epoch + quietDays * dayMs);
  const warm = learnt({ shape: 'day', perMinute, seed: 2 }, 1);
  const from = epoch + learntDays * dayMs;
  feed(warm, { shape: 'day', perMinute, seed: 3, from }, from + quietDays * dayMs);
  return [cold.openings.length, warm.openings.filter(({ at }) => at >= from).length];
}

/** Delays from the beginning of the rise, minutes; what was not found is left out. */
function rise(perMinute: number): number[] {
  const history: StreamPlan = { shape: 'day', perMinute, seed: 77 };
  const frozen = learnt(history, 1).freeze();
  const from = epoch + learntDays * dayMs;
  const random = createRandom(7);
  const delays: number[] = [];
  for (let i = 0; i < rises; i++) {
    const at = from + Math.floor(random() * 24 * hourMs) + hourMs;
    const stand = createStand({}, frozen);
    const stream = createStream({ ...history, seed: 1_000 + i, from, change: { at, times: riseTimes, riseMs: hourMs } });
    for (let next = stream.next(); next < at + riseLookMs; next = stream.next()) {
      if (!stand.report(next) || next < at) continue;
      delays.push((next - at) / 60_000);
      break;
    }
  }
  return delays.toSorted((a, b) => a - b);
}

export const guards = definePart<number[]>({
  name: 'guards',
  quick: true,
  tasks: () => [...quietRates.map((rate) => `quiet/${rate}`), ...riseRates.map((rate) => `rise/${rate}`), ...campaignKinds.map((kind) => `campaign/${kind}`)],
  async run(task) {
    const [kind, what] = task.split('/') as [string, string];
    if (kind === 'quiet') return quiet(Number(what));
    if (kind === 'rise') return rise(Number(what));
    const { suspected, confirmed } = await createCampaign(what).run();
    return [suspected, confirmed];
  },
  rows(results) {
    const sum = (kind: string, at: number): number => [...results].filter(([task]) => task.startsWith(`${kind}/`)).reduce((all, [, result]) => all + result[at]!, 0);
    const foundShare = Math.min(...riseRates.map((rate) => results.get(`rise/${rate}`)!.length / rises));
    return [
      ...(['from a cold start', 'with a learnt baseline'] as const).map((start, at): Row => ({
        id: `guards/quiet/${at === 0 ? 'cold' : 'learnt'}`, section: 'guards', name: `incidents in ${quietDays} quiet days ${start}, ${quietRates.length} services`, figure: sum('quiet', at), better: 'less', bar: { most: 0 },
        cells: [quietRates.map((rate) => `${rate} a minute: ${results.get(`quiet/${rate}`)![at]}`).join(', ')], headline: `incidents in ${quietDays} quiet days of a tenfold day curve ${start}, ${quietRates.length} services`,
      })),
      { id: 'guards/rise', section: 'guards', name: 'slow rises found, least share of all rates', figure: rounded(foundShare), better: 'more', bar: { least: 1 }, cells: [''], headline: 'fivefold rises over an hour that are found, least share of all rates' },
      ...riseRates.map((rate): Row => {
        const delays = results.get(`rise/${rate}`)!;
        return { id: `guards/rise/${rate}`, section: 'guards', name: `slow rises found, ${rate} a minute`, figure: rounded(delays.length / rises), better: 'more', cells: [`${delays.length} of ${rises}, median after ${duration(delays[Math.floor(delays.length / 2)] ?? NaN)}`] };
      }),
      { id: 'guards/campaign', section: 'guards', name: 'incidents from campaigns of 500 new accounts', figure: sum('campaign', 0), better: 'less', bar: { most: 0 }, cells: [''], headline: 'incidents from campaigns of 500 new accounts' },
      ...campaignKinds.map((kind): Row => ({ id: `guards/campaign/${kind}`, section: 'guards', name: `campaign: ${kind.replaceAll('-', ' ')}`, figure: results.get(`campaign/${kind}`)![0]!, better: 'less', cells: [`${results.get(`campaign/${kind}`)![1]} confirmed`] })),
    ];
  },
});
