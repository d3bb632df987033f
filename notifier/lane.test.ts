import { expect, test } from 'vitest';
import type { Alert } from '../shared/alert.ts';
import type { Delivery } from '../shared/delivery.ts';
import type { IncidentChange } from '../shared/incident.ts';
import { anAlert, evening } from '../test/fakes/incidents.ts';
import type { Outcome } from './channel.ts';
import { createLane, type Lane, type LaneOptions, type Timers } from './lane.ts';
import { retrySchedule } from './retry.ts';

/** A clock that stands still until the lane waits for it, and then is where the lane wants it; put back once, during the first wait. */
function ownTime(backMs = 0): Timers & { waits: number[] } {
  let now = 1_000_000;
  const waits: number[] = [];
  return {
    waits,
    now: () => now,
    after(ms, then) {
      let off = false;
      waits.push(ms);
      setImmediate(() => {
        if (off) return;
        now += waits.length === 1 ? ms - backMs : ms;
        then();
      });
      return () => {
        off = true;
      };
    },
  };
}

interface Run {
  readonly told: string[];
  readonly ledger: string[];
  readonly written: Delivery[];
  readonly waits: number[];
}

function delivery(order: number, change: IncidentChange, incident = {}): Delivery {
  const alert = anAlert(order, change, evening, incident);
  return { v: 1, alert: alert.id, incident: alert.incident.id, service: 'whatsapp', channel: 'hook', state: 'pending', order, attempts: 0, queuedAt: 1_000_000, nextAt: null, endedAt: null, reason: null, ref: null, payload: JSON.stringify(alert) };
}

/** Runs the lane until everything in it has ended. */
async function run(
  deliveries: readonly Delivery[],
  answer: (alert: Alert, attempt: number) => Outcome | Promise<Outcome>,
  change: Partial<LaneOptions> = {},
  fill: (lane: Lane) => void = (lane) => deliveries.forEach((one) => lane.add(one)),
): Promise<Run> {
  const told: string[] = [];
  const ledger: string[] = [];
  const written: Delivery[] = [];
  const timers = ownTime();
  await new Promise<void>((settle, refuse) => {
    const lane = createLane({
      name: 'hook',
      definition: { coalesce: 'every', spacingMs: 0 },
      channel: {
        deliver: async (alert, { attempt }) => {
          told.push(`${alert.change} ${attempt}`);
          return answer(alert, attempt);
        },
        check: async () => ({ ok: true, detail: '' }),
        stop: async () => {},
      },
      fingerprint: 'config:1',
      write: async (some) => {
        for (const one of some) {
          written.push(one);
          ledger.push([one.order, one.state, one.reason].filter((part) => part !== null).join(' '));
        }
        if (ledger.filter((line) => !line.includes('pending')).length === deliveries.length) setImmediate(() => void lane.stop(0).then(settle));
        return true;
      },
      timers,
      random: () => 0.5,
      schedule: retrySchedule,
      counted: () => {},
      log: { info: () => {}, warn: () => {} },
      ...change,
    });
    fill(lane);
    lane.start(refuse);
  });
  return { told, ledger, written, waits: timers.waits };
}

const sent: Outcome = { outcome: 'delivered', ref: null };

test('alerts go out one after the other, in their order, whatever order they came in', async () => {
  const { told, ledger } = await run([delivery(3, 'easing'), delivery(1, 'suspected'), delivery(2, 'confirmed')], () => sent);
  expect(told).toEqual(['suspected 1', 'confirmed 1', 'easing 1']);
  expect(ledger).toEqual(['1 sent', '2 sent', '3 sent']);
});

test('while the first is put off, those behind it wait, and each step is in the ledger', async () => {
  const { told, ledger, waits } = await run([delivery(1, 'suspected'), delivery(2, 'confirmed')], (alert, attempt) =>
    alert.change === 'suspected' && attempt < 3 ? { outcome: 'later', reason: 'http-503' } : sent,
  );
  expect(told).toEqual(['suspected 1', 'suspected 2', 'suspected 3', 'confirmed 1']);
  expect(ledger).toEqual(['1 pending http-503', '1 pending http-503', '1 sent', '2 sent']);
  expect(waits.slice(0, 2)).toEqual([5_000, 30_000]);
});

test('an alert that takes the place of one that was put off waits as long as the receiver asked', async () => {
  let lane: Lane | undefined;
  const { told, waits } = await run(
    [delivery(1, 'suspected'), delivery(2, 'confirmed')],
    (_, attempt) => {
      if (attempt > 1 || lane === undefined) return sent;
      // Comes while the first is under way, and overtakes it.
      lane.add(delivery(2, 'confirmed'));
      lane = undefined;
      return { outcome: 'later', reason: 'http-429', afterMs: 60_000 };
    },
    { definition: { coalesce: 'latest', spacingMs: 0 } },
    (made) => {
      lane = made;
      made.add(delivery(1, 'suspected'));
    },
  );
  expect(told).toEqual(['suspected 1', 'confirmed 1']);
  expect(waits[0]).toBe(63_000);
});

