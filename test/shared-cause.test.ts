// Shared cause over the embedded Bus and real sockets: nine incidents of one cause are one message on Slack, and a webhook
// that watches one of the nine hears of that one. And what the command line says of the same.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, expect, test } from 'vitest';
import { openEmbedded } from '../infra/backends/index.ts';
import type { ChannelDeps } from '../notifier/channel.ts';
import { channels } from '../notifier/channels/index.ts';
import { decodeDelivery } from '../notifier/deliver.ts';
import { createOutbox, deliverRole, holdRole, systemTimers } from '../notifier/notifier.ts';
import { routeSchema, type Route } from '../notifier/route.ts';
import type { Bus } from '../shared/bus.ts';
import type { Delivery } from '../shared/delivery.ts';
import type { IncidentEvent } from '../shared/incident.ts';
import { partitionOf, topics } from '../shared/topics.ts';
import { runOutcry } from './child.ts';
import { evening, minute } from './fakes/incidents.ts';
import { behindCloudflare, eventsOf, partitions, second, services } from './fakes/outages.ts';
import { openReceiver } from './fakes/receiver.ts';
import { openSlack, shown } from './fakes/slack.ts';
import { sharedCauseLines, type Wave } from './generators/shared-cause-lines.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

const failed = (error: Error): void => {
  throw error;
};

async function startNotifier(named: Readonly<Record<string, { type: string; options: object }>>, routes: readonly Route[]): Promise<Bus> {
  const { bus } = openEmbedded({ file: ':memory:', partitions, mode: 'own', maxBytes: null });
  const log = { info: () => {}, warn: () => {} };
  const deps: ChannelDeps = { now: Date.now, evidence: async () => [], log, publicUrl: null, zone: 'UTC', out: new PassThrough() };
  const outbox = createOutbox({
    bus, answersFor: () => true, timers: systemTimers, random: () => 0.5, graceMs: 20, counted: () => {}, log, failed,
    channels: Object.entries(named).map(([name, { type, options: raw }]) => {
      const definition = channels[type]!;
      const options = definition.options.parse(raw);
      return { name, definition: { ...definition, spacingMs: 0 }, options, channel: definition.create(options, deps) };
    }),
  });
  await bus.work(holdRole({ services, partitions, dropped: () => {} }), failed);
  await bus.work(deliverRole({ routes, channels: Object.keys(named), now: Date.now, dropped: () => {} }), failed);
  await outbox.start();
  closing.push(() => bus.close(), () => outbox.stop());
  return bus;
}

async function publish(bus: Bus, events: readonly IncidentEvent[], until: number): Promise<void> {
  const of = (partition: number, value: unknown) => ({ topic: topics.incidents.name, key: 'k', partition, value: new TextEncoder().encode(JSON.stringify(value)) });
  await bus.publish(events.map((event) => of(partitionOf(event.incident.service, partitions), event)));
  await bus.publish(Array.from({ length: partitions }, (_, partition) => of(partition, { v: 1, kind: 'progress', at: until })));
}

function ledger(bus: Bus, enough: (deliveries: readonly Delivery[]) => boolean): Promise<Delivery[]> {
  const latest = new Map<string, Delivery>();
  return new Promise((settle) => {
    const tail = bus.tail(topics.deliveries.name, 'start', (records) => {
      for (const { key, value } of records) {
        const decoded = value === null ? { reason: '' } : decodeDelivery(value);
        if ('delivery' in decoded) latest.set(key, decoded.delivery);
      }
      if (!enough([...latest.values()])) return;
      settle([...latest.values()]);
      queueMicrotask(() => void tail.stop());
    });
  });
}

const troubles = [
  { service: 'cloudflare', onset: 0, changes: [[20 * second, 'suspected'], [4 * minute, 'confirmed']] as const, reporters: 60 },
  ...behindCloudflare.map((service, i) => ({ service, onset: 0, changes: [[(21 + i) * second, 'suspected']] as const })),
];

test('nine incidents of one cause are one message on Slack, and one more when they are confirmed', async () => {
  const slack = await openSlack();
  closing.push(() => slack.close());
  const bus = await startNotifier({ slack: { type: 'slack-webhook', options: { url: slack.url, allowPrivate: true, allowHttp: true } } }, []);
  const [opened, confirmed] = [eventsOf(troubles).filter(({ change }) => change === 'suspected'), eventsOf(troubles).filter(({ change }) => change === 'confirmed')];
  expect(opened).toHaveLength(9);
  await publish(bus, opened, evening + 3 * minute);
  expect((await ledger(bus, (all) => all.some(({ state }) => state === 'sent'))).map(({ service, state }) => [service, state])).toEqual([['cloudflare', 'sent']]);
  expect(shown(slack)).toEqual([expect.stringMatching(/^Cloudflare: suspected outage\./)]);
  await publish(bus, confirmed, evening + 5 * minute);
  await ledger(bus, (all) => all.filter(({ state }) => state === 'sent').length === 2);
  expect(shown(slack)).toEqual([expect.anything(), expect.stringMatching(/^Cloudflare and 8 others: confirmed outage\..*Likely cause: Cloudflare, which people report too\. 8 of 8 services/)]);
});

