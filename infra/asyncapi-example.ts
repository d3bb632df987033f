// The alert that the AsyncAPI document shows: an invented incident, told and encoded by the code that tells real ones.
import { alertOf } from '../notifier/alert-maker.ts';
import { encodeAlert } from '../shared/alert.ts';
import { incidentId, type Incident } from '../shared/incident.ts';
import { serviceSchema } from '../shared/service.ts';

const onset = Date.UTC(2017, 4, 3, 19, 52, 12);
const confirmedAt = Date.UTC(2017, 4, 3, 19, 55, 30);

const incident: Incident = {
  id: incidentId('whatsapp', onset),
  service: 'whatsapp',
  state: 'confirmed',
  onset,
  openedAt: Date.UTC(2017, 4, 3, 19, 52, 49),
  confirmedAt,
  easingAt: null,
  resolvedAt: null,
  observed: 31.5,
  expected: 0.9,
  windowMs: 180_000,
  learning: false,
  blind: false,
  reporters: 38,
  score: 31.5,
  mentions: 61,
  recoveries: 0,
  peak: { perMinute: 17, at: Date.UTC(2017, 4, 3, 19, 54) },
  symptoms: { sending: 21, down: 14, connection: 3 },
  languages: { en: 12, pt: 11, es: 8, de: 7 },
  regions: { unknown: 29, BR: 6, DE: 3 },
  sources: { bluesky: 31, http: 7 },
  evidence: [{ source: 'bluesky', id: 'at://did:plc:example/app.bsky.feed.post/3example', ts: onset + 9_000, lang: 'en', symptom: 'sending', weight: 1 }],
  signal: {
    rule: 'cusum', jump: 15, since: onset, observed: 6, expected: 0.19, statistic: 11.3, dispersion: 1.2, threshold: 9.8, tail: 7.1, share: 0.75, expectedShare: 0.08,
  },
};

/** Headers and value of a confirmed incident's alert. */
export function exampleAlert(): { headers: Record<string, string>; payload: unknown } {
  const service = serviceSchema.parse({ id: 'whatsapp', name: 'WhatsApp', tags: ['messaging'] });
  const alert = alertOf({ v: 1, kind: 'incident', seq: 2, change: 'confirmed', at: confirmedAt, settings: '3f1c9ab04d27', incident }, new Map([[service.id, service]]));
  const { headers, value } = encodeAlert(alert);
  return { headers, payload: JSON.parse(new TextDecoder().decode(value)) };
}
