// What the status pages said on the evening of evening.ts, one of each kind: silence, a word, a word that is over, a page
// that can not be read, trouble that nobody reports, maintenance going on and planned. All of it is made up.
import type { OutRecord } from '../../shared/bus.ts';
import { incidentId, type IncidentChange, type Incident, type Official } from '../../shared/incident.ts';
import { eveningEnd, incidentEvent, record, whatsappOnset } from './evening.ts';
import { anOfficial, aPageEvent, aWord } from './official.ts';

const minute = 60_000;
const spotifyOnset = eveningEnd - 9 * minute;
const telegramOnset = eveningEnd - 130 * minute;
export const spotifyIncident = incidentId('spotify', spotifyOnset);
export const telegramIncident = incidentId('telegram', telegramOnset);

/** What must stay words on the board. */
export const hostileTitle = '<img src=x onerror="document.title=\'owned\'"> all clear \u202eesrever';

const says = (service: string, at: number, change: Partial<Official>): OutRecord => record('outcry.incidents', service, anOfficial(service, at, change));

function next(service: string, onset: number, seq: number, change: IncidentChange, over: Partial<Incident>): OutRecord {
  return record('outcry.incidents', service, incidentEvent(service, onset, seq, change, eveningEnd - minute, over));
}

/** A page's outage without a crowd, as a record. */
export function githubOutage(at: number): OutRecord {
  return says('github', at, {
    state: 'outage',
    events: [
      aPageEvent({ event: 'g2', saidAt: at, state: 'outage', title: 'Incident with Actions and Pages', components: ['Actions', 'Pages'], began: at - 4 * minute }),
      aPageEvent({ event: 'g1', saidAt: at - 300 * minute, state: 'ok', title: 'Delayed webhooks', components: ['Webhooks'], began: at - 400 * minute, ended: at - 300 * minute }),
    ],
    usualMs: 18 * minute, usualOf: 12,
  });
}

/** The records, for after those of the evening. */
export function officialEvening(): OutRecord[] {
  const spotifySaid = aPageEvent({ event: 's1', saidAt: spotifyOnset + 6 * minute, state: 'degraded', title: hostileTitle, url: 'javascript:alert(1)', components: ['Web player', 'Desktop app'] });
  return [
    says('whatsapp', eveningEnd - 600 * minute, { usualMs: 35 * minute, usualOf: 7 }),
    next('whatsapp', whatsappOnset, 4, 'updated', {
      state: 'confirmed', confirmedAt: whatsappOnset + 5 * minute, observed: 243, expected: 3.1, reporters: 1_012, symptoms: { sending: 560, down: 301, login: 101 },
      official: aWord({ usualMs: 35 * minute, usualOf: 7 }), tallied: { observed: 2_140, expected: 60, windowMs: 15 * minute },
    }),
    says('spotify', spotifyOnset + 6 * minute, { state: 'degraded', events: [spotifySaid] }),
    next('spotify', spotifyOnset, 2, 'updated', {
      learning: true,
      official: aWord({ state: 'degraded', firstAt: spotifyOnset + 6 * minute, lagMs: 6 * minute, title: hostileTitle, url: spotifySaid.url, components: spotifySaid.components }),
    }),
    says('telegram', telegramOnset + 70 * minute, { events: [aPageEvent({ event: 't1', saidAt: telegramOnset + 70 * minute, state: 'ok', title: 'Connection problems', components: ['Europe'], began: telegramOnset - 5 * minute, ended: telegramOnset + 70 * minute })] }),
    next('telegram', telegramOnset, 5, 'updated', {
      state: 'resolved', resolvedAt: telegramOnset + 80 * minute, reporters: 142, recoveries: 31,
      official: aWord({ firstAt: telegramOnset - 5 * minute, lagMs: -5 * minute, title: 'Connection problems', url: 'https://status.example.com/t1', components: ['Europe'], endedAt: telegramOnset + 70 * minute, usualMs: null, usualOf: 5 }),
    }),
    githubOutage(eveningEnd - 20 * minute),
    says('netflix', eveningEnd - 10 * minute, { state: 'maintenance', events: [aPageEvent({ event: 'n1', saidAt: eveningEnd - 10 * minute, state: 'maintenance', title: 'Scheduled maintenance of sign-up', components: [] })] }),
    says('zoom', eveningEnd - 10 * minute, { state: 'maintenance', events: [aPageEvent({ event: 'z1', saidAt: eveningEnd - 10 * minute, state: 'maintenance', title: 'Maintenance of phone services', components: [], began: eveningEnd + 600 * minute })] }),
    says('slack', eveningEnd - 3 * minute, { state: 'unknown' }),
  ];
}
