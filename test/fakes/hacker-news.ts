// Hacker News on a real socket: gives out numbers, keeps items, tells what changed. Texts come as HTML, as the real one
// sends them.
import { openPolledServer, type PolledServer } from './polled-server.ts';

export interface FakeItem {
  readonly text?: unknown;
  readonly title?: string;
  readonly by?: string;
  /** ms. */
  readonly ts: number;
  readonly type?: string;
  readonly parent?: number;
  readonly deleted?: boolean;
  readonly dead?: boolean;
}

export interface HackerNews extends PolledServer {
  /** Gives out the next number to an item and returns it; null: the number is given out, the item not to be read yet. */
  push(item: FakeItem | null): number;
  /** Answers exactly this for the next number. */
  pushRaw(body: string): number;
  /** Puts the item of a number, or changes it, and tells so among the updates. */
  put(n: number, item: FakeItem): void;
}

export const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#x27;').replaceAll('/', '&#x2F;');

const firstNumber = 40_000_000;

export async function openHackerNews(): Promise<HackerNews> {
  const items: string[] = ['null'];
  let updates: number[] = [];
  const jsonOf = (n: number, item: FakeItem | null): string => {
    if (item === null) return 'null';
    const { ts, text, title, by = 'someone', type = 'comment', ...more } = item;
    return JSON.stringify({
      id: n, type, by, time: Math.floor(ts / 1000), ...more,
      ...(text === undefined ? {} : { text: typeof text === 'string' ? escapeHtml(text) : text }),
      ...(title === undefined ? {} : { title: escapeHtml(title) }),
    });
  };
  const server = await openPolledServer(({ path }) => {
    const headers = { 'content-type': 'application/json; charset=utf-8' };
    if (path === '/v0/maxitem.json') return { headers, body: String(firstNumber + items.length - 1) };
    if (path === '/v0/updates.json') return { headers, body: JSON.stringify({ items: updates, profiles: [] }) };
    const n = Number(/^\/v0\/item\/(\d+)\.json$/.exec(path)?.[1]);
    return Number.isNaN(n) ? { status: 401, headers, body: '{"error":"Permission denied"}' } : { headers, body: items[n - firstNumber] ?? 'null' };
  });
  const pushRaw = (body: string): number => firstNumber + items.push(body) - 1;
  return {
    ...server,
    pushRaw,
    push: (item) => pushRaw(jsonOf(firstNumber + items.length, item)),
    put(n, item) {
      items[n - firstNumber] = jsonOf(n, item);
      updates = [n, ...updates].slice(0, 100);
    },
  };
}
