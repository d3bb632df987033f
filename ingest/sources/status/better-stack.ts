// Reads a page made with Better Stack (`index.json`, JSON:API): reports, each with its updates, and the names of the
// resources they touch.
//
// States: downtime is an outage, degraded is degraded, maintenance is maintenance, resolved is ok. An update takes the worst
// state of the resources it names, or that of its report.
import { componentLines, idOf, isLoose, pageJson, listOf, objectsOf, textLine, textOf, timeOf, titleLine, type Loose } from './loose.ts';
import { worst, type PageWord, type Reader } from './page-word.ts';

type State = PageWord['state'];
const states: ReadonlyMap<string, State> = new Map([['downtime', 'outage'], ['degraded', 'degraded'], ['maintenance', 'maintenance'], ['resolved', 'ok'], ['operational', 'ok']]);

const fieldsOf = (entry: Loose): Loose => (isLoose(entry['attributes']) ? entry['attributes'] : {});

function related(entry: Loose, name: string): unknown {
  let at: unknown = entry['relationships'];
  for (const step of [name, 'data']) at = isLoose(at) ? at[step] : undefined;
  return at;
}

/** Updates by the id of their report: an update names its report, a report its updates, or both. */
function updatesByReport(included: readonly Loose[]): ReadonlyMap<string, Loose[]> {
  const owners = new Map<string, string>();
  for (const report of included.filter((one) => one['type'] === 'status_report')) {
    const list = related(report, 'status_updates');
    for (const one of Array.isArray(list) ? objectsOf(list) : []) owners.set(idOf(one, 'id') ?? '', idOf(report, 'id') ?? '');
  }
  return Map.groupBy(included.filter((one) => one['type'] === 'status_update'), (update) => {
    const report = related(update, 'status_report');
    return (isLoose(report) ? idOf(report, 'id') : undefined) ?? owners.get(idOf(update, 'id') ?? '') ?? '';
  });
}

function reportWords(id: string, report: Loose, updates: readonly Loose[], names: ReadonlyMap<string, string>, nowMs: number, odd: string[]): PageWord[] {
  const fields = fieldsOf(report);
  const kind = textOf(fields, 'report_type') === 'maintenance' ? 'maintenance' : 'incident';
  const [began, ends] = [timeOf(fields, 'starts_at'), timeOf(fields, 'ends_at')];
  if (kind === 'maintenance' && (began ?? Infinity) > nowMs) return [];
  const overall = states.get(textOf(fields, 'aggregate_state') ?? '') ?? (kind === 'maintenance' ? 'maintenance' : 'degraded');
  const base: State = overall === 'ok' ? (kind === 'maintenance' ? 'maintenance' : 'degraded') : overall;
  const isOver = ends !== undefined && ends <= nowMs;
  const about = { event: id, kind, title: titleLine(textOf(fields, 'title') ?? 'no title'), ...(began === undefined ? {} : { began }) } as const;
  const words: PageWord[] = [];
  for (const update of updates) {
    const own = fieldsOf(update);
    const [ts, word] = [timeOf(own, 'published_at'), idOf(update, 'id')];
    if (ts === undefined || word === undefined) {
      odd.push('word-without-time');
      continue;
    }
    const affected = listOf(own, 'affected_resources') ?? listOf(fields, 'affected_resources') ?? [];
    const named = affected.map((one) => states.get(textOf(one, 'status') ?? '')).filter((one) => one !== undefined);
    const state = named.length === 0 ? base : named.reduce(worst);
    const text = textOf(own, 'message');
    words.push({
      ...about, key: word, ts, state, ...(text === undefined ? {} : { text: textLine(text) }),
      components: componentLines(affected.flatMap((one) => names.get(idOf(one, 'status_page_resource_id') ?? '') ?? [])),
      ...(state === 'ok' ? { ended: isOver ? ends : ts } : {}),
    });
  }
  if (words.length === 0 && began !== undefined) words.push({ ...about, key: `${id}/on`, ts: began, state: base, components: [] });
  words.sort((a, b) => a.ts - b.ts);
  const last = words.at(-1);
  if (isOver && last !== undefined && last.state !== 'ok') words.push({ ...about, key: `${id}/over`, ts: Math.max(ends, last.ts), state: 'ok', components: last.components, ended: ends });
  return words;
}

export const readBetterStack: Reader = (bytes, nowMs) => {
  const page = pageJson(bytes);
  if (!isLoose(page) || !isLoose(page['data']) || page['data']['type'] !== 'status_page') return { why: page === undefined ? 'no JSON' : 'no page of Better Stack' };
  const included = listOf(page, 'included') ?? [];
  const names = new Map(included.filter((one) => one['type'] === 'status_page_resource').map((one) => [idOf(one, 'id') ?? '', textOf(fieldsOf(one), 'public_name') ?? '']));
  const updates = updatesByReport(included);
  const odd: string[] = [];
  const words = included.filter((one) => one['type'] === 'status_report').flatMap((report) => {
    const id = idOf(report, 'id');
    if (id === undefined) odd.push('event-without-id');
    return id === undefined ? [] : reportWords(id, report, updates.get(id) ?? [], names, nowMs, odd);
  });
  return { words, whole: new Set(['incident', 'maintenance']), odd };
};
