// The one writer of a name: a transactional id of its own, so that opening it again anywhere fences whoever had it.
import { BusError, type Writer } from '../../../shared/bus.ts';
import { isFenced, isPassing, toBusError } from './kafka-error.ts';
import type { Link } from './link.ts';
import { createOutgoing } from './outgoing.ts';
import { createTransactor, type ProducerDeps } from './producer.ts';

const patienceMs = 15_000;

/**
 * Opens the writer: resolves once every former one is fenced. Each publish is part of one transaction; as long as nothing
 * of it is sent, trouble rejects it after a while, and after that it waits until its fate is certain.
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

  const outgoing = createOutgoing(
    async (pieces) => {
      if (dead !== null) throw dead;
      try {
        await transactor.commit(pieces.flat(), null, patience);
      } catch (error) {
        const trouble = toBusError(error, where);
        // past the first request only an error that does not pass comes here: what became of the transaction is open,
        // and to settle it would take the name from whoever may have it now
        if (closed || isFenced(error) || !isPassing(error)) dead = new BusError(trouble.code, trouble.message, false, error);
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
