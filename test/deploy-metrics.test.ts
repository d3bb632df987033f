// Rules and dashboard against the code: a metric, label or state that they name and no process keeps would be silent
// for ever. PromQL itself is parsed elsewhere: see docs/deploy.md.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { openEmbedded } from '../infra/backends/index.ts';
import { createMetrics } from '../infra/metrics.ts';
import { incidentChangeSchema } from '../shared/incident.ts';
import { sourceStateSchema } from '../shared/frame.ts';
import { topics } from '../shared/topics.ts';

const folder = join(import.meta.dirname, '..', 'infra', 'deploy');
const read = (file: string): string => readFileSync(join(folder, file), 'utf8');

interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: { readonly severity: string };
  readonly annotations?: { readonly summary: string };
}
interface Panel {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: { readonly uid: string };
  readonly targets?: readonly { readonly expr: string; readonly datasource: { readonly uid: string } }[];
}

const rules = (parse(read('prometheus/rules.yaml')) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules);
const alerts = rules.filter((rule) => rule.alert !== undefined);
const recorded = new Map(rules.filter((rule) => rule.record !== undefined).map((rule) => [rule.record!, rule]));
const dashboard = JSON.parse(read('grafana/outcry.json')) as { schemaVersion: number; panels: Panel[]; templating: { list: { name: string; type: string; query: unknown }[] } };
const expressions = [...rules.map(({ expr }) => expr), ...dashboard.panels.flatMap(({ targets }) => (targets ?? []).map(({ expr }) => expr))];

/** Labels that Prometheus adds to whatever it finds. */
const targetLabels = ['job', 'instance', 'component', 'namespace', 'pod'];
const metricNames = /\b(?:outcry[_:][\w:]+|process_\w+|nodejs_\w+|up)\b(?!\s*\()/g;
const kept = new Map<string, Set<string>>();

beforeAll(async () => {
  const { bus } = openEmbedded({ file: ':memory:', partitions: 1, mode: 'own', maxBytes: null });
  const idle = { restore: () => {}, fold: () => {}, live: () => {}, snapshot: () => [] };
  const running = await bus.work({ name: 'detector', input: topics.observations.name, scope: 'partition', output: topics.incidents.name, create: () => idle }, (error) => {
    throw error;
  });
  const status = {
    source: 'in', type: 'http', instance: 'one', state: 'live' as const, since: 0, detail: '', silenceNormal: false,
    lastPostAt: 0, watermark: 0, posts: 1, mentions: 1, late: 1, dropped: { future: 1 }, at: 0,
  };
  const metrics = createMetrics({ bus, sources: () => [status, { ...status, source: 'pages', carries: 'notices' }], heard: () => [{ counted: 1 }], storeFailures: () => ({ slow: 1 }), clock: () => 0 });
  metrics.delivered('console', 'sent', '');
  metrics.dropped('hold', 'repeat');
  metrics.configReload(true);
  metrics.detectorAt('0', 0);
  metrics.alerted('suspected', 1);
  metrics.officialFrom(() => ({ states: { ok: 1, degraded: 0, outage: 0, maintenance: 0, unknown: 0 }, longestSilenceMs: 0 }));
  const { body } = await metrics.scrape();
  for (const [, name, labels] of body.matchAll(/^(\w+)(?:\{(.*)\})? \S+$/gm)) {
    const known = kept.get(name!) ?? new Set();
    for (const [, label] of (labels ?? '').matchAll(/(\w+)="/g)) known.add(label!);
    kept.set(name!, known);
  }
  await running.stop();
  await bus.close();
});

test('every metric of a rule or a panel is one that a process keeps or another rule records', () => {
  const used = expressions.flatMap((expr) => [...expr.replaceAll(/"[^"]*"/g, '""').matchAll(metricNames)].map(([name]) => name));
  expect(new Set(used).size).toBeGreaterThan(25);
  expect([...new Set(used)].filter((name) => name !== 'up' && !kept.has(name) && !recorded.has(name))).toEqual([]);
});

test('every label that a rule or a panel selects by is one that its metric has', () => {
  const wrong = expressions.flatMap((expr) =>
    [...expr.matchAll(/\b([a-zA-Z_:][\w:]*)\{([^}]*)\}/g)].flatMap(([, name, matchers]) =>
      [...matchers!.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label]) => label!).filter((label) => !targetLabels.includes(label) && kept.get(name!)?.has(label) !== true).map((label) => `${name}{${label}}`)));
  expect(wrong).toEqual([]);
});

test('states, changes and outcomes that rules and panels select are ones that there are', () => {
  const known: Record<string, readonly string[]> = {
    state: sourceStateSchema.options, change: incidentChangeSchema.options,
    outcome: ['sent', 'later', 'skipped', 'gone', 'dead'], role: ['detector', 'hold', 'deliver'],
  };
  const wrong = expressions.flatMap((expr) =>
    [...expr.matchAll(/\b(state|change|outcome|role)=~?"([^"]+)"/g)].flatMap(([, label, values]) => values!.split('|').filter((value) => !known[label!]!.includes(value))));
  expect(wrong).toEqual([]);
});

test('every metric of ours is shown or watched somewhere', () => {
  const text = expressions.join('\n');
  const ours = new Set([...kept.keys()].filter((name) => name.startsWith('outcry_')).map((name) => name.replace(/_(bucket|sum|count)$/, '')));
  // shown as its distance from the clock
  ours.delete('outcry_source_watermark_seconds');
  expect([...ours].filter((name) => !text.includes(name))).toEqual([]);
});

test('an alert says in a sentence what is wrong and how urgent it is; one always fires and several miss what is gone', () => {
  expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
  for (const { alert, labels, annotations } of alerts) {
    expect([alert, labels?.severity]).toEqual([alert, expect.stringMatching(/^(page|ticket|none)$/)]);
    expect([alert, annotations?.summary]).toEqual([alert, expect.stringMatching(/\.$/)]);
  }
  expect(alerts.filter(({ labels }) => labels!.severity === 'none').map(({ expr }) => expr)).toEqual(['vector(1)']);
  expect(alerts.filter(({ expr }) => expr.startsWith('absent(')).length).toBeGreaterThan(3);
});

test('the dashboard asks whichever Prometheus is chosen, and its panels neither overlap nor share a number', () => {
  expect(dashboard.templating.list[0]).toMatchObject({ name: 'datasource', type: 'datasource', query: 'prometheus' });
  const panels = dashboard.panels.filter(({ type }) => type !== 'row');
  for (const { title, datasource, targets } of panels) {
    expect([title, datasource?.uid]).toEqual([title, '${datasource}']);
    expect(targets!.every((target) => target.datasource.uid === '${datasource}')).toBe(true);
  }
  expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) => Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`));
  expect(new Set(cells).size).toBe(cells.length);
  expect(dashboard.panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
});
