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
import { alertSchema, type Alert } from '../shared/alert.ts';
import type { InRecord } from '../shared/bus.ts';
import { topics } from '../shared/topics.ts';

interface Shown {
  readonly id: string;
  readonly service: string;
  readonly state: string;
  readonly onset: string;
  readonly openedAt: string;
  readonly resolvedAt: string | null;
  readonly reporters: number;
}

const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

/** What a consumer keeps: the last alert of each incident, by id; the ids of all events it has seen. */
function consume(records: readonly InRecord[]): { incidents: Map<string, Alert>; ids: string[] } {
  const incidents = new Map<string, Alert>();
  const ids: string[] = [];
  for (const { headers, value, key } of records) {
    const alert = alertSchema.parse(JSON.parse(new TextDecoder().decode(value!)));
    expect(headers).toMatchObject({ ce_specversion: '1.0', ce_id: alert.id, ce_subject: alert.service.id, ce_type: `outcry.incident.${alert.change}` });
    expect(key).toBe(alert.incident.id);
    ids.push(headers['ce_id']!);
    incidents.set(alert.incident.id, alert);
  }
  return { incidents, ids };
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
  const rebuilt = [...incidents.values()].map(({ incident }) => ({
    id: incident.id, service: incident.service, state: incident.state, onset: iso(incident.onset), openedAt: iso(incident.openedAt), resolvedAt: iso(incident.resolvedAt), reporters: incident.reporters,
  }));
  const byId = <T extends { id: string }>(list: readonly T[]) => list.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const shown = async () => byId(((await (await fetch(`${pipeline.url}/api/incidents`)).json()) as { incidents: Shown[] }).incidents);
  expect(rebuilt.length).toBeGreaterThan(0);
  await expect.poll(shown, { timeout: 30_000 }).toEqual(byId(rebuilt).map((one) => expect.objectContaining(one) as unknown));
  await pipeline.stop();
  await bus.close();
  rmSync(data, { recursive: true });
}, 120_000);
