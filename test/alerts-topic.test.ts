// The alerts topic is the public contract: from it alone a consumer can rebuild what the board shows of incidents.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { expect, test } from 'vitest';
import { openBackend } from '../infra/backends/index.ts';
import { parseConfig } from '../infra/config.ts';
import { drained } from '../infra/drained.ts';
import { workerRoles } from '../infra/part.ts';
import { startPipeline } from '../infra/pipeline.ts';
import type { IncidentDetail, Share } from '../notifier/board/views.ts';
import { alertSchema, type Alert } from '../shared/alert.ts';
import type { InRecord } from '../shared/bus.ts';
import type { OfficialWord } from '../shared/incident.ts';
import { topics } from '../shared/topics.ts';

const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

/** What a consumer keeps: the alerts of each incident, by its id; the ids of all events it has seen. */
function consume(records: readonly InRecord[]): { incidents: Map<string, Alert[]>; ids: string[] } {
  const incidents = new Map<string, Alert[]>();
  const ids: string[] = [];
  for (const { headers, value, key } of records) {
    const alert = alertSchema.parse(JSON.parse(new TextDecoder().decode(value!)));
    expect(headers).toMatchObject({ ce_specversion: '1.0', ce_id: alert.id, ce_subject: alert.service.id, ce_type: `outcry.incident.${alert.change}` });
    expect(key).toBe(alert.incident.id);
    ids.push(headers['ce_id']!);
    incidents.set(key, [...(incidents.get(key) ?? []), alert]);
  }
  return { incidents, ids };
}

/** Whether the page spoke for the first time, or of an end, since the alert before. */
const isNews = (word: OfficialWord | undefined, before: OfficialWord | undefined): boolean =>
  (word?.firstAt ?? null) !== (before?.firstAt ?? null) || (word?.endedAt ?? null) !== (before?.endedAt ?? null);

/** An incident as the board shows it, from nothing but its alerts. How long it lasts, and its page's silence, depend on the clock and are left out. */
function rebuild(alerts: readonly Alert[]): unknown {
  // an alert that repeats an incident for its group is no change of its own
  const own = alerts.filter(({ id, incident: { id: of } }) => /^\d+$/.test(id.slice(of.length + 1)));
  const { at, service, settings, incident } = own.at(-1)!;
  const { parent, cause, group, because, blame } = alerts.at(-1)!;
  const { peak, signal, evidence: _, named = null, official, tallied = null, ...figures } = incident;
  const told = alerts.some((alert) => alert.told);
  return {
    ...figures,
    named, tallied, told, because: told ? 'news' : because, parent, cause, group, blame: told ? null : blame,
    name: service.name, statusPage: service.statusPage, settings, asOf: iso(at), delayMs: incident.openedAt - incident.onset,
    onset: iso(incident.onset), openedAt: iso(incident.openedAt), confirmedAt: iso(incident.confirmedAt), easingAt: iso(incident.easingAt), resolvedAt: iso(incident.resolvedAt),
    official: official === undefined ? null : { ...official, firstAt: iso(official.firstAt), endedAt: iso(official.endedAt) },
    peak: { ...peak, at: iso(peak.at) }, signal: { ...signal, since: iso(signal.since) },
    timeline: own.map(({ id, at, change, settings, incident: { state, observed, expected, windowMs, reporters, official: word } }, i) => ({
      seq: Number(id.slice(incident.id.length + 1)), at: iso(at), change, state, observed, expected, windowMs, reporters, settings,
      official: isNews(word, own[i - 1]?.incident.official),
    })),
  };
}

const countsOf = (shares: readonly Share[]): Record<string, number> => Object.fromEntries(shares.map(({ key, count }) => [key, count]));

/** Every incident that the board lists, each as its own page shows it. */
async function shownBy(url: string): Promise<Map<string, unknown>> {
  const get = async <T>(path: string): Promise<T> => (await (await fetch(`${url}${path}`)).json()) as T;
  const { incidents } = await get<{ incidents: { id: string }[] }>('/api/incidents');
  const shown = new Map<string, unknown>();
  for (const { id } of incidents) {
    const { durationMs: _, official, symptoms, languages, regions, sources, ...rest } = await get<IncidentDetail>(`/api/incidents/${id}`);
    const { silentMs: _silentMs, ...word } = official ?? {};
    shown.set(id, { ...rest, official: official === null ? null : word, symptoms: countsOf(symptoms), languages: countsOf(languages), regions: countsOf(regions), sources: countsOf(sources) });
  }
  return shown;
}

test('a consumer of the alerts topic rebuilds the incidents that the board shows', async () => {
  const data = mkdtempSync(join(tmpdir(), 'outcry-alerts-'));
  const read = parseConfig(JSON.stringify({ data, listen: { port: 0 }, sources: { demonstration: { type: 'demo', speed: 'max' } }, channels: {} }), null, {});
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  const log = pino({ level: 'silent' });
  const backend = await openBackend(read.config, 'own', log);
  const { bus } = backend;
  const pipeline = await startPipeline(read.config, {
    backend, roles: workerRoles, log, out: process.stderr, authorKey: new Uint8Array(32), demo: true, simulated: true,
    configError: () => null,
    failed: (error) => { throw error; },
  });
  await pipeline.done;
  await drained(bus);
  const records: InRecord[] = [];
  await new Promise<void>((resolve) => {
    bus.tail(topics.alerts.name, 'start', (batch) => void records.push(...batch), resolve);
  });
  const { incidents, ids } = consume(records);
  expect(new Set(ids).size).toBe(ids.length);
  const rebuilt = new Map([...incidents].map(([id, alerts]) => [id, rebuild(alerts)]));
  expect(rebuilt.size).toBeGreaterThan(1);
  await expect.poll(() => shownBy(pipeline.url), { timeout: 120_000 }).toEqual(rebuilt);
  await pipeline.stop();
  await bus.close();
  rmSync(data, { recursive: true });
});
