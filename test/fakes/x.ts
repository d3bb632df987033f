// X's API on a real socket, plain HTTP: rules, filtered stream, recent search and counts, as its documents describe them,
// and all that such a server can be when it is not well.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listenOnLoopback } from './loopback.ts';
import { parseXQuery } from './x-query.ts';

export const xToken = 'AAAAtoken-that-nobody-may-see';

export interface XTweet {
  readonly id: string;
  readonly text?: unknown;
  readonly author_id?: string;
  readonly created_at?: string;
  readonly lang?: string;
  readonly edit_history_tweet_ids?: readonly string[];
  readonly referenced_tweets?: readonly { readonly type: string; readonly id: string }[];
  readonly [more: string]: unknown;
}
export interface XMessage {
  readonly data?: XTweet;
  readonly includes?: unknown;
  readonly errors?: readonly unknown[];
  readonly matching_rules?: readonly unknown[];
}
export interface XAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}
export interface XFakeRule {
  readonly id: string;
  readonly value: string;
  readonly tag?: string;
}
/** `stream`, `rules` (GET), `change` (POST), `rule-counts`, `search`, `counts`. */
export type XCall = 'stream' | 'rules' | 'change' | 'rule-counts' | 'search' | 'counts';

export interface XManner {
  /** Takes the call and never answers. */
  readonly mute?: readonly XCall[];
  /** Answers so instead; undefined: as usual. */
  readonly refuse?: (call: XCall, nth: number) => XAnswer | undefined;
  /** Answers the stream's call and then says nothing, neither posts nor signs of life. */
  readonly silent?: boolean;
  readonly keepAliveMs?: number;
  /** What a sign of life is. */
  readonly keepAlive?: string;
  /** Breaks the connection after so many bytes of its body; asked once a connection. */
  readonly cutAfterBytes?: () => number | undefined;
  /** Writes bodies in pieces of so many bytes. */
  readonly pieceBytes?: number;
  readonly times?: number;
  /** Only what rules and queries match; otherwise everything. */
  readonly match?: boolean;
  /** Several connections at once. */
  readonly manyConnections?: boolean;
  /** Search finds posts only when they are so old. */
  readonly searchLagMs?: number;
  readonly now?: () => number;
  readonly ruleCap?: number;
  readonly ruleChars?: number;
  /** Why X would not take this rule, beside its grammar. */
  readonly forbid?: (value: string) => string | undefined;
  /** X's clock in the `date` header; without it X does not say, since this machine's own may be a day of the test's. */
  readonly date?: () => number;
}

const epochMs = 1_288_834_974_657;
/** An id of X's of that time; `n` tells those of a millisecond apart. */
export const xId = (ms: number, n = 0): string => String((BigInt(ms - epochMs) << 22n) + BigInt(n));
const timeOf = (id: string): number => Number(BigInt(id) >> 22n) + epochMs;
const escaped = (text: unknown): unknown => (typeof text === 'string' ? text.replace(/[&<>]/g, (one) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[one]!) : text);

/** A post as X would send it: made at `ms`, its text escaped as X escapes it. */
export function aTweet(ms: number, text: unknown, more: Partial<XTweet> & { readonly n?: number } = {}): XMessage {
  const { n, ...rest } = more;
  const id = rest.id ?? xId(ms, n);
  return { data: { id, text: escaped(text), author_id: '2244994945', created_at: new Date(ms).toISOString(), lang: 'en', edit_history_tweet_ids: [id], ...rest } };
}

const problem = (name: string, title: string, more: object = {}) => ({ title, detail: title, type: `https://api.x.com/2/problems/${name}`, ...more });
export const tooManyConnections: XAnswer = {
  status: 429,
  body: problem('streaming-connection', 'ConnectionException', { detail: 'This stream is currently at the maximum allowed connection limit.', connection_issue: 'TooManyConnections' }),
};
export const operationalDisconnect = { errors: [problem('operational-disconnect', 'operational-disconnect', { disconnect_type: 'UpstreamOperationalDisconnect', detail: 'This stream has been disconnected upstream for operational reasons.' })] };

