// One evening as the topics would hold it: WhatsApp's confirmed incident, a suspected one, a recovered one, some
// chatter, quiet services, and strangers' texts that try to be more than words. For the board's tests; all of it is made up.
import { encodeJson } from './encode-json.ts';
import type { OutRecord } from '../../shared/bus.ts';
import { deliveryKey, type Delivery } from '../../shared/delivery.ts';
import { evidenceKey, type Evidence } from '../../shared/evidence.ts';
import { incidentId, type Incident, type IncidentChange, type IncidentEvent } from '../../shared/incident.ts';
import type { Symptom } from '../../shared/report.ts';
import type { Rollup } from '../../shared/rollup.ts';
import { serviceSchema, type Service } from '../../shared/service.ts';
import type { SourceStatus } from '../../shared/source-status.ts';

const minute = 60_000;
export const eveningEnd = Date.parse('2026-05-03T21:07:00Z');
const dayStart = eveningEnd - 24 * 60 * minute;

const quietNames = [
  'GitHub', 'Slack', 'Signal', 'Discord', 'YouTube', 'Deutsche Bahn', 'Sparkasse', 'PayPal', 'Zoom', 'Vodafone', 'Telekom', 'Steam', 'Cloudflare',
  'Dropbox', 'Reddit', 'Twitch', 'TikTok', 'Snapchat', 'Pinterest', 'LinkedIn', 'Uber', 'Lieferando', 'Revolut', 'N26', 'Klarna', 'Outlook', 'Gmail',
  'iCloud', 'PlayStation Network', 'Xbox Live', 'Nintendo eShop', 'Roblox', 'Fortnite', 'Minecraft', 'Notion', 'Figma', 'Trello', 'Jira', 'GitLab', 'npm',
];

export const eveningServices: readonly Service[] = [
  { id: 'whatsapp', name: 'WhatsApp', tags: ['messaging'], statusPage: 'https://status.example.com/' },
  { id: 'spotify', name: 'Spotify', tags: ['streaming'] },
  { id: 'telegram', name: 'Telegram', tags: ['messaging'] },
  { id: 'netflix', name: 'Netflix', tags: ['streaming'] },
  { id: 'instagram', name: 'Instagram', tags: ['social'] },
  ...quietNames.map((name) => ({ id: name.toLowerCase().replaceAll(' ', '-'), name })),
].map((service) => serviceSchema.parse(service));

const words = [
  ['en', 'Is WhatsApp down for anyone else? Nothing goes through.', 'sending'],
  ['de', 'WhatsApp geht bei mir gar nicht mehr, bei euch auch?', 'down'],
  ['pt', 'o whatsapp caiu de novo, ninguém recebe nada', 'sending'],
  ['es', 'Se cayó WhatsApp, no me deja entrar', 'login'],
  ['it', 'whatsapp non funziona da dieci minuti', 'down'],
  ['tr', "WhatsApp çöktü mü, mesaj gitmiyor", 'sending'],
  ['ar', 'الواتساب لا يعمل منذ ساعة', 'down'],
  ['ja', 'ワッツアップが繋がらない', 'connection'],
  ['hi', 'व्हाट्सएप नहीं चल रहा है', 'down'],
] as const satisfies readonly (readonly [string, string, Symptom])[];

/** What must stay words on the board. */
export const hostileTexts = [
  '<script>document.title="owned"</script> whatsapp down',
  '<img src=x onerror="document.title=\'owned\'"> whatsapp is dead',
  '\u001b[31mwhatsapp\u001b[0m down <!channel> \u202eesrever',
  `whatsapp down ${'a'.repeat(300)}`,
] as const;

