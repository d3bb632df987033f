// Reads the list of Meta's business products that metastatus.com shows: how each is now, in words, without its history.
//
// States: "No known issues" and "Resolved" are ok, "High disruptions" is an outage, every other disruption is degraded. What
// WhatsApp, Instagram or Facebook are to private people is not on the page; their business products are what it has.
import { componentLines, idOf, pageJson, listOf, objectsOf, textOf, timeOf, titleLine } from './loose.ts';
import type { PageWord, Reader } from './page-word.ts';

function stateOf(status: string): PageWord['state'] | undefined {
  if (/no known issues|resolved|no issues/i.test(status)) return 'ok';
  if (/high disruption|major/i.test(status)) return 'outage';
  return /disruption|degraded|issue/i.test(status) ? 'degraded' : undefined;
}

export const readMeta: Reader = (bytes, nowMs) => {
  const list = pageJson(bytes);
  const products = Array.isArray(list) ? objectsOf(list).filter((one) => Array.isArray(one['services'])) : [];
  if (products.length === 0) return { why: list === undefined ? 'no JSON' : 'no list of products' };
  const odd: string[] = [];
  const words: PageWord[] = [];
  for (const product of products) {
    for (const service of listOf(product, 'services') ?? []) {
      const [owner, id, name, status] = [idOf(product, 'id'), idOf(service, 'id'), textOf(service, 'name'), textOf(service, 'status')];
      if (owner === undefined || id === undefined || name === undefined || status === undefined) continue;
      const state = stateOf(status);
      if (state === undefined) odd.push('component-state-unknown');
      if (state === undefined || state === 'ok') continue;
      const components = componentLines([`${textOf(product, 'name') ?? owner}: ${name}`]);
      const ts = timeOf(service, 'time') ?? nowMs;
      words.push({ key: `${owner}/${id}/${state}`, event: `component/${owner}/${id}`, kind: 'component', ts, state, title: titleLine(`${components[0]}: ${status.toLowerCase()}`), url: 'https://metastatus.com/', components, began: ts });
    }
  }
  return { words, whole: new Set(['component']), odd };
};