export interface XFake {
  readonly url: string;
  readonly rules: () => readonly XFakeRule[];
  setRules(rules: readonly XFakeRule[]): void;
  /** Calls so far, by kind, with their queries. */
  readonly asked: (call: XCall) => readonly URLSearchParams[];
  readonly connections: () => number;
  readonly open: () => number;
  /** The most that were open at the same time, refused ones too. */
  readonly most: () => number;
  readonly crowded: () => number;
  /** Adds posts to what search knows and sends them to whoever listens; anything else is sent as it is. */
  push(...messages: (XMessage | string | Buffer)[]): void;
  /** Posts that only search knows. */
  store(...messages: XMessage[]): void;
  behave(manner: XManner): void;
  /** Sockets of any kind that are open. */
  readonly sockets: () => number;
  /** Lets go of all but the newest `keep` posts, so that a long run needs no more memory than a short one. */
  forget(keep: number): void;
  drop(): void;
  /** Ends streams in order. */
  finish(): void;
  close(): Promise<void>;
}

interface Client {
  readonly response: ServerResponse;
  left: number;
  timer: NodeJS.Timeout | undefined;
}

export async function openX(): Promise<XFake> {
  let manner: XManner = {};
  let rules: XFakeRule[] = [];
  let posts: { readonly id: bigint; readonly ms: number; readonly message: XMessage }[] = [];
  let sorted = true;
  let made = 1_000;
  let most = 0;
  let crowded = 0;
  let connected = 0;
  const asked = new Map<XCall, URLSearchParams[]>();
  const clients = new Set<Client>();
  const parsed = new Map<string, ReturnType<typeof parseXQuery>>();
  const now = (): number => manner.now?.() ?? Date.now();

  function queryOf(value: string): ReturnType<typeof parseXQuery> {
    let found = parsed.get(value);
    if (found === undefined) parsed.set(value, (found = parseXQuery(value, 4_096)));
    return found;
  }
  function matches(query: string, { data }: XMessage): boolean {
    if (manner.match !== true) return true;
    const found = queryOf(query);
    return 'matches' in found && found.matches({ text: String(data?.text), ...(data?.lang === undefined ? {} : { lang: data.lang }), repost: data?.referenced_tweets?.some((one) => one.type === 'retweeted') === true });
  }

  function write(client: Client, bytes: Buffer): void {
    const piece = manner.pieceBytes ?? bytes.length;
    for (let at = 0; at < bytes.length && client.left > 0; at += piece) {
      const part = bytes.subarray(at, Math.min(at + piece, at + client.left, bytes.length));
      client.left -= part.length;
      client.response.write(part);
      if (client.left > 0) continue;
      client.response.socket?.destroySoon();
      // nobody is there any more, as far as anyone asks
      clearInterval(client.timer);
      clients.delete(client);
    }
  }
  function send(client: Client, message: XMessage | string | Buffer): void {
    if (manner.silent === true) return;
    let body = message;
    if (typeof body === 'object' && !Buffer.isBuffer(body) && body.data !== undefined && body.matching_rules === undefined) {
      const own = body;
      const picked = rules.filter((rule) => matches(rule.value, own)).slice(0, 3).map(({ id, tag }) => ({ id, ...(tag === undefined ? {} : { tag }) }));
      if (manner.match === true && picked.length === 0) return;
      body = { ...own, matching_rules: picked };
    }
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : `${JSON.stringify(body)}\r\n`);
    for (let i = 0; i < (manner.times ?? 1); i++) write(client, bytes);
  }

  function answer(response: ServerResponse, { status, body, headers }: XAnswer): void {
    const text = typeof body === 'string' ? body : JSON.stringify(body ?? {});
    response.writeHead(status, { 'content-type': typeof body === 'string' ? 'text/html' : 'application/json; charset=utf-8', ...dated(), ...headers }).end(text);
  }
  const dated = (): Record<string, string> => (manner.date === undefined ? {} : { date: new Date(manner.date()).toUTCString() });
  const invalid = (detail: string): XAnswer => ({ status: 400, body: { errors: [{ message: detail, parameters: {} }], ...problem('invalid-request', 'Invalid Request', { detail }) } });

  function openStream(response: ServerResponse): void {
    if (rules.length === 0) return answer(response, { status: 409, body: problem('invalid-request', 'no rules') });
    most = Math.max(most, clients.size + 1);
    if (clients.size > 0 && manner.manyConnections !== true) {
      crowded += 1;
      return answer(response, tooManyConnections);
    }
    const client: Client = { response, left: manner.cutAfterBytes?.() ?? Infinity, timer: undefined };
    clients.add(client);
    connected += 1;
    response.socket?.setNoDelay(true);
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'x-rate-limit-limit': '50', 'x-rate-limit-remaining': '49', ...dated() });
    response.flushHeaders();
    client.timer = setInterval(() => {
      if (manner.silent !== true) write(client, Buffer.from(manner.keepAlive ?? '\r\n'));
    }, manner.keepAliveMs ?? 20_000);
    response.on('close', () => {
      clearInterval(client.timer);
      clients.delete(client);
    });
  }

  function changeRules(query: URLSearchParams, body: { add?: readonly { value: string; tag?: string }[]; delete?: { ids: readonly string[] } }): XAnswer {
    if (body.delete !== undefined) {
      const gone = new Set(body.delete.ids);
      const before = rules.length;
      rules = rules.filter((rule) => !gone.has(rule.id));
      return { status: 200, body: { meta: { sent: new Date(now()).toISOString(), summary: { deleted: before - rules.length, not_deleted: 0 } } } };
    }
    const added: XFakeRule[] = [];
    const errors: object[] = [];
    for (const { value, tag } of body.add ?? []) {
      const known = rules.find((rule) => rule.value === value);
      const forbidden = manner.forbid?.(value);
      const read = forbidden === undefined ? parseXQuery(value, manner.ruleChars ?? 1_024) : { problem: forbidden };
      if (known !== undefined) errors.push(problem('duplicate-rules', 'DuplicateRule', { value, id: known.id }));
      else if ('problem' in read) errors.push(problem('invalid-rules', 'UnprocessableEntity', { value, details: [read.problem] }));
      else if (rules.length + added.length >= (manner.ruleCap ?? 1_000)) errors.push(problem('rule-cap', 'RulesCapExceeded', { value }));
      else added.push({ id: String(++made), value, ...(tag === undefined ? {} : { tag }) });
    }
    // one that is bad spoils the lot
    const spoilt = errors.some((one) => (one as { type: string }).type.endsWith('invalid-rules'));
    if (!spoilt && query.get('dry_run') !== 'true') rules.push(...added);
    return {
      status: 201,
      body: {
        ...(spoilt ? {} : { data: added }),
        meta: { sent: new Date(now()).toISOString(), summary: { created: spoilt ? 0 : added.length, not_created: errors.length, valid: added.length, invalid: errors.length } },
        ...(errors.length === 0 ? {} : { errors }),
      },
    };
  }

  function search(query: URLSearchParams): XAnswer {
    const text = query.get('query') ?? '';
    const read = parseXQuery(text, 512);
    if ('problem' in read) return invalid(read.problem);
    const [since, start] = [query.get('since_id'), query.get('start_time')];
    if (since !== null && start !== null) return invalid('at most one of start_time, since_id');
    const weekAgo = now() - 7 * 24 * 3_600_000;
    if ((since !== null && timeOf(since) < weekAgo) || (start !== null && Date.parse(start) < weekAgo)) return invalid("'since_id' must be a tweet id created after a week ago");
    const size = Number(query.get('max_results') ?? 10);
    if (!(size >= 10 && size <= 100)) return invalid('max_results');
    if (!sorted) posts = posts.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    sorted = true;
    const newest = now() - (manner.searchLagMs ?? 0);
    const [after, fromMs] = [since === null ? undefined : BigInt(since), start === null ? -Infinity : Date.parse(start)];
    const all: { readonly message: XMessage }[] = [];
    for (let i = posts.length - 1; i >= 0; i--) {
      const { id, ms, message } = posts[i]!;
      if ((after !== undefined && id <= after) || ms < fromMs) break;
      if (ms <= newest && message.data!.referenced_tweets?.some((one) => one.type === 'retweeted') !== true && matches(text, message)) all.push({ message });
    }
    const from = Number(query.get('next_token') ?? 0);
    const page = all.slice(from, from + size);
    return {
      status: 200,
      body: {
        ...(page.length === 0 ? {} : { data: page.map(({ message }) => message.data) }),
        meta: { result_count: page.length, ...(from + size < all.length ? { next_token: String(from + size) } : {}) },
      },
      headers: { 'x-rate-limit-limit': '450', 'x-rate-limit-remaining': '449' },
    };
  }

  function counts(query: URLSearchParams): XAnswer {
    const text = query.get('query') ?? '';
    const read = parseXQuery(text, 512);
    if ('problem' in read) return invalid(read.problem);
    const [start, end] = [Date.parse(query.get('start_time') ?? ''), Date.parse(query.get('end_time') ?? '')];
    if (end > now() - 10_000) return invalid("'end_time' must be at least 10 seconds ago");
    if (start < now() - 7 * 24 * 3_600_000) return invalid("'start_time' must be within a week");
    const from = Math.max(start, Number(query.get('next_token') ?? 0));
    const to = Math.min(end, from + 1_440 * 60_000);
    const buckets = [];
    for (let at = from; at < to; at += 60_000) {
      const inside = posts.filter(({ ms, message }) => ms >= at && ms < at + 60_000 && matches(text, message));
      buckets.push({ start: new Date(at).toISOString(), end: new Date(at + 60_000).toISOString(), tweet_count: inside.length });
    }
    return { status: 200, body: { data: buckets, meta: { total_tweet_count: buckets.reduce((sum, one) => sum + one.tweet_count, 0), ...(to < end ? { next_token: String(to) } : {}) } } };
  }

  function callOf(request: IncomingMessage, path: string): XCall | undefined {
    if (path === '/2/tweets/search/stream') return 'stream';
    if (path === '/2/tweets/search/stream/rules') return request.method === 'POST' ? 'change' : 'rules';
    if (path === '/2/tweets/search/stream/rules/counts') return 'rule-counts';
    if (path === '/2/tweets/search/recent') return 'search';
    return path === '/2/tweets/counts/recent' ? 'counts' : undefined;
  }

  const server = createServer((request, response) => {
    response.sendDate = false;
    const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://localhost');
    const call = callOf(request, pathname);
    if (call === undefined) return void response.writeHead(404).end();
    const before = asked.get(call) ?? [];
    asked.set(call, [...before, query]);
    if (manner.mute?.includes(call) === true) return;
    const refused = manner.refuse?.(call, before.length);
    if (refused !== undefined) return answer(response, refused);
    if (request.headers.authorization !== `Bearer ${xToken}`) return answer(response, { status: 401, body: { title: 'Unauthorized', type: 'about:blank', status: 401, detail: 'Unauthorized' } });
    if (call === 'stream') return openStream(response);
    if (call === 'search') return answer(response, search(query));
    if (call === 'counts') return answer(response, counts(query));
    if (call === 'rules') {
      const from = Number(query.get('pagination_token') ?? 0);
      const size = Number(query.get('max_results') ?? 1_000);
      const page = rules.slice(from, from + size);
      return answer(response, { status: 200, body: { ...(page.length === 0 ? {} : { data: page }), meta: { sent: '', result_count: page.length, ...(from + size < rules.length ? { next_token: String(from + size) } : {}) } } });
    }
    if (call === 'rule-counts') {
      const cap = String(manner.ruleCap ?? 1_000);
      return answer(response, { status: 200, body: { data: { cap_per_client_app: cap, cap_per_project: cap, client_app_rules_count: { rule_count: rules.length }, project_rules_count: String(rules.length) } } });
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => answer(response, changeRules(query, JSON.parse(Buffer.concat(chunks).toString()) as Parameters<typeof changeRules>[1])));
  });
  const { host, sockets, drop, close } = await listenOnLoopback(server);
  const keep = (messages: readonly (XMessage | string | Buffer)[]): void => {
    for (const one of messages) {
      if (typeof one !== 'object' || Buffer.isBuffer(one) || one.data === undefined || !/^\d+$/.test(String(one.data.id))) continue;
      const id = BigInt(one.data.id);
      if (posts.length > 0 && id < posts.at(-1)!.id) sorted = false;
      posts.push({ id, ms: timeOf(one.data.id), message: one });
    }
  };

  return {
    url: `http://${host}/2/`,
    rules: () => rules,
    setRules(next) {
      rules = [...next];
    },
    asked: (call) => asked.get(call) ?? [],
    connections: () => connected,
    open: () => clients.size,
    most: () => most,
    crowded: () => crowded,
    push(...messages) {
      keep(messages);
      for (const message of messages) for (const client of clients) send(client, message);
    },
    store: (...messages) => keep(messages),
    behave(next) {
      manner = next;
    },
    sockets,
    forget(keep) {
      posts = posts.toSorted((a, b) => (a.id < b.id ? -1 : 1)).slice(-keep);
      sorted = true;
    },
    drop,
    finish() {
      for (const client of clients) client.response.end();
    },
    close,
  };
}