/** Reports a minute, by service: what the chart shows. Deterministic, with a little unevenness. */
function rate(service: string, at: number): { reports: number; expected: number } {
  const hour = new Date(at).getUTCHours() + new Date(at).getUTCMinutes() / 60;
  const wave = 1 + 0.6 * Math.sin(((hour - 9) / 24) * 2 * Math.PI);
  const jitter = ((at / minute) * 7919) % 13 === 0 ? 1 : 0;
  const since = (at - whatsappOnset) / minute;
  if (service === 'whatsapp') {
    const surge = since < 0 ? 0 : since < 20 ? since * 1.6 : Math.max(12, 32 - (since - 20) * 0.4);
    return { reports: Math.round(surge + jitter * wave * 2), expected: 0.28 * wave };
  }
  if (service === 'spotify') return { reports: at > spotifyOnset ? 2 + jitter : jitter, expected: 0.1 * wave };
  if (service === 'telegram') return { reports: at > telegramOnset && at < telegramOnset + 60 * minute ? 4 : 0, expected: 0.08 * wave };
  return { reports: jitter, expected: 0.12 * wave };
}

export const whatsappOnset = eveningEnd - 47 * minute;
const spotifyOnset = eveningEnd - 9 * minute;
const telegramOnset = eveningEnd - 130 * minute;
export const whatsappIncident = incidentId('whatsapp', whatsappOnset);

export function rollupOf(service: string, at: number): Rollup {
  const { reports, expected } = rate(service, at);
  return {
    v: 1, service, minute: at, mentions: reports * 2 + 1, reports, observed: reports, expected, upper: Math.ceil(expected + 2.5 * Math.sqrt(expected)),
    learning: service === 'spotify', blind: false, recoveries: 0,
    symptoms: reports === 0 ? {} : { down: reports }, languages: reports === 0 ? {} : { en: reports }, reasons: {},
  };
}

export function record(topic: OutRecord['topic'], key: string, value: unknown): OutRecord {
  return { topic, key, value: encodeJson(value) };
}

/** One event of an incident; `over` says what differs from a freshly opened one. */
export function incidentEvent(service: string, onset: number, seq: number, change: IncidentChange, at: number, over: Partial<Incident>): IncidentEvent {
  const incident: Incident = {
    id: incidentId(service, onset), service, state: 'suspected', onset, openedAt: onset + 2 * minute, confirmedAt: null, easingAt: null, resolvedAt: null,
    observed: 9, expected: 0.8, windowMs: 10 * minute, learning: false, blind: false, reporters: 8, score: 7.5, mentions: 21, recoveries: 0,
    peak: { perMinute: 4, at }, symptoms: { login: 6, down: 2 }, languages: { en: 5, de: 3 }, regions: { unknown: 8 }, sources: { bluesky: 8 }, evidence: [],
    signal: { rule: 'cusum', jump: 10, since: onset, observed: 6, expected: 0.2, statistic: 11.2, dispersion: 1, threshold: 8.4, tail: 6.3, share: 0.8, expectedShare: 0.1 },
    ...over,
  };
  return { v: 1, kind: 'incident', seq, change, at, settings: 'a1b2c3d4', incident };
}

function incidentRecords(): OutRecord[] {
  const on = (event: IncidentEvent): OutRecord => record('outcry.incidents', event.incident.service, event);
  const big: Partial<Incident> = {
    state: 'confirmed', confirmedAt: whatsappOnset + 5 * minute, observed: 243, expected: 3.1, reporters: 1_012, score: evidenceOf().reduce((sum, one) => sum + one.weight, 0),
    mentions: 2_204, recoveries: 4, peak: { perMinute: 32, at: whatsappOnset + 20 * minute }, sources: { bluesky: 700, http: 312 },
    symptoms: { sending: 560, down: 301, login: 101, connection: 50 }, languages: { en: 330, de: 220, pt: 160, es: 120, it: 80, tr: 40, ar: 32, ja: 18, hi: 12 },
    regions: { unknown: 402, DE: 260, BR: 170, ES: 90, IT: 60, GB: 30 },
  };
  return [
    on(incidentEvent('whatsapp', whatsappOnset, 1, 'suspected', whatsappOnset + 2 * minute, {})),
    on(incidentEvent('whatsapp', whatsappOnset, 2, 'confirmed', whatsappOnset + 5 * minute, { ...big, observed: 38, reporters: 41 })),
    on(incidentEvent('whatsapp', whatsappOnset, 3, 'updated', whatsappOnset + 40 * minute, big)),
    on(incidentEvent('spotify', spotifyOnset, 1, 'suspected', spotifyOnset + 4 * minute, { learning: true })),
    on(incidentEvent('telegram', telegramOnset, 1, 'suspected', telegramOnset + 3 * minute, {})),
    on(incidentEvent('telegram', telegramOnset, 2, 'confirmed', telegramOnset + 8 * minute, { state: 'confirmed', reporters: 60 })),
    on(incidentEvent('telegram', telegramOnset, 3, 'easing', telegramOnset + 65 * minute, { state: 'easing', reporters: 140 })),
    on(incidentEvent('telegram', telegramOnset, 4, 'resolved', telegramOnset + 80 * minute, { state: 'resolved', resolvedAt: telegramOnset + 80 * minute, reporters: 142, recoveries: 31 })),
    record('outcry.incidents', 'whatsapp', { v: 1, kind: 'progress', at: eveningEnd }),
  ];
}

