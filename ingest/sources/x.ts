// `x`: what people post about services that fail, from X's filtered stream. The page that shows the chain: rules are brought
// into line, one connection is kept, what a break missed is searched for, and each post read is money.
//
// Event time is in a post's id, which X makes. The parts: x/rules (what is listened for), x/rule-keeper, x/stream (one
// connection), x/reconnect (when to connect again), x/catch-up and x/search (what was missed), x/spend (the meter).
import { createNap } from '../nap.ts';
import type { Source, SourceDefinition, SourceDeps } from '../source.ts';
import { createClockWatch } from '../steady-clock.ts';
import { createXApi } from './x/api.ts';
import { createCatchUp, idOf, type CatchUp } from './x/catch-up.ts';
import { checkX } from './x/check.ts';
import { connectsKey, readSpend, readTimes, readXCursor, spendKey, writeXCursor } from './x/cursor.ts';
import type { XFailure } from './x/failure.ts';
import { isXId } from './x/id.ts';
import { createXPlace } from './x/place.ts';
import { xOptions, xReasons, type XOptions } from './x/options.ts';
import { postFields } from './x/post.ts';
import { createConnectBucket, createReconnect, windowMs } from './x/reconnect.ts';
import { createRuleKeeper } from './x/rule-keeper.ts';
import { searchQueries } from './x/rules.ts';
import { searchMissed } from './x/search.ts';
import { createSpendMeter, spentOf } from './x/spend.ts';
import { openXStream, type XStream } from './x/stream.ts';
import { createXTaker } from './x/take.ts';

const beatEveryMs = 1_000;
/** A beat stays so far behind X's clock, ms, beside the lateness. */
const beatBehindMs = 3_000;
/** Without a byte for longer than X's sign of life takes, a connection no longer says that nothing happens. */
const sureMs = 21_000;
/** X's clock is not asked where it differs from ours by more: one of the two is no clock. */
const believedMs = 24 * 3_600_000;
/** Up to this two machines' clocks may differ, and X's times stand as they are. */
const clockSlackMs = 30_000;
/** A minute, in steps of the first wait. */
const minuteSteps = 240;
/** X's rules are looked at anew after as many minutes; it allows 450 such looks in that time. */
const lookMinutes = 15;
/** The meter is written to the store, and told, no more often. */
const meterEveryMs = 10_000;

