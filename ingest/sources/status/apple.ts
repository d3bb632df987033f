// Reads Apple's system status (JSON, or the same as a call with it): services, each with the events that touch it.
//
// States by type: Outage is an outage, Issue and Performance are degraded, Maintenance is maintenance; resolved and completed
// are ok. One event touches several services: it is told once, with them as components.
import { componentLines, idOf, isLoose, pageJson, listOf, textLine, textOf, timeOf, titleLine, type Loose } from './loose.ts';
import type { PageWord, Reader } from './page-word.ts';

const states: ReadonlyMap<string, PageWord['state']> = new Map([['outage', 'outage'], ['issue', 'degraded'], ['performance', 'degraded'], ['maintenance', 'maintenance']]);
const over: ReadonlySet<string> = new Set(['resolved', 'completed']);

interface Gathered {
  readonly event: Loose;
  readonly names: string[];
}

function eventWords(id: string, { event, names }: Gathered, odd: string[]): PageWord[] {
  const status = (textOf(event, 'eventStatus') ?? '').toLowerCase();
  if (status === 'upcoming') return [];
  const type = (textOf(event, 'statusType') ?? '').toLowerCase();
  const state = states.get(type);
  if (state === undefined) odd.push('impact-unknown');
  const began = timeOf(event, 'epochStartDate') ?? timeOf(event, 'startDate');
  const posted = timeOf(event, 'datePosted') ?? began;
  if (posted === undefined) {
    odd.push('word-without-time');
    return [];
  }
  const ended = timeOf(event, 'epochEndDate') ?? timeOf(event, 'endDate');
  const text = textOf(event, 'message');
  const components = componentLines(names);
  const about = {
    event: id, kind: state === 'maintenance' ? 'maintenance' as const : 'incident' as const, components,
    title: titleLine(`${components.join(', ')}: ${textOf(event, 'usersAffected') ?? type}`),
    ...(text === undefined ? {} : { text: textLine(text) }),
    url: 'https://www.apple.com/support/systemstatus/',
    ...(began === undefined ? {} : { began }),
  };
  const isOver = over.has(status);
  const opened: PageWord = { ...about, key: `${id}/on`, ts: isOver && began !== undefined ? Math.max(began, Math.min(posted, ended ?? posted)) : posted, state: state ?? 'degraded' };
  return isOver ? [opened, { ...about, key: `${id}/over`, ts: Math.max(ended ?? posted, opened.ts), state: 'ok', ended: ended ?? posted }] : [opened];
}

export const readApple: Reader = (bytes) => {
  const page = pageJson(bytes);
  const services = isLoose(page) ? listOf(page, 'services') : undefined;
  if (services === undefined) return { why: page === undefined ? 'no JSON' : 'no list of services' };
  const odd: string[] = [];
  const events = new Map<string, Gathered>();
  for (const service of services) {
    const name = textOf(service, 'serviceName');
    for (const event of listOf(service, 'events') ?? []) {
      const id = idOf(event, 'messageId');
      if (id === undefined || name === undefined) odd.push('event-without-id');
      else if (events.has(id)) events.get(id)!.names.push(name);
      else events.set(id, { event, names: [name] });
    }
  }
  return { words: [...events].flatMap(([id, gathered]) => eventWords(id, gathered, odd)), whole: new Set(['incident', 'maintenance']), odd };
};
