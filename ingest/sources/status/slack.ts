// Reads Slack's status API 2.0.0: what is active now, and the history, a list of the same entries.
//
// States by type: outage is an outage, incident and notice are degraded, maintenance is maintenance; the last note of an
// entry that is resolved, completed or cancelled is ok. What is scheduled is not told before it is active.
import { componentLines, idOf, isLoose, pageJson, linkOf, listOf, objectsOf, textLine, textOf, timeOf, titleLine, type Loose } from './loose.ts';
import type { PageWord, Reader } from './page-word.ts';

const states: ReadonlyMap<string, PageWord['state']> = new Map([['outage', 'outage'], ['incident', 'degraded'], ['notice', 'degraded'], ['maintenance', 'maintenance']]);
const over: ReadonlySet<string> = new Set(['resolved', 'completed', 'cancelled', 'canceled']);

function namesOf(of: Loose, field: string): string[] {
  const value = of[field];
  return Array.isArray(value) ? value.slice(0, 100).filter((one): one is string => typeof one === 'string') : [];
}

function entryWords(entry: Loose, odd: string[]): PageWord[] {
  const [id, began, status] = [idOf(entry, 'id'), timeOf(entry, 'date_created'), textOf(entry, 'status') ?? ''];
  if (id === undefined || began === undefined) {
    odd.push('event-without-id');
    return [];
  }
  if (status === 'scheduled') return [];
  const state = states.get(textOf(entry, 'type') ?? '');
  if (state === undefined) odd.push('impact-unknown');
  const kind = state === 'maintenance' ? 'maintenance' : 'incident';
  const url = linkOf(entry, 'url');
  const components = componentLines(namesOf(entry, 'services'));
  const notes = (listOf(entry, 'notes') ?? []).flatMap((note) => {
    const ts = timeOf(note, 'date_created');
    return ts === undefined ? [] : [{ ts, text: textOf(note, 'body') }];
  });
  if (notes.length === 0) notes.push({ ts: began, text: undefined });
  const updated = timeOf(entry, 'date_updated') ?? began;
  // an entry may be closed without a further note
  if (over.has(status) && notes.every(({ ts }) => ts < updated)) notes.push({ ts: updated, text: undefined });
  notes.sort((a, b) => a.ts - b.ts);
  return notes.map(({ ts, text }, i): PageWord => {
    const isOver = over.has(status) && i === notes.length - 1;
    return {
      key: `${id}/${ts}/${isOver ? 'over' : 'on'}`, event: id, kind, ts, state: isOver ? 'ok' : (state ?? 'degraded'),
      title: titleLine(textOf(entry, 'title') ?? 'no title'),
      ...(text === undefined ? {} : { text: textLine(text) }),
      ...(url === undefined ? {} : { url }),
      components, began,
      ...(isOver ? { ended: ts } : {}),
    };
  });
}

/** Reads `current` as well as `history`. */
export const readSlack: Reader = (bytes) => {
  const page = pageJson(bytes);
  const odd: string[] = [];
  if (Array.isArray(page)) return { words: objectsOf(page).flatMap((entry) => entryWords(entry, odd)), whole: new Set(), odd };
  if (!isLoose(page)) return { why: page === undefined ? 'no JSON' : 'no answer of Slack' };
  const active = listOf(page, 'active_incidents');
  if (active === undefined && page['status'] !== 'ok') return { why: 'no answer of Slack' };
  return { words: (active ?? []).flatMap((entry) => entryWords(entry, odd)), whole: new Set(['incident', 'maintenance']), odd };
};