test('who watches one of the nine hears of that one, with its parent and cause, and of no other', async () => {
  const hook = await openReceiver();
  const slack = await openSlack();
  closing.push(() => hook.close(), () => slack.close());
  const open = { allowPrivate: true, allowHttp: true };
  const bus = await startNotifier(
    { slack: { type: 'slack-webhook', options: { url: slack.url, ...open } }, hook: { type: 'webhook', options: { url: hook.url, secrets: [`whsec_${Buffer.alloc(32, 1).toString('base64')}`], ...open } } },
    [routeSchema.parse({ to: ['slack'] }), routeSchema.parse({ services: ['acme', 'forum'], to: ['hook'] })],
  );
  await publish(bus, eventsOf(troubles), evening + 5 * minute);
  await ledger(bus, (all) => all.length === 3 && all.every(({ state }) => state !== 'pending'));
  const bodies = hook.received.map(({ body }) => JSON.parse(body) as { type: string; data: { service: { id: string }; parent: string; told: boolean; because: string; cause: { service: string } } });
  expect(bodies.map(({ type, data: { service, told, because, cause } }) => [type, service.id, told, because, cause.service])).toEqual([['outcry.incident.suspected', 'acme', false, 'linked', 'cloudflare']]);
  expect(bodies[0]!.data.parent).toMatch(/^cloudflare-/);
  expect(shown(slack)).not.toEqual([]);
});

test('backtest and explain say who speaks for whom, and who is only blamed and on what', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'outcry-shared-cause-'));
  closing.push(async () => rmSync(folder, { recursive: true }));
  const noon = Date.UTC(2026, 0, 6, 12);
  const cast = ['Cloudcask', 'Northwind', 'Quillpad', 'Chirpline', 'Telcova'];
  const wave = (fromMinute: number, perMinute: number, names: Wave['names']): Wave => ({ fromMs: noon + fromMinute * minute, toMs: noon + 20 * minute, perMinute, names });
  const posts = sharedCauseLines([
    wave(-120, 0.3, cast.map((name) => [1, name])),
    wave(0, 25, [[1, 'Cloudcask']]), wave(0.5, 10, [[1, 'Northwind']]), wave(1, 10, [[1, 'Quillpad']]),
    wave(0, 40, [[1, 'Chirpline']]), wave(2, 8, [[3, 'Telcova', 'Chirpline'], [2, 'Telcova']]),
  ]);
  writeFileSync(join(folder, 'posts.ndjson'), posts);
  const dependsOn: Readonly<Record<string, string[]>> = { northwind: ['cloudcask'], quillpad: ['cloudcask'] };
  writeFileSync(join(folder, 'outcry.yaml'), JSON.stringify({
    data: './data', listen: { port: 0 }, sources: { file: { type: 'lines', file: 'posts.ndjson' } }, channels: {},
    services: { mode: 'replace', list: cast.map((name) => ({ id: name.toLowerCase(), name, dependsOn: dependsOn[name.toLowerCase()] ?? [] })) },
  }));
  const outcry = (...args: string[]) => runOutcry(args, { cwd: folder });
  const { incidents, noted } = JSON.parse((await outcry('backtest', '--json', 'posts.ndjson')).output) as Record<'incidents' | 'noted', { id: string; service: string; told: boolean; parent: string | null; linked: string[]; blame: object | null }[]>;
  const one = new Map([...incidents, ...noted].map((found) => [found.service, found]));
  const parent = one.get('cloudcask')!;
  expect(incidents.filter(({ told }) => told).map(({ service }) => service).toSorted()).toEqual(['chirpline', 'cloudcask']);
  expect(parent.linked.toSorted()).toEqual([one.get('northwind')!.id, one.get('quillpad')!.id].toSorted());
  expect(noted).toMatchObject([{ service: 'telcova', told: false, blame: { service: 'chirpline' } }]);
  expect((await outcry('backtest', 'posts.ndjson')).output).toMatch(/4 incidents, 2 of them linked and told by another\n[\s\S]*speaks for 2 more; likely cloudcask[\s\S]*noted, not told: telcova: .*posts name chirpline too/);

  expect(await outcry('run', '--exit')).toMatchObject({ code: 0 });
  const [linked, blamed, speaking] = await Promise.all([one.get('northwind')!.id, one.get('telcova')!.id, parent.id].map(async (id) => (await outcry('explain', id)).output));
  expect(linked).toMatch(/Likely cause: Cloudcask, which people report too\.[\s\S]*Linked to Cloudcask[\s\S]*suspected, not told: linked/);
  expect(blamed).toMatch(/posts name Chirpline too[\s\S]*1\. .* suspected, not told: blamed/);
  expect(speaking).toMatch(/Linked: Northwind[\s\S]*1\. .* suspected\n/);
});
