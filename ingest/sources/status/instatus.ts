// Reads the summary of a page made with Instatus: what is active now, without its updates. The page as a whole says UP,
// HASISSUES or UNDERMAINTENANCE, and leaves the lists out when they are empty.
//
// States by impact: MAJOROUTAGE and PARTIALOUTAGE are an outage, UNDERMAINTENANCE is maintenance, all else is degraded. That
// an event goes on is said without a time, so such a word has the time when it was read.
import { idOf, isLoose, pageJson, linkOf, listOf, textOf, timeOf, titleLine, type Loose } from './loose.ts';
import type { EventKind, PageWord, Reader } from './page-word.ts';

const states: ReadonlyMap<string, PageWord['state']> = new Map([['MAJOROUTAGE', 'outage'], ['PARTIALOUTAGE', 'outage'], ['UNDERMAINTENANCE', 'maintenance']]);
const first: ReadonlySet<string> = new Set(['', 'INVESTIGATING', 'INPROGRESS']);

function eventWords(event: Loose, kind: EventKind, nowMs: number, odd: string[]): PageWord[] {
  const began = timeOf(event, kind === 'incident' ? 'started' : 'start');
  const url = linkOf(event, 'url');
  const id = idOf(event, 'id') ?? url?.split('/').at(-1);
  if (id === undefined || id === '' || began === undefined) {
    odd.push('event-without-id');
    return [];
  }
  const status = (textOf(event, 'status') ?? '').toUpperCase();
  if (status === 'NOTSTARTEDYET') return [];
  const impact = (textOf(event, 'impact') ?? '').toUpperCase();
  const state = kind === 'maintenance' ? 'maintenance' : (states.get(impact) ?? 'degraded');
  const about = { event: id, kind, state, title: titleLine(textOf(event, 'name') ?? 'no title'), ...(url === undefined ? {} : { url }), components: [], began };
  const isOver = status === 'RESOLVED' || status === 'COMPLETED';
  const next = timeOf(event, 'updatedAt') ?? nowMs;
  return [
    { ...about, key: `${id}/on`, ts: began },
    ...(first.has(status) ? [] : [{ ...about, key: `${id}/${status}/${impact}`, ts: Math.max(next, began), text: status.toLowerCase(), ...(isOver ? { state: 'ok' as const, ended: next } : {}) }]),
  ];
}

export const readInstatus: Reader = (bytes, nowMs) => {
  const page = pageJson(bytes);
  const about = isLoose(page) ? page['page'] : undefined;
  if (!isLoose(page) || !isLoose(about) || !/^[A-Z]{2,40}$/.test(textOf(about, 'status') ?? '')) {
    return { why: page === undefined ? 'no JSON' : 'no page of Instatus' };
  }
  const odd: string[] = [];
  const words = [
    ...(listOf(page, 'activeIncidents') ?? []).flatMap((one) => eventWords(one, 'incident', nowMs, odd)),
    ...(listOf(page, 'activeMaintenances') ?? []).flatMap((one) => eventWords(one, 'maintenance', nowMs, odd)),
  ];
  return { words, whole: new Set(['incident', 'maintenance']), odd };
};