/** Every post that the WhatsApp incident counts; the 8th was taken back by its author. */
export function evidenceOf(): Evidence[] {
  return Array.from({ length: 150 }, (_, index) => {
    const [lang, text, symptom] = words[index % words.length]!;
    const hostile = hostileTexts[index - 146];
    return {
      v: 1, incident: whatsappIncident, service: 'whatsapp', source: index % 3 === 0 ? 'http' : 'bluesky', id: `post-${String(index).padStart(4, '0')}`,
      ts: whatsappOnset + index * 18_000, author: `hash-of-${index}`, lang, symptom, reason: 'outage-phrase', weight: index % 4 === 0 ? 0.5 : 1, late: index === 20,
      text: index === 7 ? null : (hostile ?? `${text} (${index})`), url: index % 5 === 0 ? `https://posts.example.com/${index}` : index === 148 ? 'javascript:alert(1)' : null,
      region: index % 3 === 0 ? 'DE' : null,
    };
  });
}

function deliveryRecords(): OutRecord[] {
  const one = (channel: string, seq: number, state: Delivery['state']): OutRecord =>
    record('outcry.deliveries', deliveryKey(channel, `${whatsappIncident}/${seq}`), {
      v: 1, alert: `${whatsappIncident}/${seq}`, incident: whatsappIncident, service: 'whatsapp', channel, state, order: seq, attempts: state === 'dead' ? 9 : 1,
      queuedAt: eveningEnd, nextAt: null, endedAt: eveningEnd, reason: state === 'dead' ? 'http-404' : null, ref: null, payload: '{}',
    } satisfies Delivery);
  return [one('slack', 1, 'sent'), one('slack', 2, 'sent'), one('hook', 1, 'sent'), one('hook', 2, 'dead')];
}

/** All records of the evening, in an order in which the topics could have come to hold them. */
export function eveningRecords(): OutRecord[] {
  const rollups: OutRecord[] = [];
  for (let at = dayStart; at < eveningEnd; at += minute) {
    for (const service of ['whatsapp', 'spotify', 'telegram', 'netflix', 'instagram']) {
      const row = rollupOf(service, at);
      if (row.reports > 0 || at === dayStart) rollups.push(record('outcry.rollups', service, row));
    }
  }
  const evidence = evidenceOf().map((one) => record('outcry.evidence', evidenceKey(one.incident, one.source, one.id), one));
  return [...rollups, ...incidentRecords(), ...evidence, ...deliveryRecords()];
}

/** Statuses of three sources as their workers would write them at `at` (ms, wall clock). */
export function sourceStatuses(at: number): SourceStatus[] {
  const one = (source: string, type: string, state: SourceStatus['state'], over: Partial<SourceStatus>): SourceStatus => ({
    source, type, instance: 'one', state, since: at - 3_600_000, detail: '', silenceNormal: false, lastPostAt: at - 400, watermark: at - 2_400, posts: 1_204_117,
    mentions: 48_212, late: 31, dropped: { future: 2 }, at, ...over,
  });
  return [
    one('bluesky', 'bluesky', 'live', {}),
    one('http', 'http', 'live', { silenceNormal: true, posts: 312, mentions: 312, lastPostAt: at - 95_000 }),
    one('firehose', 'lines', 'blind', { detail: 'the connection was refused 4 times; next try in 30 s', lastPostAt: at - 240_000 }),
  ];
}
