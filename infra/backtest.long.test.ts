import { expect, test } from 'vitest';
import { createJudge } from '../detector/judge.ts';
import { readLexicons } from '../detector/lexicon.ts';
import { detectorSettingsSchema } from '../detector/settings.ts';
import { serviceSchema } from '../shared/service.ts';
import { sharedCauseLines, type Wave } from '../test/generators/shared-cause-lines.ts';
import { backtest } from './backtest.ts';

const services = [serviceSchema.parse({ id: 'acme', name: 'Acme' })];
const post = (i: number) => JSON.stringify({ id: `p${i}`, ts: Date.UTC(2026, 0, 1) + i * 1_000, text: 'acme is down', author: `a${i}` });

test('files with CRLF, blank lines or a byte order mark are read as those without', async () => {
  for (const text of [`${post(1)}\n${post(2)}`, `\ufeff${post(1)}\r\n\r\n\n${post(2)}\r\n`]) {
    const result = await backtest({
      services, settings: detectorSettingsSchema.parse({}), judge: createJudge(readLexicons(), services), settingsHash: 'x',
      partitions: 1, framePosts: 10, reports: false, history: [], inputs: [Buffer.from(text)], progress: () => {},
    });
    expect([result.posts, result.dropped]).toEqual([2, {}]);
  }
});

const noon = Date.UTC(2026, 0, 6, 12);
const minute = 60_000;
const dependents = ['Northwind', 'Quillpad', 'Tangerly', 'Umbrace', 'Vexillo', 'Wobbleton', 'Yarrowby', 'Zephyrly'];
const cast = [
  serviceSchema.parse({ id: 'cloudflare', name: 'Cloudflare' }),
  ...dependents.map((name) => serviceSchema.parse({ id: name.toLowerCase(), name, dependsOn: ['cloudflare'] })),
  serviceSchema.parse({ id: 'chirpline', name: 'Chirpline' }),
  serviceSchema.parse({ id: 'telcova', name: 'Telcova' }),
];

function run(waves: readonly Wave[], partitions = 2) {
  const calm: Wave = { fromMs: noon - 180 * minute, toMs: noon + 60 * minute, perMinute: 0.4, names: cast.map(({ name }) => [1, name]) };
  return backtest({
    services: cast, settings: detectorSettingsSchema.parse({}), judge: createJudge(readLexicons(), cast), settingsHash: 'x',
    partitions, framePosts: 50, reports: false, history: [], inputs: [sharedCauseLines([calm, ...waves])], progress: () => {},
  });
}

test('a cause with eight services behind it is one that is told and eight that are linked', async () => {
  const waves: Wave[] = dependents.map((name, i) => ({ fromMs: noon + i * 20_000, toMs: noon + 25 * minute, perMinute: 8, names: [[9, name], [1, name, 'Cloudflare']] }));
  const { incidents, noted } = await run([{ fromMs: noon, toMs: noon + 25 * minute, perMinute: 25, names: [[1, 'Cloudflare']] }, ...waves]);
  const told = incidents.filter((one) => one.told);
  expect(incidents.map(({ incident }) => incident.service).toSorted()).toEqual(['cloudflare', ...dependents.map((name) => name.toLowerCase())].toSorted());
  expect(told.map(({ incident, linked, cause }) => [incident.service, linked.length, cause?.service, cause?.certainty])).toEqual([['cloudflare', 8, 'cloudflare', 'likely']]);
  expect(incidents.filter((one) => one.parent === told[0]!.incident.id)).toHaveLength(8);
  expect(noted).toEqual([]);
});

test('a provider that people blame for another outage is noted, and is no alarm', async () => {
  const { incidents, noted } = await run([
    { fromMs: noon, toMs: noon + 25 * minute, perMinute: 40, names: [[1, 'Chirpline']] },
    { fromMs: noon + 2 * minute, toMs: noon + 24 * minute, perMinute: 8, names: [[5, 'Telcova', 'Chirpline'], [3, 'Telcova']] },
  ]);
  expect(incidents.map(({ incident, told }) => [incident.service, told])).toEqual([['chirpline', true]]);
  expect(noted.map(({ incident, told, blame }) => [incident.service, told, blame?.service])).toEqual([['telcova', false, 'chirpline']]);
});
