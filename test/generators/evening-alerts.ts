// The alerts of the simulated evening, told by the live code without a backend: posts through intake, detector and hold.
import { createJudge } from '../../detector/judge.ts';
import { readLexicons } from '../../detector/lexicon.ts';
import { detectorSettingsSchema } from '../../detector/settings.ts';
import { readCatalog } from '../../infra/config.ts';
import { createFoldThrough } from '../../infra/fold-through.ts';
import { createAnonymiser } from '../../ingest/author.ts';
import { createWorld } from '../../ingest/demo/world.ts';
import { createIntake } from '../../ingest/intake.ts';
import { createMatcher } from '../../ingest/match.ts';
import { createMentionMaker } from '../../ingest/mentions.ts';
import type { Alert } from '../../shared/alert.ts';
import { latenessMs } from './evening-lines.ts';

/** In the order in which they are told. The big outage is of a service whose name needs UTF-8. */
export async function eveningAlerts(): Promise<Alert[]> {
  const services = readCatalog().map((service) => (service.id === 'whatsapp' ? { ...service, name: 'WhatsApp für Çeşme', names: [service.name, ...service.names] } : service));
  const alerts: Alert[] = [];
  const bus = createFoldThrough({
    partitions: 4, services, settings: detectorSettingsSchema.parse({}), settingsHash: 'evening', judge: createJudge(readLexicons(), services),
    alert: (alert) => void alerts.push(alert), evidence: () => {},
  });
  const matcher = createMatcher(services);
  const intake = createIntake({
    head: { source: 'evening', instance: 'test', epoch: 0, filtered: false }, latenessMs, saved: undefined, bus,
    maker: createMentionMaker(services, matcher, createAnonymiser(new Uint8Array(32))), matcher,
    clock: Date.now, frameMs: 2 ** 31 - 1, frameBytes: Number.MAX_SAFE_INTEGER, stateChanged: () => {}, trouble: () => {},
  });
  intake.state('live', 'the evening');
  let everyday = 0;
  for (const { post, role } of createWorld({ seed: 2017 }).told()) {
    if (role === 'everyday' && everyday++ % 8 !== 0) continue;
    const bytes = Buffer.from(JSON.stringify(post));
    intake.line(bytes, 0, bytes.length);
    if (everyday % 100 === 0) await intake.accepted();
  }
  await intake.end(true);
  return alerts;
}
