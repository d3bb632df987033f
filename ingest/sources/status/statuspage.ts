// Reads Atlassian Statuspage, API v2: the summary (what is open, and every component) and the lists of incidents, which hold
// what is over too. Pages of other makers imitate it, so any part may be missing.
//
// States: critical and major impact are an outage (the page's own words for them are "major outage" and "partial outage"),
// minor and none are degraded, maintenance is maintenance; a word that names its components' new states takes the worst of
// those, if worse than the impact. Resolved, postmortem and completed are ok. Maintenance
// that has not begun is no state of the service and is not told.
import { componentLines, idOf, isLoose, pageJson, linkOf, listOf, textLine, textOf, timeOf, titleLine, type Loose } from './loose.ts';
import { worst, type PageWord, type ReadAnswer, type Reader } from './page-word.ts';

type State = PageWord['state'];

const stateOfImpact: ReadonlyMap<string, State> = new Map([['none', 'degraded'], ['minor', 'degraded'], ['major', 'outage'], ['critical', 'outage'], ['maintenance', 'maintenance']]);
const stateOfComponent: ReadonlyMap<string, State> = new Map([
  ['operational', 'ok'], ['degraded_performance', 'degraded'], ['partial_outage', 'outage'], ['major_outage', 'outage'], ['full_outage', 'outage'], ['under_maintenance', 'maintenance'],
]);
const over: ReadonlySet<string> = new Set(['resolved', 'postmortem', 'completed', 'canceled', 'cancelled']);
const going: ReadonlySet<string> = new Set(['in_progress', 'verifying', 'maintenance_in_progress', 'maintenance_verifying']);
/** Components that are not well without an incident: a page may have hundreds, all redirected at once. */
const mostComponentEvents = 20;

function eventWords(event: Loose, kind: 'incident' | 'maintenance', odd: string[]): PageWord[] {
  const id = idOf(event, 'id');
  if (id === undefined) {
    odd.push('event-without-id');
    return [];
  }
  const began = timeOf(event, kind === 'maintenance' ? 'scheduled_for' : 'started_at') ?? timeOf(event, 'created_at');
  const impact = textOf(event, 'impact') ?? 'none';
  const byImpact: State = kind === 'maintenance' ? 'maintenance' : (stateOfImpact.get(impact) ?? 'degraded');
  if (kind === 'incident' && stateOfImpact.get(impact) === undefined) odd.push('impact-unknown');
  const url = linkOf(event, 'shortlink');
  const named = componentLines((listOf(event, 'components') ?? []).flatMap((one) => textOf(one, 'name') ?? []));
  const updates = listOf(event, 'incident_updates') ?? [];
  const statusOf = (update: Loose): string => textOf(update, 'status') ?? textOf(event, 'status') ?? '';
  // an imitation may list no updates: what the event itself says is its one word
  const said = updates.length > 0 ? updates : [{ ...event, id: `${id}-${textOf(event, 'status') ?? ''}`, display_at: event['updated_at'] ?? event['created_at'] }];

  const words: PageWord[] = [];
  for (const update of said) {
    const ts = timeOf(update, 'display_at') ?? timeOf(update, 'created_at');
    if (ts === undefined) {
      odd.push('word-without-time');
      continue;
    }
    const word = idOf(update, 'id') ?? `${id}/${ts}`;
    const isOver = over.has(statusOf(update));
    // its announcement, days before, says nothing of how the service is
    if (kind === 'maintenance' && !isOver && !going.has(statusOf(update))) continue;
    const affected = listOf(update, 'affected_components') ?? [];
    const byComponents = affected.map((one) => stateOfComponent.get(textOf(one, 'new_status') ?? '') ?? 'ok').reduce<State>(worst, 'ok');
    const text = textOf(update, 'body');
    const ended = isOver ? (timeOf(event, 'resolved_at') ?? ts) : undefined;
    words.push({
      key: word, event: id, kind, ts,
      state: isOver ? 'ok' : kind === 'maintenance' ? 'maintenance' : worst(byImpact, byComponents),
      title: titleLine(textOf(event, 'name') ?? 'no title'),
      ...(text === undefined ? {} : { text: textLine(text) }),
      ...(url === undefined ? {} : { url }),
      components: named.length > 0 ? named : componentLines(affected.flatMap((one) => textOf(one, 'name') ?? [])),
      ...(began === undefined ? {} : { began }),
      ...(ended === undefined ? {} : { ended }),
    });
  }
  words.sort((a, b) => a.ts - b.ts);
  // maintenance that was called off never began
  return kind === 'maintenance' && words.every(({ state }) => state === 'ok') ? [] : words;
}

/** Components that are not well and that no open event of the page names. */
function componentWords(components: readonly Loose[], open: readonly PageWord[], odd: string[]): PageWord[] {
  const covered = new Set(open.flatMap((word) => (word.state === 'ok' ? [] : word.components)));
  const words: PageWord[] = [];
  for (const component of components) {
    const [id, name, status] = [idOf(component, 'id'), textOf(component, 'name'), textOf(component, 'status')];
    if (id === undefined || name === undefined || status === undefined || component['group'] === true) continue;
    const state = stateOfComponent.get(status);
    if (state === undefined) odd.push('component-state-unknown');
    const [line] = componentLines([name]);
    const ts = timeOf(component, 'updated_at');
    if (state === undefined || state === 'ok' || line === undefined || covered.has(line) || ts === undefined) continue;
    words.push({ key: `${id}/${status}`, event: `component/${id}`, kind: 'component', ts, state, title: titleLine(`${name}: ${status.replaceAll('_', ' ')}`), components: [line], began: ts });
  }
  if (words.length > mostComponentEvents) odd.push('too-many-components');
  return words.sort((a, b) => b.ts - a.ts).slice(0, mostComponentEvents);
}

/** Reads `summary.json`, or `incidents.json`, which has the same shape with less in it. */
export const readStatuspage: Reader = (bytes): ReadAnswer => {
  const page = pageJson(bytes);
  if (!isLoose(page)) return { why: 'no JSON' };
  const [incidents, maintenances, components] = [listOf(page, 'incidents'), listOf(page, 'scheduled_maintenances'), listOf(page, 'components')];
  if (incidents === undefined && maintenances === undefined && components === undefined) return { why: 'no incidents listed' };
  if (!isLoose(page['page']) && !isLoose(page['status'])) return { why: 'no Statuspage' };
  const odd: string[] = [];
  const words = [
    ...(incidents ?? []).flatMap((one) => eventWords(one, 'incident', odd)),
    ...(maintenances ?? []).flatMap((one) => eventWords(one, 'maintenance', odd)),
  ];
  const open = [...new Map(words.map((word) => [word.event, word])).values()];
  const changed = isLoose(page['page']) ? timeOf(page['page'], 'updated_at') : undefined;
  return {
    words: [...words, ...componentWords(components ?? [], open, odd)],
    whole: new Set([...(incidents === undefined ? [] : ['incident' as const]), ...(maintenances === undefined ? [] : ['maintenance' as const]), ...(components === undefined ? [] : ['component' as const])]),
    odd,
    ...(changed === undefined ? {} : { changed }),
  };
};
