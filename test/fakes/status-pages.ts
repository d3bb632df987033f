// Status pages on a real socket: each path answers what it is told to, well or badly, and what was asked is remembered. The
// texts are our own, in the shapes that the makers of such pages use.
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { listenOnLoopback } from './loopback.ts';

export interface Asked {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** How to answer: `hang` never does, `cut` breaks the connection in the middle of the body. */
export interface PageAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly manner?: 'hang' | 'cut';
}

export interface StatusHost {
  readonly url: string;
  readonly asked: readonly Asked[];
  /** How often this path was asked. */
  times(path: string): number;
  /** The most questions that were under way at once. */
  readonly mostAtOnce: () => number;
  /** Connections that are open now. */
  readonly open: () => number;
  /** From now on this path answers so; a path that nobody set is a 404. An answer with an `etag` gives a 304 to who knows it. */
  set(path: string, answer: PageAnswer | ((headers: IncomingHttpHeaders) => PageAnswer)): void;
  close(): Promise<void>;
}

export async function openStatusHost(): Promise<StatusHost> {
  const asked: Asked[] = [];
  const answers = new Map<string, PageAnswer | ((headers: IncomingHttpHeaders) => PageAnswer)>();
  let underWay = 0;
  let most = 0;
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    asked.push({ path, headers: request.headers });
    underWay += 1;
    most = Math.max(most, underWay);
    response.on('close', () => {
      underWay -= 1;
    });
    const set = answers.get(path) ?? { status: 404, body: 'nothing here' };
    const { status = 200, headers = {}, body = '', manner } = typeof set === 'function' ? set(request.headers) : set;
    if (manner === 'hang') return;
    // answers take a moment, so that two at once would be seen
    setTimeout(() => {
      if (manner === 'cut') {
        response.writeHead(status, { ...headers, 'content-length': String(body.length + 100) });
        response.write(body);
        return void setImmediate(() => request.socket.destroy());
      }
      const { etag } = headers;
      if (status === 200 && etag !== undefined && request.headers['if-none-match'] === etag) return void response.writeHead(304, headers).end();
      response.writeHead(status, headers).end(body);
    }, 2);
  });
  const { host, sockets, close } = await listenOnLoopback(server);
  return {
    url: `http://${host}`,
    asked,
    times: (path) => asked.filter((one) => one.path === path).length,
    mostAtOnce: () => most,
    open: sockets,
    set: (path, answer) => void answers.set(path, answer),
    close,
  };
}

export const iso = (ms: number): string => new Date(ms).toISOString();

export interface Said {
  readonly id: string;
  readonly status: string;
  readonly ts: number;
  readonly body?: string;
}

/** An incident in the shape of Statuspage. */
export function anIncident(id: string, impact: string, said: readonly Said[], more: object = {}): object {
  const over = said.findLast(({ status }) => status === 'resolved');
  return {
    id, name: `Trouble ${id}`, status: said.at(-1)?.status ?? 'investigating', impact, created_at: iso(said[0]?.ts ?? 0), started_at: iso(said[0]?.ts ?? 0),
    resolved_at: over === undefined ? null : iso(over.ts), shortlink: `https://stspg.io/${id}`, components: [{ id: 'c1', name: 'API', status: 'partial_outage' }],
    // the newest stands first
    incident_updates: said.map((one) => ({ id: one.id, incident_id: id, status: one.status, body: one.body ?? `About ${id}: ${one.status}.`, created_at: iso(one.ts), display_at: iso(one.ts), affected_components: null })).toReversed(),
    ...more,
  };
}

/** A summary in the shape of Statuspage: what is open, and every component. */
export function aSummary(changed: number, incidents: readonly object[] = [], more: object = {}): string {
  return JSON.stringify({
    page: { id: 'p1', name: 'Example', url: 'https://status.example.com', time_zone: 'Etc/UTC', updated_at: iso(changed) },
    status: { indicator: incidents.length > 0 ? 'major' : 'none', description: '' },
    components: [{ id: 'c1', name: 'API', status: 'operational', group: false, updated_at: iso(changed) }],
    incidents, scheduled_maintenances: [], ...more,
  });
}

/** The list of the last incidents, in the shape of Statuspage. */
export function aHistory(changed: number, incidents: readonly object[]): string {
  return JSON.stringify({ page: { id: 'p1', updated_at: iso(changed) }, incidents });
}
