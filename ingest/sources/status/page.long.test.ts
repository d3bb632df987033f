// Weeks of a page's life in a second: incidents come and go, the page fails, the process dies and comes back hours later.
// Whatever happens, each word is told once, with the page's own time, and no event stays open that the page has ended.
import { expect, test } from 'vitest';
import { createChance } from '../../demo/chance.ts';
import type { WebAnswer } from '../../web.ts';
import type { Notice } from '../../../shared/observation.ts';
import { createStatusPage, type StatusPage } from './page.ts';
import { createTold } from './told.ts';
import { createTurns } from './turns.ts';
import { placeAs } from './forms.ts';

const minute = 60_000;
const begin = Date.UTC(2026, 0, 5);
const days = 14;

interface Word {
  readonly id: string;
  readonly ts: number;
  readonly status: string;
}
interface Incident {
  readonly id: string;
  readonly impact: string;
  readonly words: readonly Word[];
}

function someIncidents(chance: ReturnType<typeof createChance>): Incident[] {
  const incidents: Incident[] = [];
  for (let at = begin + 3 * 60 * minute; at < begin + days * 24 * 60 * minute; at += (20 + chance.below(1_500)) * minute) {
    const id = `i${incidents.length}`;
    const words: Word[] = [];
    // some are over before anybody asks
    const gaps = Array.from({ length: 1 + chance.below(4) }, () => (chance.below(3) === 0 ? 10_000 : (1 + chance.below(90)) * minute));
    let ts = at + chance.below(minute);
    for (const [i, gap] of [0, ...gaps].entries()) words.push({ id: `${id}-${i}`, ts: (ts += gap), status: i === gaps.length ? 'resolved' : ['investigating', 'identified', 'monitoring'][Math.min(i, 2)]! });
    incidents.push({ id, impact: ['none', 'minor', 'major', 'critical'][chance.below(4)]!, words });
  }
  return incidents;
}

const iso = (ms: number): string => new Date(ms).toISOString();
function show({ id, impact, words }: Incident, now: number): object {
  const said = words.filter(({ ts }) => ts <= now);
  const last = said.at(-1)!;
  return {
    id, name: id, impact, status: last.status, created_at: iso(words[0]!.ts), resolved_at: last.status === 'resolved' ? iso(last.ts) : null, components: [],
    incident_updates: said.map((one) => ({ ...one, display_at: iso(one.ts), body: one.id })).toReversed(),
  };
}

function answerOf(url: string, incidents: readonly Incident[], now: number): WebAnswer {
  const begun = incidents.filter(({ words }) => words[0]!.ts <= now);
  const listed = url.endsWith('incidents.json') ? begun.slice(-50) : begun.filter(({ words }) => words.at(-1)!.ts > now);
  const changed = Math.max(begin, ...begun.flatMap(({ words }) => words.filter(({ ts }) => ts <= now).map(({ ts }) => ts)));
  const body = { page: { updated_at: iso(changed) }, status: {}, components: [], scheduled_maintenances: [], incidents: listed.map((one) => show(one, now)) };
  return { kind: 'body', status: 200, headers: new Headers() as never, bytes: new TextEncoder().encode(JSON.stringify(body)) };
}

async function live(seed: string): Promise<{ incidents: Incident[]; notices: Omit<Notice, 'at'>[] }> {
  const chance = createChance(seed);
  const incidents = someIncidents(chance);
  const notices: Omit<Notice, 'at'>[] = [];
  let now = begin;
  let cursor: string | undefined;
  let known = '';
  const ask = async ({ url, onlyNews = false }: { url: string; onlyNews?: boolean }): Promise<WebAnswer> => {
    const luck = chance.below(20);
    if (luck === 0) return { kind: 'failed', why: 'no whole answer in time' };
    if (luck === 1) return { kind: 'refused', status: 503, headers: new Headers() as never, bytes: new Uint8Array(), retryAfterMs: undefined };
    if (luck === 2) return { kind: 'body', status: 200, headers: new Headers() as never, bytes: new TextEncoder().encode('<html>') };
    const answer = answerOf(url, incidents, now);
    const text = answer.kind === 'body' ? new TextDecoder().decode(answer.bytes) : '';
    if (onlyNews && text === known) return { kind: 'unchanged', headers: new Headers() as never };
    if (onlyNews) known = text;
    return answer;
  };
  function openPage(): StatusPage {
    known = '';
    return createStatusPage({ name: 'status.example.com', url: 'https://status.example.com', services: ['s'], place: placeAs('statuspage', 'https://status.example.com'), fixed: false }, {
      web: { ask }, turns: createTurns(1), told: createTold(cursor), parseFeed: () => ({ why: 'no feed' }), clock: () => now, everyMs: minute, deadlineMs: 1, telling: () => {}, changed: () => {},
      intake: {
        notice(notice) {
          notices.push(notice);
          return { outcome: 'named', mentions: 1 };
        },
        dropped: (reason) => ({ outcome: 'dropped', reason }),
        cursor: (value) => void (cursor = value),
      },
    });
  }
  const never = new AbortController().signal;
  let page = openPage();
  while (now < begin + (days + 1) * 24 * 60 * minute) {
    await page.poll(never);
    now += minute + chance.below(7_000);
    if (chance.below(600) !== 0) continue;
    now += chance.below(6 * 60) * minute;
    page = openPage();
  }
  return { incidents, notices };
}

test.each(['one', 'two', 'three', 'four', 'five', 'six'])('two weeks, seed %s: every word once, with its own time, and every end', async (seed) => {
  const { incidents, notices } = await live(seed);
  const about = notices.filter(({ event }) => event !== '');
  const wanted = incidents.flatMap(({ id, words }) => words.map((word) => `${id} ${word.id} ${word.ts} ${word.status === 'resolved' ? 'ok' : 'open'}`));
  const found = about.map((one) => `${one.event} ${one.text} ${one.ts} ${one.state === 'ok' ? 'ok' : 'open'}`);
  expect({ lost: wanted.filter((one) => !found.includes(one)), strange: found.filter((one) => !wanted.includes(one)), twice: found.length - new Set(found).size, n: found.length })
    .toEqual({ lost: [], strange: [], twice: 0, n: wanted.length });
  // words about one event come in the order in which they were said
  for (const list of Map.groupBy(about, ({ event }) => event).values()) expect(list.map(({ ts }) => ts)).toEqual(list.map(({ ts }) => ts).toSorted((a, b) => a - b));
  // the page as a whole changes between what can and what can not be read
  const whole = notices.filter(({ event }) => event === '').map(({ state }) => state);
  expect(whole.every((state, i) => state === (i % 2 === 0 ? 'ok' : 'unknown'))).toBe(true);
  expect(whole.length).toBeGreaterThan(4);
});
