// A role on Kafka: a member of the role's consumer group, which tells the parts this process works at, and a runner for
// each of them. The group only deals parts out; what keeps two owners apart is the transactional id of each part.
import type { Role, RoleProgress, Running } from '../../../shared/bus.ts';
import { toBusError } from './kafka-error.ts';
import { joinGroup } from './member.ts';
import { createPartRunner, type PartDeps, type PartRunner } from './part-runner.ts';
import { createWatchdog } from './watchdog.ts';

/** A part that was lost while the group still counts us in is opened again after so many heartbeats: by then a newer owner would have shown. */
const beatsToReopen = 2;

export interface RoleRunner extends Running {
  progress(): RoleProgress[];
}

export type RoleDeps = Omit<PartDeps, 'role' | 'part' | 'partitions' | 'group'> & { readonly groupPrefix: string };

/** Joins the role's group and works at what it is given. Resolves when the first parts are dealt out. */
export async function startRole(role: Role, deps: RoleDeps, failed: (error: Error) => void): Promise<RoleRunner> {
  const { client } = deps;
  const group = `${deps.groupPrefix}${role.name}`;
  const input = deps.place(role.input);
  const whole = role.scope === 'topic';
  const all = Array.from({ length: deps.countOf(role.input) }, (_, i) => i);
  const running = new Map<string, { runner: PartRunner; partitions: readonly number[]; ended: Promise<void> }>();
  /** Parts dealt to us, with their partitions; null until the group has dealt. */
  let dealt: ReadonlyMap<string, readonly number[]> | null = null;
  /** Heartbeats to wait for before a lost part is opened again. */
  const waiting = new Map<string, number>();
  let stopping: Promise<void> | undefined;
  let told = false;
  let beats = 0;

  function fail(error: Error): void {
    if (told || stopping !== undefined) return;
    told = true;
    failed(error);
  }

  function start(part: string, partitions: readonly number[]): void {
    const runner = createPartRunner({ ...deps, role, part, partitions, group });
    const ended = runner.run().then((ending) => {
      running.delete(part);
      if (ending.kind === 'failed') fail(ending.error);
      else if (ending.kind === 'lost') waiting.set(part, beatsToReopen);
    });
    running.set(part, { runner, partitions, ended });
  }

  function startMissing(): void {
    if (stopping !== undefined || told || dealt === null) return;
    for (const [part, partitions] of dealt) if (!running.has(part) && (waiting.get(part) ?? 0) <= 0) start(part, partitions);
  }

  function deal(partitions: readonly number[]): void {
    const own = [...partitions].sort((a, b) => a - b);
    dealt = whole ? new Map(own.length === 0 ? [] : [['all', own]]) : new Map(own.map((partition) => [String(partition), [partition]]));
    waiting.clear();
    for (const [part, { runner, ended }] of running) {
      if (dealt.has(part)) continue;
      runner.lose();
      // it may come back to us before it has ended
      void ended.then(startMissing);
    }
    startMissing();
  }

  function beat(): void {
    beats++;
    for (const [part, left] of waiting) waiting.set(part, left - 1);
    startMissing();
  }

  const member = joinGroup({
    link: client.link(), group, place: input, partitions: all, whole, owned: () => [...running.values()].flatMap(({ partitions }) => partitions),
    dealt: deal, beat, failed: (error) => fail(toBusError(error, client.where)),
  });
  await member.joined;
  const watchdog = createWatchdog({
    link: client.link(), place: input, partitions: all, saw: deps.ends.saw,
    parts: () => [
      ...[...running].map(([part, { runner }]) => ({ part: `part ${part}`, beats: runner.beats(), lag: runner.progress().lag })),
      // a member that hears nothing of its group works at nothing new, however much there is
      { part: 'its place in the group', beats, lag: 1 },
    ],
    stuck: (part, ms) => fail(new Error(`${role.name}: nothing has happened at ${part} for ${Math.round(ms / 1000)} s although the cluster answers and there is something to do`)),
  });

  return {
    progress: () => (dealt === null ? [] : [...dealt.keys()].map((part) => running.get(part)?.runner.progress() ?? { role: role.name, part, live: false, lag: 0 })),
    stop() {
      stopping ??= (async () => {
        for (const { runner } of running.values()) runner.stop();
        await Promise.all([...running.values()].map(({ ended }) => ended));
        await Promise.all([member.leave(), watchdog.close()]);
      })();
      return stopping;
    },
  };
}
