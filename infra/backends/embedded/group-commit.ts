// Group commit: what publishers and folds want written in one turn of the event loop goes into one transaction, because
// a commit waits for the disk and costs the same for one record as for thousands. Each piece stays whole.
import type { Database } from './database.ts';

export interface GroupCommit {
  /**
   * Has `write` run inside a transaction soon. Resolves when it is durable; rejects with its error when nothing of it is
   * kept. A piece that fails spoils no other: they are then tried one by one. `write` may so run twice.
   */
  add(write: () => void): Promise<void>;
  /** Commits at once what waits. */
  flush(): void;
}

interface Piece {
  readonly write: () => void;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** `ended` is told of each transaction whether it is kept. */
export function createGroupCommit(db: Pick<Database, 'transaction'>, ended: (kept: boolean) => void = () => {}): GroupCommit {
  let waiting: Piece[] = [];

  function commit(pieces: readonly Piece[]): void {
    try {
      db.transaction(() => {
        for (const piece of pieces) piece.write();
      });
    } catch (error) {
      ended(false);
      if (pieces.length === 1) pieces[0]!.reject(error);
      else for (const piece of pieces) commit([piece]);
      return;
    }
    ended(true);
    for (const piece of pieces) piece.resolve();
  }

  function flush(): void {
    const pieces = waiting;
    waiting = [];
    if (pieces.length > 0) commit(pieces);
  }

  return {
    add(write) {
      return new Promise((resolve, reject) => {
        if (waiting.length === 0) setImmediate(flush);
        waiting.push({ write, resolve, reject });
      });
    },
    flush,
  };
}