test("the receiver's own wish for time is kept, each time", async () => {
  const { told, waits } = await run([delivery(1, 'suspected'), delivery(2, 'confirmed')], (_, attempt) => (attempt === 1 ? { outcome: 'later', reason: 'http-429', afterMs: 60_000 } : sent));
  expect(told).toEqual(['suspected 1', 'suspected 2', 'confirmed 1', 'confirmed 2']);
  expect(waits.slice(0, 2)).toEqual([63_000, 63_000]);
});

test('a day of failure is a dead delivery with its reason, and the next one still gets its attempts', async () => {
  const { ledger } = await run([delivery(1, 'suspected'), delivery(2, 'confirmed')], ({ change }) => (change === 'suspected' ? { outcome: 'later', reason: 'timeout' } : sent));
  expect(ledger.slice(-2)).toEqual(['1 dead gave-up-timeout', '2 sent']);
});

test('a channel that edits skips what a newer change has overtaken, on record, and nothing of another incident', async () => {
  const other = delivery(2, 'suspected', { service: 'signal' });
  const { told, ledger } = await run([delivery(1, 'suspected'), other, delivery(3, 'confirmed')], () => sent, { definition: { coalesce: 'latest', spacingMs: 0 } });
  expect(told).toEqual(['suspected 1', 'confirmed 1']);
  expect(ledger).toEqual(['1 skipped superseded', '2 sent', '3 sent']);
});

test('a post taken back is told on its own: it replaces no change and no change replaces it', async () => {
  const { told } = await run([delivery(1, 'resolved'), delivery(2, 'erased'), delivery(3, 'reopened')], () => sent, { definition: { coalesce: 'latest', spacingMs: 0 } });
  expect(told).toEqual(['erased 1', 'reopened 1']);
  const last = await run([delivery(1, 'resolved'), delivery(2, 'erased')], () => sent, { definition: { coalesce: 'latest', spacingMs: 0 } });
  expect(last.told).toEqual(['resolved 1', 'erased 1']);
});

test('a receiver that wants no more gets no more', async () => {
  const { told, ledger, written } = await run([delivery(1, 'suspected'), delivery(2, 'confirmed')], () => ({ outcome: 'gone', reason: 'http-410' }));
  expect(told).toEqual(['suspected 1']);
  expect(ledger).toEqual(['1 gone http-410', '2 gone channel-gone']);
  expect(written.map(({ ref }) => ref)).toEqual(['config:1', 'config:1']);
});

test('what can never succeed is dead at once and holds up nobody', async () => {
  const { ledger } = await run([delivery(1, 'suspected'), { ...delivery(2, 'confirmed'), payload: '{' }, delivery(3, 'easing')], ({ change }) => (change === 'suspected' ? { outcome: 'never', reason: 'http-404' } : sent));
  expect(ledger).toEqual(['1 dead http-404', '2 dead payload-unreadable', '3 sent']);
});

test('a channel that throws is tried again', async () => {
  const { ledger } = await run([delivery(1, 'suspected')], (_, attempt) => {
    if (attempt === 1) throw new Error('own fault');
    return sent;
  });
  expect(ledger).toEqual(['1 pending channel-threw', '1 sent']);
});

test('attempts keep the distance that the receiver allows', async () => {
  const { waits } = await run([delivery(1, 'suspected'), delivery(2, 'confirmed')], () => sent, { definition: { coalesce: 'every', spacingMs: 1_000 } });
  expect(waits[0]).toBe(1_000);
});

const day = 24 * 3_600_000;

test('a clock that is put back makes a wait begin again at most: no channel is silent for the length of the step', async () => {
  const timers = ownTime(day);
  const { told } = await run([delivery(1, 'suspected')], (_, attempt) => (attempt === 1 ? { outcome: 'later', reason: 'http-429', afterMs: 60_000 } : sent), { timers });
  expect(told).toEqual(['suspected 1', 'suspected 2']);
  expect(timers.waits.filter((ms) => ms > 0)).toEqual([63_000, 63_000]);
});

test('the distance between attempts stays what it is when the clock is put back', async () => {
  const timers = ownTime(day);
  await run([delivery(1, 'suspected'), delivery(2, 'confirmed')], () => sent, { definition: { coalesce: 'every', spacingMs: 1_000 }, timers });
  expect(timers.waits.slice(0, 2)).toEqual([1_000, 1_000]);
});

test('a ledger that was written while the clock ran ahead holds a delivery back for 6 hours at most', async () => {
  const { told, waits } = await run([{ ...delivery(1, 'suspected'), attempts: 1, nextAt: 1_000_000 + 30 * day, reason: 'http-503' }], () => sent);
  expect(told).toEqual(['suspected 2']);
  expect(waits.filter((ms) => ms > 0).reduce((sum, ms) => sum + ms, 0)).toBe(6 * 3_600_000);
});

test('a wait from the ledger is kept to its end', async () => {
  const { waits } = await run([{ ...delivery(1, 'suspected'), attempts: 1, nextAt: 1_090_000, reason: 'http-503' }], () => sent);
  expect(waits[0]).toBe(90_000);
});
