// The button for people who have the problem themselves: what it asks, and the server's answer in words.
import { h } from './dom.ts';
import type { State } from './state.ts';
import type { Telling } from './telling.ts';
import type { ServiceSummary } from '../views.ts';
import { say, type Words } from './words.ts';

const kinds = ['down', 'login', 'connection', 'sending', 'loading', 'app', 'payment', 'slow', 'error', 'other'] as const;

/** Nothing where this board takes no reports. */
export function reportForm(state: State, telling: Telling, service: ServiceSummary): HTMLElement | null {
  const { words } = telling;
  if (state.about?.reports !== true) return null;
  return h(
    'section',
    { class: 'report' },
    h('h2', {}, say(words.reportWith, service.name)),
    h('form', { id: 'report', 'data-service': service.id },
      h('label', { for: 'kind' }, words.reportWhat),
      h('select', { id: 'kind', name: 'kind' }, kinds.map((kind) => h('option', { value: kind }, telling.symptom(kind)))),
      h('button', { type: 'submit' }, words.reportSend)),
    h('p', { class: 'small', role: 'status' }, state.reported ?? ''),
  );
}

/** Sends a report and says in words how it went. Never rejects. */
export async function sendReport(service: string, kind: string, words: Words): Promise<string> {
  try {
    const answer = await fetch('/v1/reports', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ service, kind }),
    });
    if (answer.ok) return words.reportThanks;
    if (answer.status === 429) return words.reportTooMany;
    return answer.status === 404 ? words.reportOff : words.reportFailed;
  } catch {
    return words.reportFailed;
  }
}
