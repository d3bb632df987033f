// Incidents, events and alerts for tests of what comes after the detector. The texts and figures are our own.
import type { Alert } from '../../shared/alert.ts';
import type { Evidence } from '../../shared/evidence.ts';
import { incidentId, type Incident, type IncidentChange, type IncidentEvent, type IncidentState } from '../../shared/incident.ts';
import type { Service } from '../../shared/service.ts';
import { alertOf } from '../../notifier/alert-maker.ts';

export const minute = 60_000;
/** 3 May 2017, 20:50 UTC */
export const evening = Date.UTC(2017, 4, 3, 20, 50);

export function aService(id: string, change: Partial<Service> = {}): Service {
  const name = id.replace(/^./, (letter) => letter.toUpperCase());
  return { id, name, names: [], hashtags: [], handles: [], ordinary: [], context: [], exclude: [], tags: [], dependsOn: [], ...change };
}

export function anIncident(change: Partial<Incident> = {}): Incident {
  const onset = change.onset ?? evening;
  const service = change.service ?? 'whatsapp';
  return {
    id: incidentId(service, onset),
    service,
    state: 'suspected',
    onset,
    openedAt: onset + 4 * minute,
    confirmedAt: null,
    easingAt: null,
    resolvedAt: null,
    observed: 214,
    expected: 6,
    windowMs: 15 * minute,
    learning: false,
    blind: false,
    reporters: 168,
    score: 150.5,
    mentions: 400,
    recoveries: 0,
    peak: { perMinute: 41, at: onset + 50 * minute },
    symptoms: { sending: 61, login: 22, other: 17 },
    languages: { en: 100, de: 40, pt: 28 },
    regions: { DE: 38, BR: 17, US: 9, FR: 7, unknown: 29 },
    sources: { bluesky: 120, button: 48 },
    evidence: [{ source: 'bluesky', id: 'p1', ts: onset, lang: 'en', symptom: 'sending', weight: 1 }],
    signal: { rule: 'cusum', jump: 5, since: onset, observed: 20, expected: 1, statistic: 12, dispersion: 1.2, threshold: 9, tail: 8, share: 0.6, expectedShare: 0.02 },
    ...change,
  };
}

const stateAfter: Readonly<Record<IncidentChange, IncidentState>> = {
  suspected: 'suspected',
  confirmed: 'confirmed',
  updated: 'confirmed',
  easing: 'easing',
  relapsed: 'confirmed',
  resolved: 'resolved',
  reopened: 'confirmed',
  retracted: 'retracted',
  erased: 'confirmed',
};

export function anEvent(seq: number, change: IncidentChange, at: number, incident: Partial<Incident> = {}): IncidentEvent {
  return { v: 1, kind: 'incident', seq, change, at, settings: 'settings-1', incident: anIncident({ state: stateAfter[change], ...incident }) };
}

export function anAlert(seq: number, change: IncidentChange, at: number, incident: Partial<Incident> = {}, services: readonly Service[] = [aService('whatsapp', { name: 'WhatsApp' })]): Alert {
  return alertOf(anEvent(seq, change, at, incident), new Map(services.map((service) => [service.id, service])));
}

export function aPost(text: string, change: Partial<Evidence> = {}): Evidence {
  return {
    v: 1,
    incident: anIncident().id,
    service: 'whatsapp',
    source: 'bluesky',
    id: 'p1',
    ts: evening,
    author: 'a1',
    lang: 'en',
    symptom: 'sending',
    reason: 'outage-phrase',
    weight: 1,
    late: false,
    text,
    url: null,
    region: null,
    ...change,
  };
}
