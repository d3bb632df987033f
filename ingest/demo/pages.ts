// What the status pages of the simulated evening say: WhatsApp's says nothing for all of the outage, as its real one had
// said nothing for three years, and Spotify's speaks up when people have complained for a while.
import type { Notice } from '../../shared/observation.ts';
import { plot } from './story.ts';

type Word = Pick<Notice, 'state' | 'title'> & { readonly minute: number; readonly service: string; readonly event: string };

const login = 'demo-login';
const { smallOutage } = plot;

const words: readonly Word[] = [
  ...[plot.outage.service, smallOutage.service, plot.campaign.service].map((service) => ({ minute: 1, service, event: '', state: 'ok' as const, title: 'All systems operational' })),
  { minute: smallOutage.from + 18, service: smallOutage.service, event: login, state: 'degraded', title: 'Trouble with signing in' },
  { minute: smallOutage.until + 2, service: smallOutage.service, event: login, state: 'ok', title: 'Trouble with signing in: resolved' },
];

/** The pages' words over the evening that begins at `startMs`, in order of time. */
export function pagesFrom(startMs: number): Omit<Notice, 'at'>[] {
  const at = (minute: number): number => startMs + minute * 60_000;
  return words.map(({ minute, service, event, state, title }, i) => ({
    id: `demo-page-${i}`, ts: at(minute), service, event, state, title, components: event === '' ? [] : ['Login'],
    ...(event === '' ? {} : { began: at(smallOutage.from + 18) }),
    ...(event !== '' && state === 'ok' ? { ended: at(minute) } : {}),
  }));
}
