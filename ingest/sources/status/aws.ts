// Reads the AWS Health dashboard's public list of current events: UTF-16 JSON, one entry an event, with its log.
//
// States: 0 is ok, 1 (informational) and 2 (degraded) are degraded, 3 (disrupted) is an outage. Events leave the list some time
// after they are over, and there is no history. A component is a service in a region; an event of several services names each.
import { componentLines, isLoose, pageJson, listOf, objectsOf, textLine, textOf, timeOf, titleLine, type Loose } from './loose.ts';
import type { PageWord, Reader } from './page-word.ts';

const states: readonly PageWord['state'][] = ['ok', 'degraded', 'degraded', 'outage'];

function codeOf(of: Loose): number | undefined {
  const code = Number(of['status']);
  return typeof of['status'] === 'boolean' || of['status'] === null || !Number.isInteger(code) ? undefined : code;
}

function eventWords(event: Loose, odd: string[]): PageWord[] {
  const arn = textOf(event, 'arn');
  const service = textOf(event, 'service');
  const id = arn?.split('/').at(-1) ?? (service === undefined ? undefined : `${service}-${textOf(event, 'date') ?? ''}`);
  if (id === undefined || id === '') {
    odd.push('event-without-id');
    return [];
  }
  const region = textOf(event, 'region_name');
  const name = textOf(event, 'service_name') ?? service ?? 'AWS';
  const own = region === undefined || name.includes(region) ? name : `${name}, ${region}`;
  const impacted = isLoose(event['impacted_services']) ? Object.values(event['impacted_services']).flatMap((one) => (isLoose(one) ? (textOf(one, 'service_name') ?? []) : [])) : [];
  const components = componentLines(impacted.length === 0 ? [own] : region === undefined ? impacted : impacted.slice(0, 50).map((one) => `${one}, ${region}`));
  const began = timeOf(event, 'date');
  const log = listOf(event, 'event_log') ?? [];
  const words: PageWord[] = [];
  for (const entry of log.length > 0 ? log : [event]) {
    const ts = timeOf(entry, 'timestamp') ?? began;
    if (ts === undefined) {
      odd.push('word-without-time');
      continue;
    }
    const code = codeOf(entry) ?? codeOf(event);
    const state = states[code ?? -1];
    if (state === undefined) odd.push('impact-unknown');
    const text = textOf(entry, 'message') ?? textOf(entry, 'description');
    words.push({
      key: `${id}/${ts}/${code ?? ''}`, event: id, kind: 'incident', ts, state: state ?? 'degraded',
      title: titleLine(`${own}: ${textOf(entry, 'summary') ?? textOf(event, 'summary') ?? 'no title'}`), components,
      ...(text === undefined ? {} : { text: textLine(text) }),
      url: 'https://health.aws.amazon.com/health/status',
      ...(began === undefined ? {} : { began }),
      ...(state === 'ok' ? { ended: timeOf(event, 'end_time') ?? ts } : {}),
    });
  }
  return words.sort((a, b) => a.ts - b.ts);
}

export const readAws: Reader = (bytes) => {
  const list = pageJson(bytes);
  if (!Array.isArray(list)) return { why: list === undefined ? 'no JSON' : 'no list of incidents' };
  const odd: string[] = [];
  return { words: objectsOf(list).flatMap((event) => eventWords(event, odd)), whole: new Set(['incident']), odd };
};
