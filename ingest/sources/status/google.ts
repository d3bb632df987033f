// Reads Google's dashboards (Cloud, Workspace and others of the same make): one list of incidents, those of the past too,
// each with its updates and the products it touches.
//
// States: AVAILABLE is ok, SERVICE_OUTAGE an outage, SERVICE_DISRUPTION and SERVICE_INFORMATION are degraded. The last
// update of an incident that has an end is ok, whatever it says.
import { componentLines, idOf, isLoose, pageJson, linkOf, listOf, objectsOf, textLine, textOf, timeOf, titleLine, type Loose } from './loose.ts';
import type { PageWord, Reader } from './page-word.ts';

const states: ReadonlyMap<string, PageWord['state']> = new Map([['AVAILABLE', 'ok'], ['SERVICE_INFORMATION', 'degraded'], ['SERVICE_DISRUPTION', 'degraded'], ['SERVICE_OUTAGE', 'outage']]);
/** The list goes back for a year and more: what ended before this is not looked at, ms. */
const lookBackMs = 7 * 24 * 3_600_000;

function incidentWords(incident: Loose, base: string, odd: string[]): PageWord[] {
  const id = idOf(incident, 'id');
  if (id === undefined) {
    odd.push('event-without-id');
    return [];
  }
  const [began, ended] = [timeOf(incident, 'begin'), timeOf(incident, 'end')];
  const url = linkOf(incident, 'uri', base);
  const products = (listOf(incident, 'affected_products') ?? []).flatMap((one) => textOf(one, 'title') ?? []);
  const components = componentLines(products.length > 0 ? products : [textOf(incident, 'service_name') ?? '']);
  const title = titleLine(textOf(incident, 'external_desc') ?? textOf(incident, 'service_name') ?? 'no title');
  const latest = incident['most_recent_update'];
  const updates = listOf(incident, 'updates') ?? (isLoose(latest) ? [latest] : []);

  const words: PageWord[] = [];
  for (const update of updates) {
    const ts = timeOf(update, 'when') ?? timeOf(update, 'created');
    if (ts === undefined) {
      odd.push('word-without-time');
      continue;
    }
    const state = states.get(textOf(update, 'status') ?? textOf(incident, 'status_impact') ?? '');
    if (state === undefined) odd.push('impact-unknown');
    const text = textOf(update, 'text');
    words.push({
      key: `${id}/${ts}`, event: id, kind: 'incident', ts, state: state ?? 'degraded', title, components,
      ...(text === undefined ? {} : { text: textLine(text) }),
      ...(url === undefined ? {} : { url }),
      ...(began === undefined ? {} : { began }),
    });
  }
  words.sort((a, b) => a.ts - b.ts);
  return words.map((word, i) => (ended !== undefined && (i === words.length - 1 || word.state === 'ok') ? { ...word, state: 'ok', ended } : word));
}

/** `base`: the dashboard's address, which the incidents' own links go from. */
export function googleReader(base: string): Reader {
  return (bytes, nowMs) => {
    const list = pageJson(bytes);
    if (!Array.isArray(list)) return { why: list === undefined ? 'no JSON' : 'no list of incidents' };
    const odd: string[] = [];
    const incidents = objectsOf(list).filter((one) => (timeOf(one, 'end') ?? nowMs) > nowMs - lookBackMs);
    return { words: incidents.flatMap((one) => incidentWords(one, base, odd)), whole: new Set(['incident']), odd };
  };
}
