// Keeps X's rules as they are wanted: brings them into line before the first connection, and looks again now and then, since
// whoever has the same account may change them while a connection stands, and X does not say so. How they are brought into
// line is rule-sync.ts's.
import type { SourceDeps } from '../../source.ts';
import type { XFailure } from './failure.ts';
import { syncRules, type SyncDeps, type Synced } from './rule-sync.ts';

export interface RuleKeeperDeps extends Omit<SyncDeps, 'invalid'>, Pick<SourceDeps, 'intake' | 'log'> {
  /** ms, by X's clock. */
  readonly now: () => number;
  /** Counts on, ms. */
  readonly monotonic: () => number;
  /** Between two looks while posts come, ms; a third of it where none come. */
  readonly everyMs: number;
  readonly stopped: () => boolean;
}

export interface RuleKeeper {
  /** As they were brought last; undefined before. */
  readonly rules: () => Extract<Synced, { ok: true }> | undefined;
  /** Whether they are to be looked at: never brought, known to be wrong, or long not seen. */
  readonly due: () => boolean;
  /** They are not what they should be. */
  wrong(): void;
  /** A post came. */
  matched(): void;
  /** Brings them into line. `missedSince`: some of ours had gone since then (ms, by X's clock). Never rejects. */
  bring(): Promise<{ readonly failure?: XFailure; readonly missedSince?: number }>;
}

export function createRuleKeeper(deps: RuleKeeperDeps): RuleKeeper {
  const { intake, log, now, monotonic, everyMs } = deps;
  /** What X says of the services that it does not take: it would say so again. */
  const invalid = new Map<string, string>();
  const told = new Set<string>();
  let rules: Extract<Synced, { ok: true }> | undefined;
  let astray = true;
  let lookedAt = -Infinity;
  /** By X's clock. */
  let lookedMs: number | undefined;
  let matchedAt = -Infinity;

  function tell(synced: Extract<Synced, { ok: true }>): void {
    const left = synced.left.filter(({ service, why }) => !told.has(`${service} ${why}`));
    for (const { service, why, said } of left) {
      told.add(`${service} ${why}`);
      intake.dropped(`rule-${why}`);
      if (why !== 'invalid') continue;
      invalid.set(service, said ?? '');
      log.warn({ service, said }, 'X does not take its names, so it is not listened for there');
    }
    const unheard = left.filter(({ why }) => why !== 'invalid');
    if (unheard.length > 0) log.warn({ services: unheard.length, first: unheard.slice(0, 20) }, 'not listened for on X');
    const { added, deleted, services } = synced;
    if (rules === undefined || added + deleted > 0) log.info({ rules: synced.rules, added, deleted, services }, 'rules on X');
  }

  return {
    rules: () => rules,
    due() {
      const agoMs = monotonic() - lookedAt;
      return astray || agoMs >= everyMs || (agoMs >= everyMs / 3 && monotonic() - matchedAt >= everyMs / 3);
    },
    wrong() {
      astray = true;
    },
    matched() {
      matchedAt = monotonic();
    },
    async bring() {
      const askedMs = now();
      const synced = await syncRules({ ...deps, invalid });
      if (deps.stopped()) return {};
      astray = !synced.ok;
      if (!synced.ok) return { failure: synced.failure };
      tell(synced);
      const since = synced.added > 0 ? lookedMs : undefined;
      rules = synced;
      lookedAt = monotonic();
      lookedMs = askedMs;
      return since === undefined ? {} : { missedSince: since };
    },
  };
}