function createX(options: XOptions, deps: SourceDeps): Source {
  const { intake, clock, log } = deps;
  const wanted = options.services === undefined ? undefined : new Set(options.services);
  const services = wanted === undefined ? deps.services : deps.services.filter(({ id }) => wanted.has(id));
  const api = createXApi(options, options.connectMs * 2);
  const nap = createNap();
  const policy = createReconnect(options.retryMs);
  const saved = readXCursor(deps.cursor);
  const place = createXPlace(saved?.place);
  let meter = createSpendMeter(options.spend, [saved?.spend]);
  let bucket = createConnectBucket(options.connects, []);
  const steady = createClockWatch(clock, () => performance.now());
  const tag = `outcry/${deps.name}`;

  let stopped = false;
  let running: Promise<void> | undefined;
  let stream: XStream | undefined;
  /** X's clock less ours, ms. */
  let skew = 0;
  let meterTold = { at: 0, share: -1 };
  /** What its words while it is live end with, as long as it holds. */
  let beside: string | undefined;
  const now = (): number => clock() + skew;
  /** What is taken off X's times so that they are of our clock, ms. */
  const aheadMs = (): number => (Math.abs(skew) > clockSlackMs ? skew : 0);
  const cursor = (): string => writeXCursor({ place: place.saved(), spend: meter.saved(clock()) });

  const keeper = createRuleKeeper({
    api, tag, services, bounds: options, intake, log, now,
    monotonic: () => performance.now(), everyMs: lookMinutes * minuteSteps * options.retryMs,
    stopped: () => stopped,
  });
  const taker = createXTaker({
    intake, place, clock, now, aheadMs, tag,
    meter: () => meter,
    ruleIds: () => keeper.rules()?.ids,
    links: options.links,
    cursor,
    close: (why) => stream?.close(why),
  });

  /** A post is paid for when it is read, whenever its turn comes. */
  const pay = (id: string): void => void (isXId(id) && meter.post(id, clock()));
  const dollars = (amount: number): string => `$${amount.toFixed(2)}`;
  const time = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

  function liveDetail(): string {
    const rules = keeper.rules();
    const heard = rules === undefined ? 'rules not read yet' : `${rules.services} of ${services.length} services in ${rules.rules} rules`;
    const { day, month } = meter.spent(clock());
    const away = aheadMs() === 0 ? '' : `; X's clock is ${Math.round(Math.abs(skew) / 60_000)} min ${skew > 0 ? 'ahead of' : 'behind'} ours`;
    return `${heard}${away}; spent ${dollars(day)} of ${dollars(options.spend.perDay)} today, ${dollars(month)} of ${dollars(options.spend.perMonth)} this month${beside === undefined ? '' : `; ${beside}`}`;
  }

  /** Keeps the meter where people, and the next process, see it. */
  function tellMeter(live: boolean): void {
    if (clock() - meterTold.at < meterEveryMs && clock() >= meterTold.at) return;
    const { day, month } = meter.spent(clock());
    const share = Math.floor(20 * Math.max(day / (options.spend.perDay || 1), month / (options.spend.perMonth || 1)));
    if (share !== meterTold.share && live) intake.state('live', liveDetail());
    meterTold = { at: clock(), share: live ? share : meterTold.share };
    deps.store.set(spendKey(deps.name), JSON.stringify({ ...meter.saved(clock()), spent: { day, month } }), 40 * 24 * 3_600_000).catch(() => {});
  }

  function catchUp(): CatchUp {
    const left = new Set(keeper.rules()?.left.map(({ service }) => service));
    const heard = services.filter(({ id }) => !left.has(id));
    return createCatchUp({ fill: options.gapFill, settleMs: options.settleMs, holdMs: options.holdMs, partial: options.reposts }, {
      intake, place, now,
      stopped: () => stopped,
      take: taker.take,
      state(state, more, gap) {
        const own = gap === undefined ? undefined : { from: gap.from - aheadMs(), to: gap.to - aheadMs() };
        beside = state === 'live' ? more : undefined;
        intake.state(state, state === 'live' ? liveDetail() : (more ?? 'the connection ended while it searched'), own);
        // what was missed and found is no longer to be searched for after a restart
        intake.cursor(cursor());
      },
      search: async (since, found, over) => {
        const searched = await searchMissed(searchQueries(heard, options), since, { requests: options.gapFillRequests, posts: options.gapFillPosts, retryMs: options.retryMs }, {
          api, now,
          found: (message, id) => (pay(id), found(message, id)),
          room: () => meter.room(clock()).posts,
          sleep: (ms) => (stopped ? Promise.resolve() : nap.sleep(ms)),
          stopped: () => stopped || over(),
        });
        if (!searched.whole && searched.why === 'spend-cap') intake.dropped('spend-cap');
        return searched;
      },
    });
  }

  /** One connection, from its opening to its end, and whether it brought anything. */
  async function listen(): Promise<XFailure & { readonly heard: boolean }> {
    let heard = false;
    let lastByteMs = 0;
    let wasAstray = false;
    let bringing: Promise<unknown> | undefined;
    let missedSince: number | undefined;
    const catching = catchUp();
    const own = openXStream({
      access: options, query: postFields, connectMs: options.connectMs, silenceMs: options.silenceMs,
      opened(serverMs) {
        skew = serverMs !== undefined && Math.abs(serverMs - clock()) <= believedMs ? serverMs - clock() : 0;
        lastByteMs = performance.now();
        catching.begin();
      },
      heard() {
        if (!heard) policy.well();
        heard = true;
        lastByteMs = performance.now();
      },
      alive() {
        taker.onTime();
        if (!catching.live()) return;
        place.heard(now());
        intake.cursor(cursor());
      },
      message(value) {
        keeper.matched();
        pay(idOf(value));
        catching.message(value);
        if (!catching.live() && meter.capped(clock()) !== undefined) own.close('the spending cap is reached');
      },
      bad: (reason) => intake.dropped(reason),
      room: () => catching.room(),
    });
    stream = own;
    const beating = setInterval(() => {
      if (!steady()) return;
      if (catching.live() && performance.now() - lastByteMs < sureMs) intake.beat(now() - aheadMs() - Math.max(beatBehindMs, taker.lagMs()));
      const live = catching.live() && lastByteMs > 0;
      const astray = taker.astray();
      if (live && astray) intake.state('blind', "all of X's posts are dated ahead of our clock: check it");
      else if (live && wasAstray) intake.state('live', liveDetail());
      else tellMeter(live);
      wasAstray = astray;
    }, beatEveryMs);
    const bringingAgain = setInterval(() => {
      if (bringing !== undefined || !keeper.due()) return;
      // a failure does not end the connection: X still has those of before
      bringing = keeper.bring().then((brought) => {
        bringing = undefined;
        if (brought.missedSince === undefined) return;
        missedSince = brought.missedSince;
        own.close('rules of ours had gone there and are set again');
      });
    }, options.retryMs * minuteSteps);
    const failure = await own.ended;
    clearInterval(beating);
    clearInterval(bringingAgain);
    await bringing;
    if (!stopped) intake.state('blind', `X: ${failure.why}`);
    await catching.end();
    if (missedSince !== undefined) place.missingSince(missedSince);
    // from here on posts may be missed
    place.missing();
    intake.cursor(cursor());
    return { ...failure, heard };
  }

  /** Waits until a time of the clock, ms, in steps: the clock may be set meanwhile, and then the time that passes counts. */
  async function sleepUntil(untilMs: number): Promise<void> {
    const over = performance.now() + untilMs - clock();
    for (let leftMs = untilMs - clock(); !stopped && leftMs > 0; leftMs = Math.min(untilMs - clock(), over - performance.now())) await nap.sleep(Math.min(leftMs, options.retryMs * minuteSteps));
  }

  async function run(): Promise<void> {
    const [spent, made] = await Promise.all([spendKey, connectsKey].map((key) => deps.store.get(key(deps.name)).catch(() => undefined)));
    meter = createSpendMeter(options.spend, [saved?.spend, readSpend(spent)]);
    bucket = createConnectBucket(options.connects, readTimes(made));
    let ruleless = 0;
    while (!stopped) {
      const capped = meter.capped(clock());
      if (capped !== undefined) {
        intake.dropped('spend-cap');
        intake.state('blind', `spending cap of ${dollars(capped.cap === 'day' ? options.spend.perDay : options.spend.perMonth)} a ${capped.cap} reached; listens again at ${time(capped.untilMs)}`);
        await sleepUntil(capped.untilMs);
        // what the cap kept from being read is not read afterwards either
        skipMissed();
        continue;
      }
      if (keeper.due()) {
        const { failure, missedSince } = await keeper.bring();
        if (stopped) return;
        if (missedSince !== undefined) place.missingSince(missedSince);
        if (failure !== undefined) intake.state('blind', `X: rules could not be read: ${failure.why}`);
        if (failure?.kind === 'auth' || failure?.kind === 'forbidden' || failure?.kind === 'capped') {
          await pause(failure);
          continue;
        }
        if (keeper.rules()?.rules === 0) {
          intake.state('blind', 'nothing to listen for: no service that is watched can be named in a rule');
          await sleepUntil(clock() + windowMs);
          keeper.wrong();
          continue;
        }
      }
      await sleepUntil(clock() + bucket.waitMs(clock()));
      if (stopped) return;
      bucket.take(clock());
      void deps.store.set(connectsKey(deps.name), JSON.stringify(bucket.saved()), windowMs).catch(() => {});
      const ended = await listen();
      if (stopped) return;
      if (ended.kind === 'no-rules') {
        keeper.wrong();
        // somebody took them away: they are set again at once, but not again and again
        ruleless += 1;
        if (ruleless === 1) continue;
      } else if (ended.heard) ruleless = 0;
      // a connection that closes before it brings anything is no connection
      await pause(ended.kind === 'ended' && !ended.heard ? { ...ended, kind: 'server' } : ended);
    }
  }

  function skipMissed(): void {
    const from = place.missing()?.from;
    place.missingAfter(undefined);
    place.heard(now());
    if (from !== undefined && !stopped) intake.state('blind', 'connecting after a spending cap', { from: from - aheadMs(), to: now() - aheadMs() });
  }

  /** Says why it is blind, and waits as long as such a failure asks for. */
  async function pause(failure: XFailure): Promise<void> {
    const waitMs = policy.wait(failure.kind, now(), failure.resetMs, Math.random());
    if (meter.capped(clock()) !== undefined) return;
    const again = waitMs >= 60_000 ? `; looks again at ${time(clock() + waitMs)}` : '';
    intake.state('blind', `X: ${failure.why}${again}`);
    if (waitMs > 0) await sleepUntil(clock() + waitMs);
  }

  return {
    async start() {
      if (stopped || running !== undefined) return;
      intake.state('blind', 'connecting to X');
      if (wanted !== undefined) for (const id of wanted) if (!deps.knowsService(id)) log.warn({ service: id }, 'not watched, so not listened for on X');
      running = run();
    },
    async stop() {
      stopped = true;
      nap.wake();
      api.close();
      stream?.close('stopped');
      await running;
    },
    spend: () => spentOf(meter, options.spend, clock()),
  };
}

export default {
  type: 'x',
  network: 'x',
  summary: "Posts about services that fail, from X's filtered stream. Each post read costs money.",
  options: xOptions,
  silenceNormal: true,
  workers: 'one',
  filtered: true,
  reasons: xReasons,
  latenessMs: 10_000,
  create: createX,
  check: checkX,
} satisfies SourceDefinition<typeof xOptions>;
