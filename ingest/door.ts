// What sources that are pushed to have in common: routes on our web server, the raw body, gates before the work, an answer
// that is given only once what was sent is durable, and a stop that waits for what is in hand. What a request says, and
// who may make it, is the source's.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Source, SourceDeps } from './source.ts';
import { addressPrefix } from './door-address.ts';
import { createAnswerBook, type Answer } from './door-answers.ts';
import { createClockWatch } from './steady-clock.ts';

/** Refuses a request, or lets it pass to the next. */
export type Gate = () => Answer | undefined | Promise<Answer | undefined>;

export interface Door {
  /** One request: the gates in order, then its work, counted so that a stop waits for it. */
  serve(reply: FastifyReply, gates: readonly Gate[], work: () => Answer | Promise<Answer>): Promise<FastifyReply>;
  /**
   * Runs `hand`, which hands over posts in one synchronous step, between room before and durability behind; once for all
   * requests of the same `key`.
   */
  durably(key: string | undefined, hand: () => Answer): Promise<Answer>;
  /** Counts a request against the allowance of its block of addresses, in windows of `windowMs`; the refusal, if it is over. */
  overLimit(what: string, request: FastifyRequest, most: number, windowMs: number): Promise<Answer | undefined>;
  /** The caller's block of addresses. */
  prefixOf(request: FastifyRequest): string;
  /** The request's Idempotency-Key as our own short name within `scope`, unguessable and theirs alone. */
  keyOf(request: FastifyRequest, scope: string): string | undefined;
}

export interface DoorOptions {
  readonly deps: SourceDeps;
  /** Callers are known by the last entry of X-Forwarded-For. */
  readonly behindProxy: boolean;
  /** What it takes and where, for people. */
  readonly detail: string;
  /** Bodies of these types arrive as bytes, all others are refused. */
  readonly contentTypes: readonly string[];
  readonly routes: (door: Door, scope: FastifyInstance) => void;
}

const beatMs = 1_000;
/** How long a caller waits for the log before being sent away. */
const patienceMs = 5_000;
const stepMs = 250;
/** Requests that wait for the log at once: what they hold in memory is bounded by this. */
const maxInHand = 64;

const busy: Answer = { status: 503, body: { error: 'the log takes no more at the moment: try again' }, retryAfter: 5 };

export const refuse = (status: number, error: string): Answer => ({ status, body: { error } });

/** The first value of a header. */
export function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** Compares in a time that tells nothing of where they differ. */
export function sameSecret(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

/** A request must have brought a body of a type that is taken. */
export const bodyGate = (request: FastifyRequest): Gate => () => (Buffer.isBuffer(request.body) ? undefined : refuse(400, 'a body, please'));

/**
 * true once `promise` resolves; false when it rejects or `ms` have passed. Waited for in small steps: time in which this
 * process stood still, and nothing could come, counts as one of them.
 */
function within(promise: Promise<void>, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    let leftMs = ms;
    const step = setInterval(() => {
      leftMs -= stepMs;
      if (leftMs <= 0) settle(false)();
    }, stepMs);
    const settle = (kept: boolean) => () => {
      clearInterval(step);
      resolve(kept);
    };
    promise.then(settle(true), settle(false));
  });
}

/** A source that opens these routes and takes what comes through them. */
export function createDoor({ deps, behindProxy, detail, contentTypes, routes }: DoorOptions): Source {
  const { intake, clock, store, web, anonymise } = deps;
  const answers = createAnswerBook(store);
  const inHand = new Set<Promise<unknown>>();
  let opened: Promise<void> | undefined;
  let stopped = false;
  let beating: NodeJS.Timeout | undefined;

  function prefixOf(request: FastifyRequest): string {
    const last = behindProxy ? headerOf(request, 'x-forwarded-for')?.split(',').at(-1)?.trim() : undefined;
    return addressPrefix(last ?? request.socket.remoteAddress ?? '');
  }

  const door: Door = {
    prefixOf,
    async serve(reply, gates, work) {
      const own = (async () => {
        if (stopped || inHand.size >= maxInHand) return busy;
        for (const gate of gates) {
          const refusal = await gate();
          if (refusal !== undefined) return refusal;
        }
        return stopped ? busy : work();
      })();
      inHand.add(own);
      try {
        const { status, body, retryAfter } = await own;
        if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter));
        if (status === 401) reply.header('www-authenticate', 'Bearer');
        return await reply.code(status).header('cache-control', 'no-store').send(body);
      } finally {
        inHand.delete(own);
      }
    },
    durably: (key, hand) =>
      answers.once(key, async () => {
        if (!(await within(intake.ready(), patienceMs)) || stopped) return busy;
        const answer = hand();
        return (await within(intake.accepted(), patienceMs)) ? answer : busy;
      }),
    async overLimit(what, request, most, windowMs) {
      const now = clock();
      // windows begin on the clock, so that the wait can be told
      const window = Math.floor(now / windowMs);
      const caller = anonymise('http-caller', prefixOf(request));
      // a Store that is down must not silence people
      const count = await store.increment(`http-rate/${deps.name}/${what}/${caller}/${window}`, windowMs).catch(() => 0);
      if (count <= most) return undefined;
      return { status: 429, body: { error: 'too many requests from your network: wait' }, retryAfter: Math.max(1, Math.ceil(((window + 1) * windowMs - now) / 1000)) };
    },
    keyOf(request, scope) {
      const given = headerOf(request, 'idempotency-key');
      return given === undefined || given === '' ? undefined : anonymise('http-key', `${deps.name}\0${scope}\0${given}`);
    },
  };

  async function addRoutes(scope: FastifyInstance): Promise<void> {
    scope.removeAllContentTypeParsers();
    const raw = async (_request: FastifyRequest, body: Buffer) => body;
    scope.addContentTypeParser([...contentTypes], { parseAs: 'buffer' }, raw);
    scope.setErrorHandler<FastifyError>((error, _request, reply) => {
      const status = error.statusCode ?? 500;
      if (status >= 500) deps.log.error({ err: error }, 'request failed');
      void reply.code(status).send({ error: status >= 500 ? 'this is our fault' : status === 415 ? `send the body as ${contentTypes.join(' or ')}` : error.message });
    });
    routes(door, scope);
  }

  async function open(): Promise<void> {
    try {
      await web.register(addRoutes);
    } catch (error) {
      intake.state('blind', `can't add its addresses: ${(error as Error).message}`);
      return;
    }
    intake.state('live', detail);
    const steady = createClockWatch(clock, () => performance.now());
    intake.beat(clock());
    beating = setInterval(() => steady() && intake.beat(clock()), beatMs);
  }

  return {
    async start() {
      if (!stopped) await (opened ??= open());
    },
    async stop() {
      stopped = true;
      await opened;
      clearInterval(beating);
      await Promise.allSettled(inHand);
    },
  };
}
