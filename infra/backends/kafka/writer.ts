// The one writer of a name: a transactional id of its own, so that opening it again anywhere fences whoever had it.
import { BusError, type OutRecord, type Writer } from '../../../shared/bus.ts';
import { toBusError } from './kafka-error.ts';
import type { Link } from './link.ts';
import { createOutgoing } from './outgoing.ts';
import { createTransactor, OutcomeOpen, type ProducerDeps } from './producer.ts';

const patienceMs = 15_000;

/**
 * Opens the writer: resolves once every former one is fenced. Each publish is part of one transaction. It rejects only
 * when nothing of it is kept; when its fate is open it waits until that is certain.
 */
export async function openWriter(deps: ProducerDeps, link: Link, transactionalId: string, where: string): Promise<Writer> {
  const transactor = createTransactor(deps, transactionalId);
  let closed = false;
  let dead: BusError | null = null;
  const patience = { patienceMs, gaveUp: () => closed };
  try {
    await transactor.open(patience);
  } catch (error) {
    await link.close();
    throw toBusError(error, where);
  }

  /** Commits, and finds out what became of a commit that was interrupted. */
  async function commit(records: readonly OutRecord[]): Promise<void> {
    try {
      await transactor.commit(records, null, patience);
    } catch (error) {
      if (!(error instanceof OutcomeOpen)) throw error;
      if ((await transactor.settle(error, { gaveUp: () => closed })) === 'undone') throw new BusError('unavailable', 'a connection was lost: nothing was written', true, error);
    }
  }

  const outgoing = createOutgoing(
    async (pieces) => {
      if (dead !== null) throw dead;
      try {
        await commit(pieces.flat());
      } catch (error) {
        const trouble = toBusError(error, where);
        if (closed || !trouble.retry) dead = new BusError(trouble.code, trouble.message, false, error);
        throw dead ?? trouble;
      }
    },
    () => false,
  );

  let closing: Promise<void> | undefined;
  return {
    async publish(records) {
      if (dead !== null) throw dead;
      if (closed) throw new BusError('closed', 'the writer is closed', false);
      await outgoing.add(records);
    },
    close() {
      closing ??= (async () => {
        await Promise.race([outgoing.idle(), new Promise((resolve) => setTimeout(resolve, patienceMs).unref())]);
        closed = true;
        await link.close();
      })();
      return closing;
    },
  };
}
