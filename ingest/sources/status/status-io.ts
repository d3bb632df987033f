// Reads the public API of Status.io (`api.status.io/1.0/status/ID`): what is active now, with its messages.
//
// States by its codes: 100 ok, 200 maintenance, 300 degraded, 400 and 500 an outage (partial, full), 600 (security) degraded.
import { componentLines, idOf, isLoose, pageJson, listOf, textLine, textOf, timeOf, titleLine, type Loose } from './loose.ts';
import type { EventKind, PageWord, Reader } from './page-word.ts';

const states: Readonly<Record<number, PageWord['state']>> = { 100: 'ok', 200: 'maintenance', 300: 'degraded', 400: 'outage', 500: 'outage', 600: 'degraded' };

function eventWords(event: Loose, kind: EventKind, odd: string[]): PageWord[] {
  const id = idOf(event, '_id') ?? idOf(event, 'id');
  const began = timeOf(event, 'datetime_open') ?? timeOf(event, 'datetime_planned_start');
  if (id === undefined) {
    odd.push('event-without-id');
    return [];
  }
  const components = componentLines([...(listOf(event, 'components_affected') ?? []), ...(listOf(event, 'containers_affected') ?? [])].flatMap((one) => textOf(one, 'name') ?? []));
  const messages = listOf(event, 'messages') ?? [];
  const words: PageWord[] = [];
  for (const message of messages.length > 0 ? messages : [{ datetime: event['datetime_open'] ?? event['datetime_planned_start'] }]) {
    const ts = timeOf(message, 'datetime');
    if (ts === undefined) {
      odd.push('word-without-time');
      continue;
    }
    const state = states[Number(idOf(message, 'status') ?? idOf(event, 'status_code') ?? Number.NaN)];
    const text = textOf(message, 'details');
    words.push({
      key: `${id}/${ts}`, event: id, kind, ts, state: kind === 'maintenance' ? 'maintenance' : (state ?? 'degraded'),
      title: titleLine(textOf(event, 'name') ?? 'no title'),
      ...(text === undefined ? {} : { text: textLine(text) }),
      components,
      ...(began === undefined ? {} : { began }),
      ...(state === 'ok' && kind === 'incident' ? { ended: ts } : {}),
    });
  }
  return words.sort((a, b) => a.ts - b.ts);
}

export const readStatusIo: Reader = (bytes) => {
  const page = pageJson(bytes);
  const result = isLoose(page) ? page['result'] : undefined;
  if (!isLoose(result) || !isLoose(result['status_overall'])) return { why: page === undefined ? 'no JSON' : 'no page of Status.io' };
  const odd: string[] = [];
  const [incidents, maintenance] = [listOf(result, 'incidents'), result['maintenance']];
  const active = isLoose(maintenance) ? listOf(maintenance, 'active') : undefined;
  return {
    words: [...(incidents ?? []).flatMap((one) => eventWords(one, 'incident', odd)), ...(active ?? []).flatMap((one) => eventWords(one, 'maintenance', odd))],
    whole: new Set([...(incidents === undefined ? [] : ['incident' as const]), ...(active === undefined ? [] : ['maintenance' as const])]),
    odd,
  };
};
