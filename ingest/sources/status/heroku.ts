// Reads Heroku's status API 4: what is open now, with its updates. Red is an outage, yellow (and what has no colour) is
// degraded; an update of the type "resolved" is ok. What is scheduled is not told.
import { componentLines, idOf, isLoose, pageJson, linkOf, listOf, textLine, textOf, timeOf, titleLine, type Loose } from './loose.ts';
import type { PageWord, Reader } from './page-word.ts';

function incidentWords(incident: Loose, odd: string[]): PageWord[] {
  const [id, began] = [idOf(incident, 'id'), timeOf(incident, 'created_at')];
  if (id === undefined || began === undefined) {
    odd.push('event-without-id');
    return [];
  }
  const systems = (listOf(incident, 'status') ?? []).filter((one) => textOf(one, 'status') !== 'green');
  const state = systems.some((one) => textOf(one, 'status') === 'red') ? 'outage' : 'degraded';
  const url = linkOf(incident, 'full_url') ?? `https://status.heroku.com/incidents/${encodeURIComponent(id)}`;
  const updates = listOf(incident, 'updates') ?? [];
  return (updates.length > 0 ? updates : [incident]).map((update): PageWord => {
    const ts = timeOf(update, 'created_at') ?? began;
    const isOver = textOf(update, 'update_type') === 'resolved';
    const text = textOf(update, 'contents');
    return {
      key: idOf(update, 'id') ?? `${id}/${ts}`, event: id, kind: 'incident', ts, state: isOver ? 'ok' : state, title: titleLine(textOf(incident, 'title') ?? 'no title'),
      ...(text === undefined ? {} : { text: textLine(text) }),
      url, components: componentLines(systems.flatMap((one) => textOf(one, 'system') ?? [])), began, ...(isOver ? { ended: ts } : {}),
    };
  }).sort((a, b) => a.ts - b.ts);
}

export const readHeroku: Reader = (bytes) => {
  const page = pageJson(bytes);
  const incidents = isLoose(page) && Array.isArray(page['status']) ? listOf(page, 'incidents') : undefined;
  if (incidents === undefined) return { why: page === undefined ? 'no JSON' : 'no answer of Heroku' };
  const odd: string[] = [];
  return { words: incidents.flatMap((one) => incidentWords(one, odd)), whole: new Set(['incident']), odd };
};
