// What status pages say, for tests of what shows it. The titles are our own.
import type { Official, OfficialWord } from '../../shared/incident.ts';

/** A page that is read and has said nothing of the trouble so far; `change` says what differs. */
export function aWord(change: Partial<OfficialWord> = {}): OfficialWord {
  return { state: 'ok', firstAt: null, lagMs: null, title: null, url: null, components: [], endedAt: null, usualMs: null, usualOf: 0, ...change };
}

/** One event of a page. */
export function aPageEvent(change: Partial<Official['events'][number]> & Pick<Official['events'][number], 'saidAt'>): Official['events'][number] {
  return {
    event: 'event-1', state: 'degraded', title: 'Elevated error rates', url: 'https://status.example.com/incidents/event-1', components: ['API'],
    began: change.saidAt, ended: null, ...change,
  };
}

/** What a service's page says at a moment (ms), as the detector puts it on the incidents topic. */
export function anOfficial(service: string, at: number, change: Partial<Official> = {}): Official {
  return { v: 1, kind: 'official', service, at, state: 'ok', events: [], usualMs: null, usualOf: 0, ...change };
}
